import type { FileState } from '../../../contract/messaging/website/files.ts';
import { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import { ApiError } from '../../api.ts';

const { addFile } = messagingWebsite.endpoints;

/**
 * Uploads an image or a video, by XMLHttpRequest: `fetch` does not report the progress of a body.
 * @throws ApiError; AbortError when the signal ends it
 */
export function uploadFile(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<FileState> {
  const { method, path } = addFile;
  if (file.type !== '' && !/^(image|video)\//.test(file.type)) {
    const message = 'Only images and videos can be added; this is neither.';
    return Promise.reject(new ApiError(415, 'unsupported_media_type', message));
  }
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () =>
      reject(new ApiError(0, 'unreachable', 'The server cannot be reached; check the connection.'));
    request.onabort = () => reject(new DOMException('The upload was cancelled.', 'AbortError'));
    request.onload = () => {
      if (request.status === addFile.status) resolve(request.response.file);
      else reject(refusal(request));
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    const form = new FormData();
    form.append('data', file, file.name || 'image.png');
    request.send(form);
  });
}

function refusal({ status, response }: XMLHttpRequest): ApiError {
  const { error = 'unknown', message = 'It could not be uploaded; try again.' } = response ?? {};
  return new ApiError(status, String(error), String(message));
}

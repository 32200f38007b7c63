import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { OrNull } from '../shapes.ts';
import { LongId, OkWith } from './shapes.ts';

/** Paths of a file's content and, for an image, of its thumbnail (a WebP), by the file's id. */
export const contentPath = '/files/:id';
export const thumbnailPath = '/files/:id/thumbnail';

/** The one part of an upload. */
export const Upload = Type.Object({
  data: Type.Unsafe<never>({
    type: 'string',
    format: 'binary',
    description: 'The image (JPEG, PNG, GIF, WebP, AVIF) or video. Its bytes decide the type.',
  }),
});

/** Displayed size in pixels; null for a video that does not state it. */
export const Pixels = OrNull(Type.Integer());

export const files = {
  uploadFile: endpoint({
    method: 'POST',
    path: '/api/public/uploadFile',
    summary: 'Upload an image or a video',
    description:
      'Embed it with a block `<!fileID>`. Until it is embedded, only who uploaded it may read it at ' +
      '`fileURL` (with the key; `Range` is honored); what nobody embeds is deleted after seven ' +
      'days. 100 MiB at most unless the server says otherwise; images have at most 50 megapixels. The ' +
      'thumbnail is drawn afterwards: until then its address answers 202 with Retry-After.',
    scope: 'messages/post',
    form: Upload,
    status: 200,
    answer: OkWith(
      Type.Object({
        fileID: LongId,
        fileURL: Type.String(),
        mimeType: Type.String(),
        bytes: Type.Integer(),
        width: Pixels,
        height: Pixels,
      }),
    ),
    errors: ['invalid_request', 'payload_too_large', 'unsupported_media_type', 'storage_full'],
  }),
};

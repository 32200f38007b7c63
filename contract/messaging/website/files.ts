import Type, { type Static } from 'typebox';
import { endpoint } from '../../endpoint.ts';
import { Pixels, Upload } from '../files.ts';
import { LongId } from './shapes.ts';

/** A file; its content is at `/files/<file_id>`. */
export const FileState = Type.Object({
  file_id: LongId,
  name: Type.String(),
  mime_type: Type.String(),
  bytes: Type.Integer(),
  width: Pixels,
  height: Pixels,
});
export type FileState = Static<typeof FileState>;

export const files = {
  addFile: endpoint({
    method: 'POST',
    path: '/api/messaging/files',
    summary: 'Upload an image or a video, to embed it in a post',
    scope: 'member',
    form: Upload,
    status: 201,
    answer: Type.Object({ file: FileState }),
    errors: ['invalid_request', 'payload_too_large', 'unsupported_media_type', 'storage_full'],
  }),
};

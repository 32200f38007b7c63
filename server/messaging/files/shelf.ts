import { contentPath, thumbnailPath } from '../../../contract/messaging/files.ts';
import type { Shelf } from '../../platform/uploads/serving.ts';
import { readNumber } from '../names/names.ts';
import { findActor } from '../users/users.ts';
import { selectFile } from './store.ts';

/**
 * `/files/:id` and its thumbnail: for users who may read a post that shows the file, and for its
 * uploader.
 */
export const shelf: Shelf = {
  contentPath,
  thumbnailPath,
  scope: 'messages/get',
  async find(ctx, db, given) {
    const actor = await findActor(ctx, db);
    const row = await selectFile(db, ctx.organization, actor.id, readNumber(given));
    return row && { ...row, etag: String(row.id) };
  },
};

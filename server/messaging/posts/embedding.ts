import type { WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { keptUntil } from '../files/files.ts';
import { deleteEmbeds, insertEmbeds, lockFiles } from '../files/store.ts';
import type { Content } from '../formatting/content.ts';
import type { PostName } from '../names/post-name.ts';

/** @throws AppError file_not_found (404) for a file that the author may not read */
export async function checkFiles(
  { tx, organization }: WriteContext,
  actor: { id: number },
  { files }: Content,
): Promise<void> {
  if (files.length === 0) return;
  const known = await lockFiles(tx, organization, actor.id, files);
  if (known.length < files.length) throw new AppError('file_not_found');
}

/** From now on, readers of the post may read the files in it. */
export function noteFiles({ tx, organization }: WriteContext, { files }: Content, post: PostName) {
  if (files.length > 0) insertEmbeds(tx, organization, post, files);
}

/** The post no longer shows any files; when it is edited, those of its new text are noted next. */
export function forgetFiles({ tx, organization, now }: WriteContext, post: PostName): void {
  deleteEmbeds(tx, organization, post, keptUntil(now));
}

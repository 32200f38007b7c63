import type { WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Content } from '../formatting/content.ts';
import { selectFileCount } from './store.ts';

/** @throws AppError file_not_found (404) for a file that is not there to be embedded */
export async function checkFiles({ tx, organization }: WriteContext, { files }: Content) {
  if (files.length === 0) return;
  const count = await selectFileCount(tx, organization, files);
  if (count < files.length) throw new AppError('file_not_found');
}

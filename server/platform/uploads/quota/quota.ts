import { bytesInWords } from '../../../runtime/bytes.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { WriteContext } from '../../context.ts';
import { selectStorage, selectWaitingCount, upsertQuota } from './store.ts';

/** How many pictures of an organization may wait for their thumbnails. */
const waitingMax = 200;

/** @throws AppError storage_full (507) when the files of an organization exceed its quota */
export async function requireQuota({ tx, organization }: WriteContext, more = 0): Promise<void> {
  const { bytes, bytes_max } = await selectStorage(tx, organization);
  if (bytes_max === null || bytes + more <= bytes_max) return;
  throw new AppError('storage_full', {
    message:
      `This organization may store ${bytesInWords(bytes_max, 'MB')} of files and uses ${bytesInWords(bytes, 'MB')}; ` +
      'delete posts with files nobody needs, or ask the operator to raise the limit.',
  });
}

/** @throws AppError too_many_requests (429) when pictures come faster than they are drawn */
export async function requireTurn({ tx, organization }: WriteContext): Promise<void> {
  if ((await selectWaitingCount(tx, organization)) < waitingMax) return;
  throw new AppError('too_many_requests', {
    message:
      'Too many pictures from this organization are waiting for thumbnails; try again later.',
    headers: { 'retry-after': '30' },
  });
}

/**
 * What the files of an organization take, and its quota; `max` sets the quota, and null removes it.
 */
export async function organizationQuota(ctx: WriteContext, max: number | null | undefined) {
  const { tx, organization } = ctx;
  if (max !== undefined) await upsertQuota(tx, organization, max);
  return selectStorage(tx, organization);
}

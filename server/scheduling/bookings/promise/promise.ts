import type { WriteContext } from '../../../platform/context.ts';
import { isExcluded } from '../../../runtime/database/failures.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { Status } from '../shape.ts';
import { type Claim, promisedOf } from './claims.ts';
import { updateEndedHolds } from './store.ts';

/**
 * Writes bookings that may promise a doctor's time, whose days are locked. Holds that have ended
 * are opened first, since the constraint that keeps the promise knows no clock.
 * @throws AppError doctor_unavailable (400), or what `refusal` says
 */
export async function writePromised<T>(
  { tx, organization, now }: Pick<WriteContext, 'tx' | 'organization' | 'now'>,
  bookings: readonly (Claim & { status: Status })[],
  write: () => Promise<T>,
  refusal: 'doctor_unavailable' | 'booking_not_available' = 'doctor_unavailable',
): Promise<T> {
  const promised = promisedOf(bookings);
  try {
    const [, written] = await Promise.all([
      promised.length > 0 && updateEndedHolds(tx, organization, promised, now),
      write(),
    ]);
    return written;
  } catch (error) {
    if (isExcluded(error)) throw new AppError(refusal);
    throw error;
  }
}

import type { WriteContext } from '../../../platform/context.ts';
import { isExcluded } from '../../../runtime/database/failures.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { Status } from '../shape.ts';
import { lockDays, type Stretch, updateEndedHolds } from './store.ts';

type Promised = Stretch & { doctor_id: number; status: Status };

/**
 * Writes bookings that may promise a doctor's time. Holds that have ended make way first, since the
 * constraint that keeps the promise knows no clock; it alone decides between those who race.
 * @throws AppError doctor_unavailable (400), or what `refusal` says
 */
export async function promise<T>(
  { tx, organization, now }: Pick<WriteContext, 'tx' | 'organization' | 'now'>,
  bookings: readonly Promised[],
  write: () => Promise<T>,
  refusal: 'doctor_unavailable' | 'booking_not_available' = 'doctor_unavailable',
): Promise<T> {
  const promised = bookings.filter(({ status }) => status === 'pending' || status === 'booked');
  const byDoctor = Map.groupBy(promised, ({ doctor_id }) => doctor_id);
  try {
    const [, , written] = await Promise.all([
      promised.length > 0 && lockDays(tx, promised),
      Promise.all(
        [...byDoctor].map(([doctorId, stretches]) =>
          updateEndedHolds(tx, organization, doctorId, stretches, now),
        ),
      ),
      write(),
    ]);
    return written;
  } catch (error) {
    if (isExcluded(error)) throw new AppError(refusal);
    throw error;
  }
}

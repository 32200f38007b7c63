import { publish } from '../../runtime/events/events.ts';
import type { At, InPieces } from '../bookings/leaving/leaving.ts';
import { showAppointment } from './shape.ts';
import { selectAppointmentsAt } from './store.ts';

type Place = 'location' | 'doctor';

const batchMax = 500;

/**
 * Publishes for each upcoming appointment of a location or doctor that it may differ from what
 * patient and practice were told. Those who know already get no mail, so this may be repeated.
 * Answers how many appointments there are.
 */
export async function republishAppointments(transaction: InPieces, place: Place, id: number) {
  let count = 0;
  for (let after = 0; ; ) {
    const from = after;
    const ids = await transaction((at) => republishSome(at, place, id, from));
    count += ids.length;
    if (ids.length < batchMax) return count;
    after = ids.at(-1) as number;
  }
}

async function republishSome(
  { tx, organization, now }: At,
  place: Place,
  id: number,
  after: number,
): Promise<number[]> {
  const asked = { id, after, limit: batchMax, now };
  const rows = await selectAppointmentsAt(tx, organization, place, asked);
  const events = rows.map((row) => ({
    type: 'appointment.updated' as const,
    subject: row.guid,
    data: showAppointment(row),
  }));
  await publish(tx, organization, now, events);
  return rows.map((row) => row.id);
}

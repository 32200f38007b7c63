import type { WriteContext } from '../../platform/context.ts';
import { invalid } from '../../runtime/errors.ts';
import { lookupId } from '../../runtime/ids.ts';
import { lockPlace, type Place } from '../practices/store.ts';
import { reachOf } from '../reach.ts';
import { readStart } from './start.ts';

export type FoundPlace = Place & { doctor_id: number };

/** Location and doctor of a booking. @throws AppError 400 that names the one that cannot be. */
export async function findPlace(
  { tx, organization, caller }: WriteContext,
  location: string | number,
  doctor: string | number,
): Promise<FoundPlace> {
  const place = await lockPlace(tx, organization, {
    locationId: lookupId('location', location),
    doctorId: lookupId('doctor', doctor),
    reach: reachOf(caller),
  });
  if (!place) throw invalid('location_id', 'these credentials reach no such location.');
  const { doctor_id } = place;
  if (doctor_id === null) {
    throw invalid('doctor_id', 'the practice of this location has no such doctor.');
  }
  return { ...place, doctor_id };
}

type Starts = { start_datetime?: string; start?: string };

/** When a booking begins, given under either of the two names. @throws AppError 400 */
export function readStartOf(body: Starts, timezone: string): Date | undefined {
  const { start_datetime, start } = body;
  if (start_datetime !== undefined && start !== undefined && start !== start_datetime) {
    throw invalid('start', 'is another name of start_datetime; send one of them.');
  }
  const text = start_datetime ?? start;
  return text === undefined ? undefined : readStart(text, timezone);
}

export function requireStart(body: Starts, timezone: string): Date {
  const start = readStartOf(body, timezone);
  if (!start) throw invalid('start_datetime', 'is required.');
  return start;
}

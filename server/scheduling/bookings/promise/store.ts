import type { Tx } from '../../../runtime/database/database.ts';

/** Any number; with a day added it keeps these locks apart from other advisory ones. */
const lockSeed = 203_180_000;
const dayMilliseconds = 86_400_000;

/** A stretch of time of one doctor, from its start to before its end. */
export type Stretch = { starts_at: Date; ends_at: Date };

/**
 * Lets those who claim time of the same doctor on the same day go one after the other, until the
 * transaction ends. Two updates that meet in an exclusion constraint wait for each other: each pair
 * would be a deadlock, noticed after a second (54 claims at once took 18 s, and some failed for
 * good). Days are enough, since what overlaps shares one, and other days need not wait.
 */
export async function lockDays(
  tx: Tx,
  claims: readonly (Stretch & { doctor_id: number })[],
): Promise<void> {
  const days = claims.flatMap(daysOf).toSorted((a, b) => a.doctor - b.doctor || a.day - b.day);
  await tx.rows(
    `select pg_advisory_xact_lock(hashint8extended(doctor, ${lockSeed} + day))
     from unnest($1::bigint[], $2::bigint[]) as d (doctor, day)`,
    [days.map(({ doctor }) => doctor), days.map(({ day }) => day)],
  );
}

/**
 * The same for a booking as it is and, where it is to have another doctor, for that one; before the
 * booking itself is locked.
 */
export async function lockDaysOf(
  tx: Tx,
  organization: number,
  bookingId: number,
  otherDoctorId: number | null = null,
): Promise<void> {
  await tx.rows(
    `select pg_advisory_xact_lock(hashint8extended(doctor, ${lockSeed} + day))
     from (
       select distinct doctor, day
       from scheduling.booking b
       cross join unnest(array[b.doctor_id, $3::bigint]) as doctor
       cross join lateral generate_series(
         floor(extract(epoch from b.starts_at) / 86400)::bigint,
         ceil(extract(epoch from b.ends_at) / 86400)::bigint - 1) as day
       where b.organization_id = $1 and b.id = $2 and doctor is not null
       order by doctor, day) d`,
    [organization, bookingId, otherDoctorId],
  );
}

function daysOf({ doctor_id: doctor, starts_at, ends_at }: Stretch & { doctor_id: number }) {
  const first = Math.floor(starts_at.getTime() / dayMilliseconds);
  const last = Math.ceil(ends_at.getTime() / dayMilliseconds) - 1;
  return Array.from({ length: last - first + 1 }, (_, days) => ({ doctor, day: first + days }));
}

/** Opens the holds of a doctor that have ended and lie over one of the stretches. */
export async function updateEndedHolds(
  tx: Tx,
  organization: number,
  doctorId: number,
  stretches: readonly Stretch[],
  now: Date,
): Promise<void> {
  await tx.rows(
    `update scheduling.booking
     set status = 'open', held_until = null, hold_token_hash = null, updated_at = $4
     where organization_id = $1 and doctor_id = $2 and during && $3::tstzmultirange
       and status = 'pending' and held_until <= $4`,
    [organization, doctorId, multirange(stretches), now],
  );
}

function multirange(stretches: readonly Stretch[]): string {
  const ranges = stretches.map(
    ({ starts_at, ends_at }) => `[${starts_at.toISOString()},${ends_at.toISOString()})`,
  );
  return `{${ranges.join(',')}}`;
}

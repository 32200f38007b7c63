import type { Tx } from '../../../runtime/database/database.ts';

/** Any number; it keeps these locks apart from other advisory ones. */
const doctorLockSeed = 20_318;

/**
 * Lets those who claim time of the same doctors go one after the other, until the transaction ends.
 * Two updates that meet in an exclusion constraint wait for each other: each pair would be a
 * deadlock, noticed after a second (54 claims at once took 18 s, and some failed for good).
 */
export async function lockDoctors(tx: Tx, doctorIds: readonly number[]): Promise<void> {
  await tx.rows(
    `select pg_advisory_xact_lock(hashint8extended(id, ${doctorLockSeed}))
     from (select distinct unnest($1::bigint[]) as id order by id) d`,
    [doctorIds],
  );
}

/** The same for the doctor of a booking and another one, before the booking itself is locked. */
export async function lockDoctorOf(
  tx: Tx,
  organization: number,
  bookingId: number,
  otherDoctorId: number | null = null,
): Promise<void> {
  await tx.rows(
    `select pg_advisory_xact_lock(hashint8extended(id, ${doctorLockSeed}))
     from (
       select doctor_id as id from scheduling.booking where organization_id = $1 and id = $2
       union select $3::bigint where $3 is not null
       order by id) d`,
    [organization, bookingId, otherDoctorId],
  );
}

/** A stretch of time of one doctor, from its start to before its end. */
export type Stretch = { starts_at: Date; ends_at: Date };

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

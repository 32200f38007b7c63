import type { Db, Tx } from '../../runtime/database/database.ts';
import type { BookingRow } from '../bookings/shape.ts';
import type { Owner } from '../owners.ts';
import type { Page } from '../polls/poll.ts';
import type { Position } from '../polls/position.ts';
import { orderOf } from '../polls/store.ts';
import type { Reach } from '../reach.ts';
import { type Named, type Picked, picking } from '../records.ts';

/** A booking, and what is needed to decide whether it is available and to book it. */
export type Bookable = BookingRow & {
  hold_token_hash: Buffer | null;
  country: string | null;
  /** Of the first location of the practice. */
  first_timezone: string;
};

/**
 * The booking, locked: of several who want it at once, one goes on and the rest wait. Undefined
 * when its doctor or location was removed; neither is removed before the transaction ends.
 */
export async function lockBookable(
  tx: Tx,
  organization: number,
  id: number,
  reach: Reach,
): Promise<Bookable | undefined> {
  const [row] = await tx.rows<Bookable>(
    `select b.id, b.practice_id, b.location_id, b.doctor_id, b.consumer_id, b.member_id, b.status,
       b.starts_at, b.ends_at, b.held_until, b.recurring, b.series_id, b.series_index, b.created_at,
       b.updated_at, b.hold_token_hash, l.timezone, p.country, (
         select f.timezone from scheduling.location f
         where f.organization_id = b.organization_id and f.practice_id = b.practice_id
         order by f.id limit 1) as first_timezone
     from scheduling.booking b
     join scheduling.location l on l.organization_id = b.organization_id and l.id = b.location_id
     join scheduling.doctor d on d.organization_id = b.organization_id and d.id = b.doctor_id
     join scheduling.practice p on p.organization_id = b.organization_id and p.id = b.practice_id
     where b.organization_id = $1 and b.id = $2 and d.removed_at is null and l.removed_at is null
       and ($3::bigint[] is null or b.practice_id = any($3))
     for no key update of b for key share of l, d`,
    [organization, id, reach],
  );
  return row;
}

export type NewPatientRow = {
  first_name: string;
  last_name: string;
  email: string;
  phone: string;
  phone_extension: string;
  zip_code: string;
  guardian_name: string;
  message: string;
  dob: string | null;
};

export type Booked = { patient_id: number; appointment_id: number; guid: string; created_at: Date };

/**
 * Books: the booking, the patient and the appointment in one statement. The stamp waits for the
 * booking, which is where others are waited for.
 */
export async function bookPatient(
  tx: Tx,
  organization: number,
  booking: { id: number; owner: Owner },
  patient: NewPatientRow,
  now: Date,
): Promise<Booked> {
  const [row] = await tx.rows<Booked>(
    `with booked as (
       update scheduling.booking
       set status = 'booked', held_until = null, hold_token_hash = null, updated_at = $4
       where organization_id = $1 and id = $2
       returning *
     ), stamp as materialized (
       select scheduling.stamp($1) as at from (select count(*) from booked) b
     ), patient as (
       insert into scheduling.patient (organization_id, practice_id, location_id, booking_id,
         first_name, last_name, email, phone, zip_code, guardian_name, message, dob,
         phone_extension, created_at, updated_at)
       select $1, practice_id, location_id, id, $5, $6, $7, $8, $9, $10, $11, $12::date, $13, at, at
       from booked, stamp
       returning id
     )
     insert into scheduling.appointment (organization_id, practice_id, booking_id, patient_id,
       consumer_id, member_id, status, starts_at, ends_at, created_at, updated_at)
     select $1, practice_id, booked.id, patient.id, $3, $14, 'scheduled', starts_at, ends_at, at, at
     from booked, patient, stamp
     returning patient_id, id as appointment_id, guid, created_at`,
    [
      organization,
      booking.id,
      booking.owner.consumer_id,
      now,
      patient.first_name,
      patient.last_name,
      patient.email,
      patient.phone,
      patient.zip_code,
      patient.guardian_name,
      patient.message,
      patient.dob,
      patient.phone_extension,
      booking.owner.member_id,
    ],
  );
  return row as Booked;
}

export type PatientRow = NewPatientRow & {
  id: number;
  booking_id: number;
  location_id: number;
  created_at: Date;
  updated_at: Date;
};

const columns = `n.id, n.booking_id, n.first_name, n.last_name, n.email, n.phone, n.phone_extension,
  n.message, n.guardian_name, n.created_at, n.updated_at, n.location_id, n.zip_code, n.dob`;

export async function selectPatients(
  db: Db,
  organization: number,
  { practiceId, order, after, until, limit }: Page,
): Promise<(PatientRow & Position)[]> {
  const at = orderOf[order];
  return db.rows<PatientRow & Position>(
    `select ${columns}, ${at} as at
     from scheduling.patient n
     where organization_id = $1 and practice_id = $2
       and (${at}, id) > ($3::timestamptz, $4::bigint) and ${at} < $5
     order by ${at}, id limit $6`,
    [organization, practiceId, after.at, after.id, until, limit],
  );
}

/** With what people call their places. */
export async function selectPatientsPicked(
  db: Db,
  organization: number,
  reach: Reach,
  picked: Picked,
): Promise<(PatientRow & Omit<Named, 'doctor_name'>)[]> {
  const { condition, values } = picking('n.id', picked);
  return db.rows<PatientRow & Omit<Named, 'doctor_name'>>(
    `select ${columns}, p.name as practice_name, l.name as location_name
     from scheduling.patient n
     join scheduling.practice p on p.organization_id = n.organization_id and p.id = n.practice_id
     join scheduling.location l on l.organization_id = n.organization_id and l.id = n.location_id
     where n.organization_id = $1 and ($2::bigint[] is null or n.practice_id = any($2))
       and ${condition}`,
    [organization, reach, ...values],
  );
}

import type { Db, Tx } from '../../runtime/database/database.ts';
import { existing } from '../../runtime/database/existing.ts';
import { isOffered } from '../bookings/leaving/store.ts';
import type { Owner } from '../owners.ts';
import type { Page } from '../polls/poll.ts';
import type { Position } from '../polls/position.ts';
import { orderOf } from '../polls/store.ts';
import type { Reach } from '../reach.ts';
import { type Named, type Picked, picking } from '../records.ts';

export type AppointmentRow = Owner & {
  id: number;
  guid: string;
  status: 'scheduled' | 'cancelled';
  starts_at: Date;
  patient_id: number;
  booking_id: number;
  created_at: Date;
  updated_at: Date;
};

const columns = `a.id, a.guid, a.status, a.starts_at, a.patient_id, a.booking_id, a.consumer_id,
  a.member_id, a.created_at, a.updated_at`;

export async function selectAppointments(
  db: Db,
  organization: number,
  { practiceId, order, after, until, limit }: Page,
): Promise<(AppointmentRow & Position)[]> {
  const at = orderOf[order];
  return db.rows<AppointmentRow & Position>(
    `select ${columns}, ${at} as at from scheduling.appointment a
     where organization_id = $1 and practice_id = $2
       and (${at}, id) > ($3::timestamptz, $4::bigint) and ${at} < $5
     order by ${at}, id limit $6`,
    [organization, practiceId, after.at, after.id, until, limit],
  );
}

/**
 * With what people call their places and doctors. A booking that was freed may have gone to another
 * practice; the patient stays where the appointment was.
 */
export async function selectAppointmentsPicked(
  db: Db,
  organization: number,
  reach: Reach,
  picked: Picked,
): Promise<(AppointmentRow & Named)[]> {
  const { condition, values } = picking('a.id', picked);
  return db.rows<AppointmentRow & Named>(
    `select ${columns}, p.name as practice_name, l.name as location_name, d.name as doctor_name
     from scheduling.appointment a
     join scheduling.practice p on p.organization_id = a.organization_id and p.id = a.practice_id
     join scheduling.patient n on n.organization_id = a.organization_id and n.id = a.patient_id
     join scheduling.location l on l.organization_id = a.organization_id and l.id = n.location_id
     join scheduling.booking b on b.organization_id = a.organization_id and b.id = a.booking_id
     left join scheduling.doctor d on d.organization_id = a.organization_id
       and d.id = b.doctor_id and d.practice_id = a.practice_id
     where a.organization_id = $1 and ($2::bigint[] is null or a.practice_id = any($2))
       and ${condition}`,
    [organization, reach, ...values],
  );
}

/** An appointment by its integer or its GUID. */
export async function selectAppointment(
  db: Db,
  organization: number,
  by: { id: number } | { guid: string },
  reach: Reach,
): Promise<AppointmentRow | undefined> {
  const column = 'id' in by ? 'id' : 'guid';
  const [row] = await db.rows<AppointmentRow>(
    `select ${columns} from scheduling.appointment a
     where a.organization_id = $1 and a.${column} = $2
       and ($3::bigint[] is null or a.practice_id = any($3))`,
    [organization, 'id' in by ? by.id : by.guid, reach],
  );
  return row;
}

/** An appointment to be cancelled, and the time of the doctor that its booking takes; locked. */
export async function lockAppointment(
  tx: Tx,
  organization: number,
  id: number,
): Promise<AppointmentRow & { doctor_id: number; ends_at: Date }> {
  const [row] = await tx.rows<AppointmentRow & { doctor_id: number; ends_at: Date }>(
    `select ${columns}, b.doctor_id, b.starts_at, b.ends_at
     from scheduling.appointment a
     join scheduling.booking b on b.organization_id = a.organization_id and b.id = a.booking_id
     where a.organization_id = $1 and a.id = $2
     for no key update of a`,
    [organization, id],
  );
  return existing(row);
}

/**
 * Cancels, and releases the booking if it has not begun: it opens again, or is closed where nobody
 * could change it any more. Answers its status then (null where it stays booked), and when that
 * was.
 */
export async function updateAppointmentCancelled(
  tx: Tx,
  organization: number,
  { id, booking_id }: AppointmentRow,
  now: Date,
): Promise<{ freed: 'open' | 'closed' | null; updated_at: Date }> {
  const [row] = await tx.rows<{ freed: 'open' | 'closed' | null; updated_at: Date }>(
    `with freed as (
       update scheduling.booking b
       set status = case when ${isOffered('b')} then 'open' else 'closed' end, updated_at = $4
       where organization_id = $1 and id = $3 and status = 'booked' and starts_at > $4
       returning status
     ), stamp as materialized (
       select scheduling.stamp($1) as at, f.status as freed
       from (select max(status) as status from freed) f
     )
     update scheduling.appointment set status = 'cancelled', updated_at = stamp.at
     from stamp where organization_id = $1 and id = $2
     returning updated_at, stamp.freed`,
    [organization, id, booking_id, now],
  );
  return row as NonNullable<typeof row>;
}

/**
 * Updates appointment and patient after their booking has moved to another place or time; answers
 * the appointment.
 */
export async function updateAppointmentOf(
  tx: Tx,
  organization: number,
  bookingId: number,
): Promise<AppointmentRow | undefined> {
  const [row] = await tx.rows<AppointmentRow>(
    `with found as (
       select a.id, a.patient_id, b.practice_id, b.location_id, b.starts_at, b.ends_at,
         b.practice_id <> a.practice_id as moves
       from scheduling.appointment a
       join scheduling.booking b on b.organization_id = $1 and b.id = a.booking_id
       join scheduling.patient p on p.organization_id = $1 and p.id = a.patient_id
       where a.organization_id = $1 and a.booking_id = $2 and a.status = 'scheduled'
       for no key update of a, p
     ), stamp as materialized (
       select scheduling.stamp($1) as at from (select count(*) from found) f
     ), moved as (
       update scheduling.patient p
       set practice_id = f.practice_id, location_id = f.location_id, updated_at = s.at,
         moved_at = case when f.moves then s.at else p.moved_at end
       from found f, stamp s
       where p.organization_id = $1 and p.id = f.patient_id
     )
     update scheduling.appointment a
     set practice_id = f.practice_id, starts_at = f.starts_at, ends_at = f.ends_at,
       updated_at = s.at, moved_at = case when f.moves then s.at else a.moved_at end
     from found f, stamp s
     where a.organization_id = $1 and a.id = f.id
     returning ${columns}`,
    [organization, bookingId],
  );
  return row;
}

/** Upcoming appointments at a location or with a doctor, by id. */
export async function selectAppointmentsAt(
  db: Db,
  organization: number,
  place: 'location' | 'doctor',
  { id, after, limit, now }: { id: number; after: number; limit: number; now: Date },
): Promise<AppointmentRow[]> {
  return db.rows<AppointmentRow>(
    `select a.id, a.guid, a.status, a.starts_at, a.patient_id, a.booking_id, a.consumer_id,
       a.created_at, a.updated_at
     from scheduling.booking b
     join scheduling.appointment a on a.organization_id = b.organization_id
       and a.booking_id = b.id and a.status = 'scheduled'
     where b.organization_id = $1 and b.${place}_id = $2 and b.status = 'booked'
       and b.starts_at > $4::timestamptz - interval '1 day' and b.ends_at > $4 and a.id > $3
     order by a.id limit $5`,
    [organization, id, after, now, limit],
  );
}

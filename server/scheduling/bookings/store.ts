import type { Db, Tx } from '../../runtime/database/database.ts';
import type { Reach } from '../reach.ts';
import { type Named, type Picked, picking } from '../records.ts';
import type { BookingRow, Status } from './shape.ts';

export const columns = `b.id, b.practice_id, b.location_id, b.doctor_id, b.consumer_id, b.member_id, b.status,
  b.starts_at, b.ends_at, b.held_until, b.recurring, b.series_id, b.series_index, b.created_at,
  b.updated_at, l.timezone`;

export const withLocation = `scheduling.booking b
  join scheduling.location l on l.organization_id = b.organization_id and l.id = b.location_id`;

export async function selectBooking(
  db: Db,
  organization: number,
  id: number,
  reach: Reach,
): Promise<BookingRow | undefined> {
  const [row] = await db.rows<BookingRow>(
    `select ${columns} from ${withLocation}
     where b.organization_id = $1 and b.id = $2
       and ($3::bigint[] is null or b.practice_id = any($3))`,
    [organization, id, reach],
  );
  return row;
}

/** Those that are not closed, with what people call their places and doctors. */
export async function selectBookingsPicked(
  db: Db,
  organization: number,
  reach: Reach,
  picked: Picked,
): Promise<(BookingRow & Named)[]> {
  const { condition, values } = picking('b.id', picked);
  return db.rows<BookingRow & Named>(
    `select ${columns}, p.name as practice_name, l.name as location_name, d.name as doctor_name
     from ${withLocation}
     join scheduling.practice p on p.organization_id = b.organization_id and p.id = b.practice_id
     join scheduling.doctor d on d.organization_id = b.organization_id and d.id = b.doctor_id
     where b.organization_id = $1 and ($2::bigint[] is null or b.practice_id = any($2))
       and b.status <> 'closed' and ${condition}`,
    [organization, reach, ...values],
  );
}

/** Which of these bookings are within reach, closed ones too. */
export async function selectBookingsReached(
  db: Db,
  organization: number,
  reach: Reach,
  ids: readonly number[],
): Promise<number[]> {
  const rows = await db.rows<{ id: number }>(
    `select id from scheduling.booking
     where organization_id = $1 and ($2::bigint[] is null or practice_id = any($2)) and id = any($3)`,
    [organization, reach, ids],
  );
  return rows.map(({ id }) => id);
}

export type NewBookingRow = Pick<
  BookingRow,
  | 'practice_id'
  | 'location_id'
  | 'doctor_id'
  | 'consumer_id'
  | 'member_id'
  | 'starts_at'
  | 'ends_at'
  | 'recurring'
  | 'series_id'
  | 'series_index'
> & { status: Status };

/** Adds bookings; with `skipTaken`, leaves out those that exist already or whose time is taken. */
export async function insertBookings(
  tx: Tx,
  organization: number,
  now: Date,
  bookings: readonly NewBookingRow[],
  { skipTaken = false } = {},
): Promise<BookingRow[]> {
  return tx.rows<BookingRow>(
    `with b as (
       insert into scheduling.booking (organization_id, practice_id, location_id, doctor_id,
         consumer_id, member_id, status, starts_at, ends_at, recurring, series_id, series_index, created_at,
         updated_at)
       select $1, practice_id, location_id, doctor_id, consumer_id, member_id, status, starts_at,
         ends_at, recurring, series_id, series_index, $2, $2
       from jsonb_to_recordset($3::jsonb) as r (practice_id bigint, location_id bigint,
         doctor_id bigint, consumer_id bigint, member_id bigint, status text, starts_at timestamptz,
         ends_at timestamptz, recurring boolean, series_id bigint, series_index integer)
       ${skipTaken ? 'on conflict do nothing' : ''}
       returning *)
     select ${columns} from b
     join scheduling.location l on l.organization_id = b.organization_id and l.id = b.location_id
     order by b.starts_at, b.id`,
    [organization, now, JSON.stringify(bookings)],
  );
}

export type BookingUpdate = Pick<
  BookingRow,
  | 'id'
  | 'practice_id'
  | 'location_id'
  | 'doctor_id'
  | 'status'
  | 'starts_at'
  | 'ends_at'
  | 'held_until'
  | 'recurring'
  | 'series_id'
  | 'series_index'
>;

export async function updateBookings(
  tx: Tx,
  organization: number,
  now: Date,
  bookings: readonly BookingUpdate[],
): Promise<BookingRow[]> {
  return tx.rows<BookingRow>(
    `with b as (
       update scheduling.booking b
       set practice_id = r.practice_id, location_id = r.location_id, doctor_id = r.doctor_id,
         status = r.status, starts_at = r.starts_at, ends_at = r.ends_at,
         held_until = r.held_until, recurring = r.recurring, series_id = r.series_id,
         series_index = r.series_index, updated_at = $2,
         hold_token_hash = case when r.held_until is not null then b.hold_token_hash end
       from jsonb_to_recordset($3::jsonb) as r (id bigint, practice_id bigint, location_id bigint,
         doctor_id bigint, status text, starts_at timestamptz, ends_at timestamptz,
         held_until timestamptz, recurring boolean, series_id bigint, series_index integer)
       where b.organization_id = $1 and b.id = r.id
       returning b.*)
     select ${columns} from b
     join scheduling.location l on l.organization_id = b.organization_id and l.id = b.location_id
     order by b.starts_at, b.id`,
    [organization, now, JSON.stringify(bookings)],
  );
}

/**
 * Takes bookings out of the exclusion constraint for the rest of the transaction, so that they can
 * be moved.
 */
export async function updateBookingsParked(tx: Tx, organization: number, ids: readonly number[]) {
  await tx.rows(
    `update scheduling.booking set status = 'open', held_until = null
     where organization_id = $1 and id = any($2) and status in ('pending', 'booked')`,
    [organization, ids],
  );
}

/** Called before bookings move away from practices: each such move is recorded at the practice. */
export async function lockPractices(tx: Tx, organization: number, ids: readonly number[]) {
  await tx.rows(
    `select from scheduling.practice
     where organization_id = $1 and id = any($2) order by id for no key update`,
    [organization, ids],
  );
}

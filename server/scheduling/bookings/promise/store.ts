import { lengthMinutesMax } from '../../../../contract/scheduling/bookings.ts';
import type { Db, Tx } from '../../../runtime/database/database.ts';
import type { BookingRow } from '../shape.ts';

/** An arbitrary number: with a day added, it keeps these advisory locks apart from others. */
const daySeed = 203_180_000;
/** The same for whole series, and bookings that are in none. */
const seriesSeed = 7_021_004;
const lengthMillisecondsMax = lengthMinutesMax * 60_000;

/** A day of a doctor, counted from 1970 in UTC. */
export type Day = { doctor: number; day: number };

/**
 * Locks days of doctors until the transaction ends, in the order that every transaction keeps to.
 */
export async function lockDays(tx: Tx, days: readonly Day[]): Promise<void> {
  await tx.rows(
    `select pg_advisory_xact_lock(key) from (
       select distinct hashint8extended(doctor, ${daySeed} + day) as key
       from unnest($1::bigint[], $2::bigint[]) as d (doctor, day)
       order by key) k`,
    [days.map(({ doctor }) => doctor), days.map(({ day }) => day)],
  );
}

/** Locks the days of a booking as it stands, and answers them. */
export async function lockDaysOf(tx: Tx, organization: number, bookingId: number): Promise<Day[]> {
  return tx.rows<Day>(
    `select doctor, day, pg_advisory_xact_lock(key) from (
       select b.doctor_id as doctor, day, hashint8extended(b.doctor_id, ${daySeed} + day) as key
       from scheduling.booking b
       cross join lateral generate_series(
         floor(extract(epoch from b.starts_at) / 86400)::bigint,
         ceil(extract(epoch from b.ends_at) / 86400)::bigint - 1) as day
       where b.organization_id = $1 and b.id = $2
       order by key) k`,
    [organization, bookingId],
  );
}

/**
 * Locks the series that bookings belong to, or the bookings themselves when they are in none, until
 * the transaction ends; before any day. Only the holder of the lock may move, add or delete them.
 * Answers the ids of the series and bookings that it locked.
 */
export async function lockSeriesOf(
  tx: Tx,
  organization: number,
  bookingIds: readonly number[],
): Promise<number[]> {
  const rows = await tx.rows<{ id: number }>(
    `select id, pg_advisory_xact_lock(key) from (
       select distinct id, hashint8extended(id, ${seriesSeed}) as key from (
         select coalesce(series_id, id) as id from scheduling.booking
         where organization_id = $1 and id = any($2)) s
       order by key) k`,
    [organization, bookingIds],
  );
  return rows.map(({ id }) => id);
}

/** The same for series, by id. */
export async function lockSeries(tx: Tx, ids: readonly number[]): Promise<void> {
  await tx.rows(
    `select pg_advisory_xact_lock(key) from (
       select distinct hashint8extended(id, ${seriesSeed}) as key
       from unnest($1::bigint[]) as id
       order by key) k`,
    [ids],
  );
}

/**
 * Opens holds that have ended and overlap one of the stretches. They are locked by id: one that
 * reaches into the next day may block somebody who has locked that day.
 */
export async function updateEndedHolds(
  tx: Tx,
  organization: number,
  stretches: readonly { doctor_id: number; starts_at: Date; ends_at: Date }[],
  now: Date,
): Promise<void> {
  const starts = stretches.map(({ starts_at }) => starts_at);
  await tx.rows(
    `with ended as (
       select b.id from unnest($3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
         as s (doctor_id, earliest, starts_at, ends_at)
       join scheduling.booking b on b.organization_id = $1 and b.doctor_id = s.doctor_id
         and b.starts_at > s.earliest and b.starts_at < s.ends_at and b.ends_at > s.starts_at
       where b.status = 'pending' and b.held_until <= $2
       order by b.id
       for no key update of b)
     update scheduling.booking b
     set status = 'open', held_until = null, hold_token_hash = null, updated_at = $2
     from ended where b.organization_id = $1 and b.id = ended.id`,
    [
      organization,
      now,
      stretches.map(({ doctor_id }) => doctor_id),
      starts.map((start) => new Date(start.getTime() - lengthMillisecondsMax)),
      starts,
      stretches.map(({ ends_at }) => ends_at),
    ],
  );
}

/**
 * The promised booking that overlaps an opening, of several the one that ends last. Times are
 * compared with values, and by practice, so that an index can be used behind the wall.
 */
export async function selectBlocker(
  db: Db,
  organization: number,
  { id, practice_id, doctor_id, starts_at, ends_at }: BookingRow,
  now: Date,
): Promise<Pick<BookingRow, 'status' | 'held_until'> | undefined> {
  const earliest = new Date(starts_at.getTime() - lengthMillisecondsMax);
  const [row] = await db.rows<Pick<BookingRow, 'status' | 'held_until'>>(
    `select status, held_until from scheduling.booking
     where organization_id = $1 and practice_id = $2 and doctor_id = $3 and id <> $4
       and starts_at > $5 and starts_at < $6 and ends_at > $7
       and status in ('pending', 'booked')
       and (status = 'booked' or held_until is null or held_until > $8)
     order by status = 'booked' desc, held_until desc nulls first limit 1`,
    [organization, practice_id, doctor_id, id, earliest, ends_at, starts_at, now],
  );
  return row;
}

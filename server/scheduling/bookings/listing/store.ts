import type { Db } from '../../../runtime/database/database.ts';
import type { Reach } from '../../reach.ts';
import type { BookingRow } from '../shape.ts';
import { columns, withLocation } from '../store.ts';

export type List = {
  practiceId: number;
  /** null: every location of the practice. */
  locationId: number | null;
  statuses: readonly string[];
  now: Date;
};

/** A place in a list: what comes after it begins later, or at the same time with a higher id. */
export type ListPosition = { startsAt: Date | '-infinity'; id: number };

/** The version of a booking: while it is the same, a list shows the same of it. */
export type BookingVersion = {
  id: number;
  /** The transaction that wrote it last. */
  written_by: string;
  timezone: string;
  /** Whether a hold has ended. */
  is_free: boolean;
};

const version = `b.id, b.written_by, l.timezone,
  coalesce(b.status = 'pending' and b.held_until <= $4, false) as is_free`;

/** One page of a list by start; open ones only if they can be booked now. */
export function selectBookings(
  db: Db,
  organization: number,
  list: List,
  after: ListPosition,
  limit: number,
): Promise<BookingRow[]> {
  return selectListed(db, organization, columns, list, after, limit);
}

/** The same page in less than half of the time: only which bookings it shows, and in which version. */
export function selectBookingVersions(
  db: Db,
  organization: number,
  list: List,
  after: ListPosition,
  limit: number,
): Promise<BookingVersion[]> {
  return selectListed(db, organization, version, list, after, limit);
}

/** Bookings of a list by id, in no order. */
export function selectBookingsIn(
  db: Db,
  organization: number,
  ids: readonly number[],
): Promise<BookingRow[]> {
  return db.rows<BookingRow>(
    `select ${columns} from ${withLocation} where b.organization_id = $1 and b.id = any($2)`,
    [organization, ids],
  );
}

/**
 * Promises of a doctor never overlap and last a day at most, so the first one that ends later decides.
 * `&&` would read all of them: behind the wall only operators that are leakproof use an index.
 */
function selectListed<Row>(
  db: Db,
  organization: number,
  selected: string,
  { practiceId, locationId, statuses, now }: List,
  after: ListPosition,
  limit: number,
): Promise<Row[]> {
  const column = locationId === null ? 'practice_id' : 'location_id';
  return db.rows<Row>(
    `select ${selected} from ${withLocation}
     where b.organization_id = $1 and b.${column} = $2 and b.status <> 'closed'
       and (b.starts_at, b.id) > ($5::timestamptz, $6::bigint)
       and (
         ('booked' = any($3) and b.status = 'booked')
         or ('pending' = any($3) and b.status = 'pending'
           and (b.held_until is null or b.held_until > $4))
         or ('open' = any($3) and b.starts_at > $4
           and (b.status = 'open' or (b.status = 'pending' and b.held_until <= $4))
           and not exists (
             select from (
               select o.starts_at from scheduling.booking o
               where o.organization_id = b.organization_id and o.doctor_id = b.doctor_id
                 and o.ends_at > b.starts_at and o.ends_at < b.ends_at + interval '24 hours'
                 and o.status in ('pending', 'booked')
                 and (o.status = 'booked' or o.held_until is null or o.held_until > $4)
               order by o.ends_at limit 1) o
             where o.starts_at < b.ends_at)))
     order by b.starts_at, b.id
     limit $7`,
    [organization, locationId ?? practiceId, statuses, now, after.startsAt, after.id, limit],
  );
}

export type ListState = {
  practice_id: number;
  snapshot: string;
  /** When the postmaster started: after a restart, numbers of transactions mean something else. */
  postmaster: string;
  /** Whether a booking was written that the earlier snapshot had not seen; null without one. */
  changed: boolean | null;
  /** When the next hold of the practice ends. */
  next_hold_end: Date | null;
};

/**
 * Whether a practice or location is within reach, and whether the bookings of the practice changed
 * since a snapshot was taken.
 */
export async function selectListState(
  db: Db,
  organization: number,
  place: { practiceId: number } | { locationId: number },
  { reach, since, now }: { reach: Reach; since: string | null; now: Date },
): Promise<ListState | undefined> {
  const practiceId =
    'practiceId' in place
      ? '$2'
      : `(select practice_id from scheduling.location
           where organization_id = $1 and id = $2 and removed_at is null)`;
  const [row] = await db.rows<ListState>(
    `select p.id as practice_id, pg_current_snapshot()::text as snapshot,
       pg_postmaster_start_time()::text as postmaster,
       case when $4::pg_snapshot is not null then
         coalesce(not pg_visible_in_snapshot(p.left_by, $4::pg_snapshot), false) or coalesce((
           select true from scheduling.booking b
           where b.organization_id = $1 and b.practice_id = p.id
             and b.written_by >= pg_snapshot_xmin($4::pg_snapshot)
             and not pg_visible_in_snapshot(b.written_by, $4::pg_snapshot)
           order by b.written_by limit 1), false) end as changed,
       (select min(h.held_until) from scheduling.booking h
        where h.organization_id = $1 and h.practice_id = p.id
          and h.held_until > $5) as next_hold_end
     from scheduling.practice p
     where p.organization_id = $1 and p.id = ${practiceId}
       and ($3::bigint[] is null or p.id = any($3))`,
    [organization, 'practiceId' in place ? place.practiceId : place.locationId, reach, since, now],
  );
  return row;
}

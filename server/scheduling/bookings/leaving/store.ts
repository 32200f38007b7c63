import type { Db, Tx } from '../../../runtime/database/database.ts';
import type { Claim } from '../promise/claims.ts';

export type LeftRow = Claim & { id: number };

/** Whose bookings: those of a consumer that ends, or of a location or doctor that is removed. */
export type Whose = { column: 'consumer_id' | 'location_id' | 'doctor_id'; id: number };

/**
 * SQL: whether a booking or series is still offered: its consumer exists or has a successor, and so
 * do the doctor and the location. What a member offers belongs to the practice, and stays when the
 * membership ends.
 */
export const isOffered = (one: string) => `(exists (
  select from scheduling.doctor d
  join scheduling.location l on l.organization_id = d.organization_id and l.id = ${one}.location_id
  where d.organization_id = ${one}.organization_id and d.id = ${one}.doctor_id
    and d.removed_at is null and l.removed_at is null)
  and (${one}.consumer_id is null or exists (
    select from platform.consumer c
    where c.organization_id = ${one}.organization_id and c.id = ${one}.consumer_id
      and (c.revoked_at is null or c.successor_id is not null))))`;

/**
 * A consumer, location or doctor that is gone; and the consumer that has its offers now, if any.
 */
export type Gone = { organization: number; whose: Whose; successor: number | null };

/** Consumers, locations and doctors, of all organizations, that have been gone since. */
export async function selectGone(db: Db, since: Date): Promise<Gone[]> {
  return db.rows<Gone>(
    `select organization_id as organization,
       jsonb_build_object('column', 'consumer_id', 'id', id) as whose, successor_id as successor
     from platform.consumer where revoked_at > $1
     union all
     select organization_id, jsonb_build_object('column', 'location_id', 'id', id), null
     from scheduling.location where removed_at > $1
     union all
     select organization_id, jsonb_build_object('column', 'doctor_id', 'id', id), null
     from scheduling.doctor where removed_at > $1`,
    [since],
  );
}

/** Bookings without an appointment that are not over, by id. */
export async function selectUnclaimed(
  db: Db,
  organization: number,
  { whose, after, limit, now }: { whose: Whose; after: number; limit: number; now: Date },
): Promise<LeftRow[]> {
  return db.rows<LeftRow>(
    `select id, doctor_id, starts_at, ends_at from scheduling.booking
     where organization_id = $1 and ${whose.column} = $2 and id > $3 and status in ('open', 'pending')
       and ends_at > $4
     order by id limit $5`,
    [organization, whose.id, after, now, limit],
  );
}

/** Locks those of some bookings for which that is still true. */
export async function lockUnclaimed(
  tx: Tx,
  organization: number,
  whose: Whose,
  ids: readonly number[],
): Promise<LeftRow[]> {
  return tx.rows<LeftRow>(
    `select id, doctor_id, starts_at, ends_at from scheduling.booking
     where organization_id = $1 and ${whose.column} = $2 and id = any($3)
       and status in ('open', 'pending')
     order by id for no key update`,
    [organization, whose.id, ids],
  );
}

export async function selectSeriesIds(
  db: Db,
  organization: number,
  whose: Whose,
  limit: number,
): Promise<number[]> {
  const rows = await db.rows<{ id: number }>(
    `select id from scheduling.series
     where organization_id = $1 and ${whose.column} = $2 and last_index is null order by id limit $3`,
    [organization, whose.id, limit],
  );
  return rows.map(({ id }) => id);
}

/** Ends series with the last occurrence that they have; answers how many went on. */
export async function updateSeriesEnded(tx: Tx, organization: number, ids: readonly number[]) {
  const rows = await tx.rows(
    `update scheduling.series s
     set last_index = coalesce((
       select max(b.series_index) from scheduling.booking b
       where b.organization_id = s.organization_id and b.series_id = s.id), 0)
     where s.organization_id = $1 and s.id = any($2) and s.last_index is null
     returning s.id`,
    [organization, ids],
  );
  return rows.length;
}

export type Handover = { from: number; to: number; after: number; limit: number; now: Date };

const handovers = {
  bookings: { table: 'booking', mine: "status <> 'closed' and ends_at > $6" },
  appointments: { table: 'appointment', mine: "status = 'scheduled' and ends_at > $6" },
  series: { table: 'series', mine: 'last_index is null and $6::timestamptz is not null' },
};

export type Handed = keyof typeof handovers;

/** Gives some of what is not over to another consumer; answers the ids, in order. */
export async function updateOwner(
  tx: Tx,
  organization: number,
  what: Handed,
  { from, to, after, limit, now }: Handover,
): Promise<number[]> {
  const { table, mine } = handovers[what];
  const rows = await tx.rows<{ id: number }>(
    `with mine as (
       select id from scheduling.${table}
       where organization_id = $1 and consumer_id = $2 and id > $4 and ${mine}
       order by id limit $5 for no key update),
     given as (
       update scheduling.${table} set consumer_id = $3
       where organization_id = $1 and id = any(array(select id from mine)) returning id)
     select id from given order by id`,
    [organization, from, to, after, limit, now],
  );
  return rows.map(({ id }) => id);
}

/** The practices where a consumer has something that is not over. */
export async function selectPracticesOf(
  db: Db,
  organization: number,
  consumerId: number,
  now: Date,
): Promise<number[]> {
  const rows = await db.rows<{ practice_id: number }>(
    `select practice_id from scheduling.booking
     where organization_id = $1 and consumer_id = $2 and status <> 'closed' and ends_at > $3
     union select practice_id from scheduling.series
     where organization_id = $1 and consumer_id = $2 and last_index is null
     union select practice_id from scheduling.appointment
     where organization_id = $1 and consumer_id = $2 and status = 'scheduled' and ends_at > $3`,
    [organization, consumerId, now],
  );
  return rows.map(({ practice_id }) => practice_id);
}

/**
 * The number of upcoming appointments that a consumer made, or that patients have at its bookings.
 */
export async function selectAppointmentCount(
  db: Db,
  organization: number,
  consumerId: number,
  now: Date,
): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    `select count(*)::int as count from (
       select id from scheduling.appointment
       where organization_id = $1 and consumer_id = $2 and status = 'scheduled' and ends_at > $3
       union
       select a.id from scheduling.booking b
       join scheduling.appointment a on a.organization_id = b.organization_id
         and a.booking_id = b.id and a.status = 'scheduled' and a.ends_at > $3
       where b.organization_id = $1 and b.consumer_id = $2 and b.status <> 'closed'
         and b.ends_at > $3) a`,
    [organization, consumerId, now],
  );
  return row?.count ?? 0;
}

import type { Db, Tx } from '../server/runtime/database/database.ts';

export type Ids = { first: number; last: number };

/** Practices with one location and some doctors each; answers the ids, which are contiguous. */
export async function insertPractices(
  tx: Tx,
  organization: number,
  practices: number,
  doctorsEach: number,
): Promise<{ practices: Ids; locations: Ids; doctors: Ids }> {
  const [row] = await tx.rows<Record<string, number>>(
    `with practice as (
       insert into scheduling.practice (organization_id, name, country, created_at)
       select $1, 'Practice ' || n, 'US', now() from generate_series(1, $2::int) n
       returning id
     ), location as (
       insert into scheduling.location (organization_id, practice_id, name, timezone, created_at)
       select $1, id, 'Springfield', 'America/Chicago', now() from practice order by id
       returning id
     ), doctor as (
       insert into scheduling.doctor (organization_id, practice_id, name, created_at)
       select $1, id, 'Doctor ' || n, now()
       from practice, generate_series(1, $3::int) n order by id, n
       returning id
     )
     select (select min(id) from practice) as p1, (select max(id) from practice) as p2,
       (select min(id) from location) as l1, (select max(id) from location) as l2,
       (select min(id) from doctor) as d1, (select max(id) from doctor) as d2`,
    [organization, practices, doctorsEach],
  );
  const { p1 = 0, p2 = 0, l1 = 0, l2 = 0, d1 = 0, d2 = 0 } = row ?? {};
  return {
    practices: { first: p1, last: p2 },
    locations: { first: l1, last: l2 },
    doctors: { first: d1, last: d2 },
  };
}

export type Openings = {
  practices: Ids;
  locations: Ids;
  doctors: Ids;
  consumerId: number;
  count: number;
  /** Minutes from now to the first start. */
  beginMinutes?: number;
};

/**
 * Open bookings of half an hour, spread over practices and their doctors in turn, so that no two of
 * one doctor overlap; answers their ids, which are contiguous, and the first start.
 */
export async function insertOpenings(
  tx: Tx,
  organization: number,
  { practices, locations, doctors, consumerId, count, beginMinutes = 1440 }: Openings,
): Promise<Ids & { startSeconds: number }> {
  const doctorCount = doctors.last - doctors.first + 1;
  const [row] = await tx.rows<Ids & { startSeconds: number }>(
    `with slot as (
       select n, n % $6::int as doctor, date_trunc('hour', now())
         + make_interval(mins => $8::int + 30 * (n / $6::int)::int) as starts_at
       from generate_series(0, $7::int - 1) n
     ), made as (
       insert into scheduling.booking (organization_id, practice_id, location_id, doctor_id,
         consumer_id, status, starts_at, ends_at, created_at, updated_at)
       select $1, $2::bigint + doctor / $9::int, $3::bigint + doctor / $9::int,
         $4::bigint + doctor, $5, 'open', starts_at, starts_at + interval '30 minutes', now(), now()
       from slot order by n
       returning id, starts_at
     )
     select min(id) as first, max(id) as last,
       extract(epoch from min(starts_at))::bigint as "startSeconds" from made`,
    [
      organization,
      practices.first,
      locations.first,
      doctors.first,
      consumerId,
      doctorCount,
      count,
      beginMinutes,
      doctorCount / (practices.last - practices.first + 1),
    ],
  );
  return row as Ids & { startSeconds: number };
}

/** Events that the job queue has not read, and jobs that have not run. */
export async function selectBacklog(db: Db): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    `select (select count(*) from platform.event e, platform.event_reader r
       where (e.transaction, e.sequence) > (r.transaction, r.sequence))
     + (select count(*) from pgboss.job where state < 'completed' and start_after <= now())
       as count`,
  );
  return row?.count ?? 0;
}

/** After many rows were inserted at once: what autovacuum would do within a minute. */
export const settle = 'vacuum (analyze)';
export const checkpoint = 'checkpoint';

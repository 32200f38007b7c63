import type { Db, Tx } from '../database/database.ts';
import type { Place, Position } from './position.ts';

export type EventRow = Place & {
  organization: number;
  type: string;
  subject: string;
  data: Record<string, unknown>;
  created_at: Date;
};

export async function insertEvents(
  tx: Tx,
  organization: number,
  now: Date,
  events: readonly { type: string; subject: string; data: object }[],
): Promise<void> {
  tx.write(
    `insert into platform.event (organization, type, subject, data, created_at)
     select $1, type, subject, data, $2
     from jsonb_to_recordset($3::jsonb) as e (type text, subject text, data jsonb)`,
    [organization, now, JSON.stringify(events)],
  );
}

/**
 * What follows a position, in the order of the log. A row is shown once every transaction that began
 * before its own has ended; until then, one with a lower position could still appear.
 */
export async function selectEventsAfter(
  db: Db,
  { transaction, sequence }: Place,
  limit: number,
): Promise<EventRow[]> {
  return db.rows<EventRow>(
    `select e.transaction::text, e.sequence, e.organization, e.type, e.subject, e.data, e.created_at
     from platform.event e
     where (e.transaction, e.sequence) > ($1::xid8, $2::bigint)
       and e.transaction < pg_snapshot_xmin(pg_current_snapshot())
     order by e.transaction, e.sequence
     limit $3`,
    [transaction, sequence, limit],
  );
}

/** Where the log ends for who reads it now: every event of an older transaction is visible. */
export async function selectEnd(db: Db): Promise<Position> {
  const [end] = await db.rows<Position>(
    `select pg_snapshot_xmin(pg_current_snapshot())::text as transaction, 0 as sequence,
       platform.life() as life`,
  );
  return end as Position;
}

/** A reader that is new starts at the end of the log. */
export async function insertReader(tx: Tx, name: string): Promise<void> {
  await tx.rows(
    `insert into platform.event_reader (name, transaction, sequence)
     values ($1, pg_snapshot_xmin(pg_current_snapshot()), 0)
     on conflict (name) do nothing`,
    [name],
  );
}

/** The position of a reader, locked; undefined while another process is reading under this name. */
export async function lockReader(tx: Tx, name: string): Promise<Place | undefined> {
  const [position] = await tx.rows<Place>(
    `select transaction::text, sequence from platform.event_reader
     where name = $1 for update skip locked`,
    [name],
  );
  return position;
}

export async function updateReader(tx: Tx, name: string, position: Place): Promise<void> {
  tx.write(
    'update platform.event_reader set transaction = $2::xid8, sequence = $3 where name = $1',
    [name, position.transaction, position.sequence],
  );
}

/** How many events each reader has not read, and the age of the oldest of them in seconds. */
export async function selectReaderLag(db: Db) {
  return db.rows<{ name: string; events: number; seconds: number }>(
    `select r.name, count(e.sequence)::int as events,
       coalesce(extract(epoch from now() - min(e.created_at)), 0)::float8 as seconds
     from platform.event_reader r
     left join platform.event e on (e.transaction, e.sequence) > (r.transaction, r.sequence)
     group by r.name`,
  );
}

/** How many transactions began since the oldest one that still writes. */
export async function selectHorizon(db: Db) {
  return db.rows<{ transactions: number }>(
    `select (pg_snapshot_xmax(s)::text::bigint - pg_snapshot_xmin(s)::text::bigint) as transactions
     from pg_current_snapshot() s`,
  );
}

/** Of a position that is kept as a setting. */
const kept = (value: string) =>
  `(((${value}->>'transaction')::xid8), ((${value}->>'sequence')::bigint))`;

/**
 * Deletes what is older than `before` and has been read by every reader; answers how many. The last
 * position of what is gone is kept: who stands before it has missed something.
 */
export async function deleteReadEvents(tx: Tx, before: Date): Promise<number> {
  const [deleted] = await tx.rows<{ count: number }>(
    `with gone as (
       delete from platform.event e
       where e.created_at < $1 and not exists (
         select from platform.event_reader r
         where (e.transaction, e.sequence) > (r.transaction, r.sequence))
       returning e.transaction, e.sequence),
     moved as (
       insert into platform.setting as s (name, value)
       select 'events_deleted_to',
         jsonb_build_object('transaction', g.transaction::text, 'sequence', g.sequence)
       from gone g order by g.transaction desc, g.sequence desc limit 1
       on conflict (name) do update set value = excluded.value
         where ${kept('excluded.value')} > ${kept('s.value')})
     select count(*)::int as count from gone`,
    [before],
  );
  return deleted?.count ?? 0;
}

/** How a position stands to the log. */
export type Standing = {
  /** Where the log ends for who reads it now. */
  end: Position;
  /** Something after the position has been deleted. */
  isCut: boolean;
  /** Events after the position, of which `own` are of the organization and of the types. */
  own: number;
  total: number;
};

/** Looks at no more than `totalMax` events after the position. */
export async function selectStanding(
  db: Db,
  { transaction, sequence }: Position,
  of: { organization: number; types: readonly string[] },
  totalMax: number,
): Promise<Standing> {
  type Row = { end: string; life: number; is_cut: boolean; own: number; total: number };
  const [row] = await db.rows<Row>(
    `select pg_snapshot_xmin(pg_current_snapshot())::text as end, platform.life() as life,
       exists (
         select from platform.setting s
         where s.name = 'events_deleted_to'
           and ${kept('s.value')} > ($1::xid8, $2::bigint)) as is_cut,
       later.own, later.total
     from (
       select count(*) filter (where e.organization = $3 and e.type = any($4))::int as own,
         count(*)::int as total
       from (
         select organization, type from platform.event
         where (transaction, sequence) > ($1::xid8, $2::bigint)
         order by transaction, sequence
         limit $5) e) later`,
    [transaction, sequence, of.organization, of.types, totalMax],
  );
  const { end, life, is_cut, own, total } = row as Row;
  return { end: { transaction: end, sequence: 0, life }, isCut: is_cut, own, total };
}

/** How the numbers in the log and of its readers stand to the database's own. */
export type Lead = {
  /** How many transactions they are ahead; 0 where all is well. */
  transactions: number;
  /** An adoption has begun and did not end. */
  isUnfinished: boolean;
};

export async function selectLead(db: Db): Promise<Lead> {
  const [row] = await db.rows<Lead>(
    `select greatest(0, coalesce(max(n.transaction::text::numeric), 0)
         - pg_snapshot_xmax(pg_current_snapshot())::text::numeric)::float8 as transactions,
       exists (select from platform.setting where name = 'adoption') as "isUnfinished"
     from (
       (select transaction from platform.event order by transaction desc limit 1)
       union all
       (select transaction from platform.event_reader)) n`,
  );
  return row as Lead;
}

import type { EventOf } from '../../../contract/events.ts';
import type { Db, Tx } from '../database/database.ts';
import type { Place, Position } from './position.ts';

export type EventRow = Place &
  EventOf & {
    organization: number;
    created_at: Date;
    /** How deep whatever made it happen stands: 0 where no workflow did. */
    depth: number;
  };

export async function insertEvents(
  tx: Tx,
  organization: number,
  now: Date,
  events: readonly { type: string; subject: string; data: object; depth?: number }[],
): Promise<void> {
  tx.write(
    `insert into platform.event (organization, type, subject, data, created_at, depth)
     select $1, type, subject, data, $2,
       coalesce(depth, nullif(current_setting('heddle.depth', true), '')::integer, 0)
     from jsonb_to_recordset($3::jsonb) as e (type text, subject text, data jsonb, depth integer)`,
    [organization, now, JSON.stringify(events)],
  );
}

/**
 * The events after a position, in the order of the log, up to an end of it that was read before. An
 * event is shown once every transaction that began before its own has ended; until then, one with a
 * lower position could still appear.
 */
export async function selectEventsAfter(
  db: Db,
  { transaction, sequence }: Place,
  end: string,
  limit: number,
): Promise<EventRow[]> {
  return db.rows<EventRow>(
    `select e.transaction::text, e.sequence, e.organization, e.type, e.subject, e.data, e.created_at,
       e.depth
     from platform.event e
     where (e.transaction, e.sequence) > ($1::xid8, $2::bigint) and e.transaction < $3::xid8
     order by e.transaction, e.sequence
     limit $4`,
    [transaction, sequence, end, limit],
  );
}

/** The end of the log for readers from now on: every event of an older transaction is visible. */
export async function selectEnd(db: Db): Promise<Position> {
  const [end] = await db.rows<Position>(
    `select platform.log_end()::text as transaction, 0 as sequence, platform.life() as epoch`,
  );
  return end as Position;
}

/** A new reader starts at the end of the log. */
export async function insertReader(tx: Tx, name: string): Promise<void> {
  await tx.rows(
    `insert into platform.event_reader (name, transaction, sequence)
     values ($1, platform.log_end(), 0)
     on conflict (name) do nothing`,
    [name],
  );
}

/** It begins at the end of the log when somebody reads under its name again. */
export async function deleteReader(db: Db, name: string): Promise<void> {
  await db.rows('delete from platform.event_reader where name = $1', [name]);
}

/**
 * The position of a reader, locked, and the end of the log; undefined while another process is
 * reading under this name.
 */
export async function lockReader(
  tx: Tx,
  name: string,
): Promise<(Place & { end: string }) | undefined> {
  const [position] = await tx.rows<Place & { end: string }>(
    `select transaction::text, sequence, platform.log_end()::text as end from platform.event_reader
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

/**
 * For each reader, how many events it has not read, and the age of the oldest of them in seconds.
 */
export async function selectReaderLag(db: Db) {
  return db.rows<{ name: string; events: number; seconds: number }>(
    `select r.name, count(e.sequence)::int as events,
       coalesce(extract(epoch from now() - min(e.created_at)), 0)::float8 as seconds
     from platform.event_reader r
     left join platform.event e on (e.transaction, e.sequence) > (r.transaction, r.sequence)
     group by r.name`,
  );
}

/** How many transactions have begun since the oldest one that readers of the log wait for. */
export async function selectHorizon(db: Db) {
  return db.rows<{ transactions: number }>(
    `select greatest(0, pg_snapshot_xmax(pg_current_snapshot())::text::bigint
       - platform.log_end()::text::bigint) as transactions`,
  );
}

/** A position that is stored as a setting. */
const kept = (value: string) =>
  `(((${value}->>'transaction')::xid8), ((${value}->>'sequence')::bigint))`;

/** The position that every reader, and the end of the log, has passed. */
export async function selectReadTo(db: Db): Promise<Place> {
  const [place] = await db.rows<Place>(
    `select transaction::text, sequence from (
       select transaction, sequence from platform.event_reader
       union all
       select platform.log_end(), 0) p
     order by p.transaction, p.sequence limit 1`,
  );
  return place as Place;
}

export type Deletion = {
  deleted: number;
  /** The transaction of the last event that was looked at; null when there was none. */
  transaction: string | null;
  sequence: number;
};

/**
 * Looks at the `limit` oldest events, and deletes those that are older than `before`. The last
 * deleted position is remembered: a reader that is before it has missed something.
 */
export async function deleteEvents(
  tx: Tx,
  { from, to, before, limit }: { from: Place; to: Place; before: Date; limit: number },
): Promise<Deletion> {
  const [row] = await tx.rows<Deletion>(
    `with oldest as materialized (
       select ctid as at, transaction, sequence, created_at from platform.event
       where (transaction, sequence) > ($1::xid8, $2::bigint)
         and (transaction, sequence) <= ($3::xid8, $4::bigint)
       order by transaction, sequence limit $6),
     gone as (
       delete from platform.event
       where ctid = any(array(select at from oldest where created_at < $5))
       returning transaction, sequence),
     moved as (
       insert into platform.setting as s (name, value)
       select 'events_deleted_to',
         jsonb_build_object('transaction', g.transaction::text, 'sequence', g.sequence)
       from gone g order by g.transaction desc, g.sequence desc limit 1
       on conflict (name) do update set value = excluded.value
         where ${kept('excluded.value')} > ${kept('s.value')})
     select (select count(*) from gone)::int as deleted, last.transaction::text, last.sequence
     from (values (1)) one
     left join (
       select transaction, sequence from oldest order by transaction desc, sequence desc limit 1
     ) last on true`,
    [from.transaction, from.sequence, to.transaction, to.sequence, before, limit],
  );
  return row as Deletion;
}

/** How a position relates to the log. */
export type Standing = {
  /** The end of the log for readers from now on. */
  end: Position;
  /** Events after the position have been deleted. */
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
  type Row = { end: string; epoch: number; is_cut: boolean; own: number; total: number };
  const [row] = await db.rows<Row>(
    `select platform.log_end()::text as end, platform.life() as epoch,
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
  const { end, epoch, is_cut, own, total } = row as Row;
  return { end: { transaction: end, sequence: 0, epoch }, isCut: is_cut, own, total };
}

/** How the numbers in the log and of its readers compare with those of the database. */
export type Lead = {
  /** How many transactions they are ahead; 0 when all is well. */
  transactions: number;
  /** The log is recorded as that of another database. */
  isCopied: boolean;
  /** An adoption has begun and has not ended. */
  isUnfinished: boolean;
};

/**
 * What a dump never carries along, while a copy of the files, a replica and pg_upgrade do: the
 * object ids of the database and of a table. pg_upgrade would change the id of the cluster.
 */
const identity = `jsonb_build_object(
  'database', (select oid::bigint from pg_catalog.pg_database where datname = current_database()),
  'table', 'platform.setting'::regclass::oid::bigint)`;

/** Records which database the log belongs to, if that was never recorded. */
export async function insertIdentity(tx: Tx): Promise<void> {
  await tx.rows(
    `insert into platform.setting (name, value) values ('identity', ${identity})
     on conflict (name) do nothing`,
  );
}

/** Records that the log belongs to this database. */
export async function updateIdentity(db: Db): Promise<void> {
  await db.rows(
    `insert into platform.setting (name, value) values ('identity', ${identity})
     on conflict (name) do update set value = excluded.value`,
  );
}

export async function selectLead(db: Db): Promise<Lead> {
  const [row] = await db.rows<Lead>(
    `select greatest(0, coalesce(max(n.transaction::text::numeric), 0)
         - pg_snapshot_xmax(pg_current_snapshot())::text::numeric)::float8 as transactions,
       exists (select from platform.setting where name = 'identity' and value <> ${identity})
         as "isCopied",
       exists (select from platform.setting where name = 'adoption') as "isUnfinished"
     from (
       (select transaction from platform.event order by transaction desc limit 1)
       union all
       (select transaction from platform.event_reader)) n`,
  );
  return row as Lead;
}

import { beginText } from '../../runtime/database/store.ts';
import type { Db, Tx } from '../../runtime/database/tx.ts';

/** Before all transactions that a database can have. */
const past = `'2'::xid8`;

/** A column that holds the number of a transaction. */
export type NumberColumn = { schema: string; table: string; column: string };

/** Every column of ours with the number of a transaction, those of the log and its readers first. */
export async function selectNumberColumns(db: Db): Promise<NumberColumn[]> {
  return db.rows<NumberColumn>(
    `select n.nspname as schema, c.relname as table, a.attname as column
     from pg_attribute a
     join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
     join pg_namespace n on n.oid = c.relnamespace
     where a.atttypid = 'xid8'::regtype and a.attnum > 0 and not a.attisdropped
       and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
     order by n.nspname, c.relname, a.attname`,
  );
}

/** Begins what can take any time. */
export async function beginLong(db: Db): Promise<void> {
  await db.rows(beginText());
  await db.rows(
    `select set_config('statement_timeout', '0', true), set_config('lock_timeout', '10s', true)`,
  );
}

export async function commit(db: Db): Promise<void> {
  await db.rows('commit');
}

export async function rollback(db: Db): Promise<void> {
  await db.rows('rollback');
}

/** The last sequence of the log that came with the copy, as it was found when this began. */
export async function selectBoundary(db: Db): Promise<number | undefined> {
  const [row] = await db.rows<{ sequence: number }>(
    `select (value->>'sequence')::bigint as sequence from platform.setting where name = 'adoption'`,
  );
  return row?.sequence;
}

/**
 * Notes it. What has a number above the database's own came with the copy, and so did all that has a
 * lower sequence: sequences are copied with their state, so that what happens here has higher ones.
 * Where it is known for a copy, nothing has happened here, and all came with it.
 */
export async function insertBoundary(db: Db, isCopied = false): Promise<void> {
  await db.rows(
    `insert into platform.setting (name, value)
     select 'adoption', jsonb_build_object('sequence', greatest(
       (select max(sequence) from platform.event
        where $1 or transaction > pg_snapshot_xmax(pg_current_snapshot())),
       (select max(sequence) from platform.event_reader
        where $1 or transaction > pg_snapshot_xmax(pg_current_snapshot())), 0))
     on conflict (name) do nothing`,
    [isCopied],
  );
}

export async function countBlocks(db: Db, { schema, table }: NumberColumn): Promise<number> {
  const [row] = await db.rows<{ blocks: number }>(
    `select (pg_relation_size(format('%I.%I', $1::text, $2::text)::regclass)
       / current_setting('block_size')::int)::int as blocks`,
    [schema, table],
  );
  return row?.blocks ?? 0;
}

const within = (first: number, last: number) =>
  `ctid >= '(${first},0)'::tid and ctid < '(${last},0)'::tid`;

const name = (text: string) => `"${text.replaceAll('"', '""')}"`;

/**
 * Puts what is above the database's own number into the past, in some blocks of a table; no trigger
 * takes it for a change.
 */
export async function updateNumbers(
  db: Db,
  { schema, table, column }: NumberColumn,
  first: number,
  last: number,
): Promise<void> {
  const at = `${name(schema)}.${name(table)}`;
  await db.rows(`alter table ${at} disable trigger user`);
  await db.rows(
    `update ${at} set ${name(column)} = ${past}
     where ${within(first, last)}
       and ${name(column)} > pg_snapshot_xmax(pg_current_snapshot())`,
  );
  await db.rows(`alter table ${at} enable trigger user`);
}

/** Puts events that every reader has read into the past, in some blocks of the log. */
export async function updateReadEvents(db: Db, boundary: number, first: number, last: number) {
  await db.rows(
    `update platform.event e set transaction = ${past}
     where ${within(first, last)} and sequence <= $1 and transaction <> ${past}
       and not exists (
         select from platform.event_reader r
         where (e.transaction, e.sequence) > (r.transaction, r.sequence))`,
    [boundary],
  );
}

/** Nobody writes to the log any more until the end of the transaction. */
export async function lockLog(db: Db): Promise<void> {
  await db.rows('lock table platform.event, platform.event_reader in access exclusive mode');
}

/** Holds the jobs that unread events of the copy would cause for a reader. */
export async function insertHeldEvents(
  db: Db,
  reader: string,
  boundary: number,
  jobs: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  await db.rows(
    `insert into platform.held (name, data, made_at)
     select job.name, jsonb_build_object(
       'organization', e.organization, 'type', e.type, 'subject', e.subject), e.created_at
     from platform.event e
     join platform.event_reader r on r.name = $1
       and (e.transaction, e.sequence) > (r.transaction, r.sequence)
     cross join lateral jsonb_array_elements_text($3::jsonb->e.type) with ordinality
       as job (name, place)
     where e.sequence <= $2
     order by e.transaction, e.sequence, job.place`,
    [reader, boundary, JSON.stringify(jobs)],
  );
}

/**
 * Holds the jobs that were due or under way. Those of a timetable come again by themselves, and what
 * has failed for good stays where it is.
 */
export async function insertHeldJobs(db: Db, kept: readonly string[]): Promise<void> {
  await db.rows(
    `with due as (
       delete from pgboss.job j
       where j.state < 'completed' and (j.start_after <= now() or j.retry_count > 0)
         and j.name not like '\\_\\_pgboss%' and j.name <> all($1)
         and j.name not in (select s.name from pgboss.schedule s)
       returning j.name, j.data, j.created_on)
     insert into platform.held (name, data, made_at)
     select name, coalesce(data, '{}'), created_on from due order by created_on`,
    [kept],
  );
}

/**
 * Puts the rest of the copied log into the past, in its order, and the readers with it: those that are
 * named to its end, others to where they stood.
 */
export async function updateLog(db: Db, boundary: number, named: readonly string[]): Promise<void> {
  const sequence = 'alter table platform.event alter column sequence set generated';
  await db.rows(`${sequence} by default`);
  await db.rows(
    `with base as (select coalesce(max(sequence), 0) as sequence from platform.event),
     ranked as (
       select transaction, sequence, row_number() over (order by transaction, sequence) as rank
       from platform.event where sequence <= $1 and transaction <> ${past}),
     stood as (
       select r.name, b.sequence + (
         select count(*) from ranked e where r.name = any($2)
           or (e.transaction, e.sequence) <= (r.transaction, r.sequence)) as sequence
       from platform.event_reader r, base b),
     moved as (
       update platform.event_reader r set transaction = ${past}, sequence = s.sequence
       from stood s where s.name = r.name)
     update platform.event e set transaction = ${past}, sequence = b.sequence + r.rank
     from ranked r, base b
     where e.transaction = r.transaction and e.sequence = r.sequence`,
    [boundary, named],
  );
  await db.rows(`${sequence} always`);
  await db.rows(
    `select setval(pg_get_serial_sequence('platform.event', 'sequence'), greatest(
       (select max(sequence) from platform.event), (select max(sequence) from platform.event_reader),
       (select last_value from platform.event_sequence_seq), 1))`,
  );
}

/** Positions of the copied database mean nothing here, whoever comes with one. */
export async function beginEpoch(db: Db): Promise<void> {
  const [row] = await db.rows<{ epoch: number }>('select platform.life() + 1 as epoch');
  await db.rows(
    `create or replace function platform.life() returns bigint
     language sql stable parallel safe return ${Number(row?.epoch)}`,
  );
  await db.rows(`delete from platform.setting where name in ('adoption', 'events_deleted_to')`);
}

export type Held = {
  id: number;
  job: string;
  organization: number | null;
  about: string | null;
  since: Date;
};

/** What is held, the oldest first; of a mail its subject, which names nobody. */
export async function selectHeld(db: Db): Promise<Held[]> {
  return db.rows<Held>(
    `select h.id, h.name as job, (h.data->>'organization')::bigint as organization,
       coalesce(m.subject, h.data->>'subject') as about, h.made_at as since
     from platform.held h
     left join platform.mail m on h.name = 'mail.send'
       and m.organization_id = (h.data->>'organization')::bigint
       and m.id = (h.data->>'id')::bigint
     order by h.id`,
  );
}

/** Takes the oldest away, to be done now. */
export async function deleteHeld(tx: Tx, most: number): Promise<{ name: string; data: object }[]> {
  return tx.rows<{ name: string; data: object }>(
    `with oldest as (
       delete from platform.held
       where id in (select id from platform.held order by id limit $1 for update skip locked)
       returning id, name, data)
     select name, data from oldest order by id`,
    [most],
  );
}

/** Drops what is held; of its mails it is noted that they were not sent. Answers how many there were. */
export async function deleteAllHeld(tx: Tx, failure: string, now: Date): Promise<number> {
  const [row] = await tx.rows<{ count: number }>(
    `with gone as (delete from platform.held returning name, data),
     marked as (
       update platform.mail m set failed_at = $2, failure = $1,
         body = case when confidential then '' else body end
       from gone g
       where g.name = 'mail.send' and m.organization_id = (g.data->>'organization')::bigint
         and m.id = (g.data->>'id')::bigint and m.sent_at is null and m.failed_at is null)
     select count(*)::int as count from gone`,
    [failure, now],
  );
  return row?.count ?? 0;
}

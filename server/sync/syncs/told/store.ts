import type { Db, Tx } from '../../../runtime/database/database.ts';
import type { SealedColumn } from '../../../runtime/secrets/rotation.ts';
import { recordEvent } from './sealing.ts';

export const recordEventTypes = ['record.created', 'record.updated', 'record.deleted'] as const;
export type RecordEventType = (typeof recordEventTypes)[number];

/** Of which sync, and of what of its source. */
export type ToldOf = {
  readonly organization: number;
  readonly syncId: string;
  readonly connectionId: string;
  readonly object: string | null;
};

/** Which of these events somebody listens to: a webhook or a trigger. What triggers see tells nobody. */
export async function selectListened(
  db: Db,
  { organization, syncId, connectionId, object }: ToldOf,
): Promise<RecordEventType[]> {
  const rows = await db.rows<{ type: RecordEventType }>(
    `select asked.type from unnest($2::text[]) as asked (type)
     where not exists (
       select from sync.sync s
       where s.organization_id = $1 and s.id = $4 and s.watches is not null)
     and (exists (
       select from sync.webhook w
       where w.organization_id = $1 and w.enabled
         and w.events && array['*', 'record.*', asked.type]
         and coalesce(w.filter_connection_id, $3) = $3 and coalesce(w.filter_sync_id, $4) = $4
         and (w.filter_object is null or w.filter_object = $5))
     or exists (
       select from sync.trigger t
       where t.organization_id = $1 and t.enabled and t.type = 'event'
         and t.event in ('*', 'record.*', asked.type)
         and coalesce(t.connection_id, $3) = $3 and (t.object is null or t.object = $5)))`,
    [organization, recordEventTypes, connectionId, syncId, object],
  );
  return rows.map(({ type }) => type);
}

export type ToldToStore = { type: RecordEventType; about: string | null; sealed: Buffer };

/** Whoever does the run, and whose position it comes before. */
export type State = {
  readonly organization: number;
  readonly syncId: string;
  readonly runId: string;
  readonly fence: number;
  readonly stateId: string;
};

/**
 * Keeps what is to be told once this batch is committed; answers the first and the last of it, and
 * nothing once somebody else does the run.
 */
export async function insertTold(
  tx: Tx,
  { organization, runId, fence, syncId, stateId }: State,
  rows: readonly ToldToStore[],
  {
    batch,
    now,
    connectionId,
    object,
  }: Omit<ToldOf, 'organization' | 'syncId'> & {
    batch: number | null;
    now: Date;
  },
): Promise<{ first: number; last: number } | undefined> {
  const [row] = await tx.rows<{ first: number | null; last: number }>(
    `with kept as (
       insert into sync.told (organization_id, sync_id, state_id, batch, type, object,
         connection_id, about, sealed, created_at)
       select $1, $4, $5, $6, r.type, $7, $8, r.about, r.sealed, $9
       from unnest($10::text[], $11::text[], $12::bytea[]) with ordinality
         as r (type, about, sealed, place)
       where exists (select from sync.run where organization_id = $1 and id = $2 and fence = $3)
       order by r.place
       returning id)
     select min(id)::float8 as first, max(id)::float8 as last from kept`,
    [
      ...[organization, runId, fence, syncId, stateId, batch, object, connectionId, now],
      rows.map(({ type }) => type),
      rows.map(({ about }) => about),
      rows.map(({ sealed }) => sealed),
    ],
  );
  return row && row.first !== null ? { first: row.first, last: row.last } : undefined;
}

export type ToldRow = {
  id: number;
  batch: number | null;
  type: RecordEventType;
  object: string | null;
  connection_id: string;
  about: string | null;
  sealed: Buffer;
};

const columns =
  'id::float8 as id, batch::float8 as batch, type, object, connection_id, about, sealed';

/** Which of those that are kept: up to one of them, or to a batch. */
export type Reach = { readonly upTo: number } | { readonly batch: number };

/** Takes the first of what is kept, to be told. */
export async function takeTold(
  tx: Tx,
  { organization, stateId }: Pick<State, 'organization' | 'stateId'>,
  reach: Reach,
  limit: number,
): Promise<ToldRow[]> {
  const rows = await tx.rows<ToldRow>(
    `delete from sync.told where organization_id = $1 and id = any(array(
       select id from sync.told where organization_id = $1 and state_id = $2
         and (id <= $3 or batch <= $4)
       order by id limit $5 for update))
     returning ${columns}`,
    [
      organization,
      stateId,
      'upTo' in reach ? reach.upTo : null,
      'batch' in reach ? reach.batch : null,
      limit,
    ],
  );
  return rows.sort((one, other) => one.id - other.id);
}

/** What is kept and was not told yet. */
export async function selectTold(
  db: Db,
  { organization, stateId }: Pick<State, 'organization' | 'stateId'>,
  limit: number,
): Promise<ToldRow[]> {
  return db.rows<ToldRow>(
    `select ${columns} from sync.told where organization_id = $1 and state_id = $2
     order by id desc limit $3`,
    [organization, stateId, limit],
  );
}

/** Forgets some of it, unless somebody else does the run: `after` one of them, or a batch. */
export async function deleteTold(
  tx: Tx,
  { organization, runId, fence, stateId }: State,
  { after, upTo, batch }: { after?: number; upTo?: number; batch?: number },
): Promise<void> {
  await tx.rows(
    `delete from sync.told where organization_id = $1 and state_id = $2
       and id > coalesce($3, 0) and ($4::bigint is null or id <= $4)
       and ($5::bigint is null or batch is null or batch > $5)
       and exists (select from sync.run where organization_id = $1 and id = $6 and fence = $7)`,
    [organization, stateId, after ?? null, upTo ?? null, batch ?? null, runId, fence],
  );
}

/** What is kept of somebody or something that is gone. */
export async function deleteToldOf(tx: Tx, organization: number, about: string): Promise<void> {
  await tx.rows('delete from sync.told where organization_id = $1 and about = $2', [
    organization,
    about,
  ]);
}

const batchMax = 200;

/** What is kept is sealed as it will stand in the log. */
export const toldColumn: SealedColumn = {
  name: 'sync.told',
  async selectBatch(tx, key) {
    const rows = await tx.rows<{ key: string; sealed: Buffer }>(
      `select id::text as key, sealed from sync.told where id > $1 order by id limit $2 for update`,
      [key === '' ? 0 : key, batchMax],
    );
    return rows.map((row) => ({ ...row, context: recordEvent }));
  },
  async update(tx, { key, sealed }) {
    await tx.rows('update sync.told set sealed = $2 where id = $1', [key, sealed]);
  },
};

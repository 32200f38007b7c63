import type { triggerTypes } from '../../../contract/sync/triggers.ts';
import type { Db, Tx } from '../../runtime/database/database.ts';
import type { Page } from '../conventions/lists.ts';
import type { FilterGiven } from '../syncs/definition.ts';

export type TriggerType = (typeof triggerTypes)[number];

export type TriggerRow = {
  organization_id: number;
  id: string;
  name: string;
  type: TriggerType;
  connection_id: string | null;
  object: string | null;
  event: string | null;
  /** As it was given. */
  filter: FilterGiven | FilterGiven[] | null;
  field: string | null;
  cursor_field: string | null;
  schedule: string | null;
  timezone: string | null;
  is_from_beginning: boolean;
  workflow_id: string | null;
  sync_id: string | null;
  is_inline: boolean;
  enabled: boolean;
  status: 'starting' | 'active' | 'error';
  message: string | null;
  next_run_at: Date | null;
  /** What happened before does not concern it. */
  since: Date;
  fired: number;
  skipped: number;
  last_fired_at: Date | null;
  /** The hidden sync by which it sees records. */
  watch_id: string | null;
  created_at: Date;
  updated_at: Date;
};

export const triggerColumns = `organization_id, id, name, type, connection_id, object, event, filter, field,
  cursor_field, schedule, timezone, is_from_beginning, workflow_id, sync_id, is_inline, enabled,
  status, message, next_run_at, since, fired, skipped, last_fired_at, watch_id, created_at, updated_at`;

/** What somebody says of a trigger, and what follows from that. */
export type TriggerToStore = Omit<
  TriggerRow,
  | 'organization_id'
  | 'fired'
  | 'skipped'
  | 'last_fired_at'
  | 'watch_id'
  | 'created_at'
  | 'updated_at'
>;

function valuesOf(organization: number, trigger: TriggerToStore, now: Date) {
  const { filter, ...rest } = trigger;
  return [
    organization,
    rest.id,
    rest.name,
    rest.type,
    rest.connection_id,
    rest.object,
    rest.event,
    filter === null ? null : JSON.stringify(filter),
    rest.field,
    rest.cursor_field,
    rest.schedule,
    rest.timezone,
    rest.is_from_beginning,
    rest.workflow_id,
    rest.sync_id,
    rest.is_inline,
    rest.enabled,
    rest.status,
    rest.message,
    rest.next_run_at,
    rest.since,
    now,
  ];
}

export async function insertTrigger(
  tx: Tx,
  organization: number,
  trigger: TriggerToStore,
  now: Date,
): Promise<TriggerRow> {
  const [row] = await tx.rows<TriggerRow>(
    `insert into sync.trigger (organization_id, id, name, type, connection_id, object, event, filter,
       field, cursor_field, schedule, timezone, is_from_beginning, workflow_id, sync_id, is_inline,
       enabled, status, message, next_run_at, since, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
       $21, $22, $22) returning ${triggerColumns}`,
    valuesOf(organization, trigger, now),
  );
  return row as TriggerRow;
}

export async function updateTrigger(
  tx: Tx,
  organization: number,
  trigger: TriggerToStore,
  now: Date,
): Promise<TriggerRow> {
  const [row] = await tx.rows<TriggerRow>(
    `update sync.trigger set name = $3, type = $4, connection_id = $5, object = $6, event = $7,
       filter = $8, field = $9, cursor_field = $10, schedule = $11, timezone = $12,
       is_from_beginning = $13, workflow_id = $14, sync_id = $15, is_inline = $16, enabled = $17,
       status = $18, message = $19, next_run_at = $20, since = $21, updated_at = $22
     where organization_id = $1 and id = $2 returning ${triggerColumns}`,
    valuesOf(organization, trigger, now),
  );
  return row as TriggerRow;
}

export async function selectTriggers(db: Db, organization: number, { after, limit }: Page) {
  return db.rows<TriggerRow>(
    `select ${triggerColumns} from sync.trigger
     where organization_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
    [organization, after, limit],
  );
}

export async function selectTrigger(
  db: Db,
  organization: number,
  id: string,
): Promise<TriggerRow | undefined> {
  const [row] = await db.rows<TriggerRow>(
    `select ${triggerColumns} from sync.trigger where organization_id = $1 and id = $2`,
    [organization, id],
  );
  return row;
}

export async function lockTrigger(
  tx: Tx,
  organization: number,
  id: string,
): Promise<TriggerRow | undefined> {
  const [row] = await tx.rows<TriggerRow>(
    `select ${triggerColumns} from sync.trigger where organization_id = $1 and id = $2 for update`,
    [organization, id],
  );
  return row;
}

/** The triggers that stand in these workflows. */
export async function selectInlineTriggers(
  db: Db,
  organization: number,
  workflowIds: readonly string[],
): Promise<TriggerRow[]> {
  return db.rows<TriggerRow>(
    `select ${triggerColumns} from sync.trigger
     where organization_id = $1 and workflow_id = any($2) and is_inline`,
    [organization, workflowIds],
  );
}

/** Those of their own that name a workflow. */
export async function selectTriggersOf(db: Db, organization: number, workflowId: string) {
  return db.rows<Pick<TriggerRow, 'id' | 'name'>>(
    `select id, name from sync.trigger
     where organization_id = $1 and workflow_id = $2 and not is_inline order by id`,
    [organization, workflowId],
  );
}

/** What those that set off a workflow look at. */
export async function selectSources(db: Db, organization: number, workflowId: string) {
  return db.rows<Pick<TriggerRow, 'connection_id' | 'object'>>(
    `select distinct connection_id, object from sync.trigger
     where organization_id = $1 and workflow_id = $2 and connection_id is not null`,
    [organization, workflowId],
  );
}

export async function deleteTrigger(tx: Tx, organization: number, id: string): Promise<void> {
  await tx.rows('delete from sync.trigger where organization_id = $1 and id = $2', [
    organization,
    id,
  ]);
}

/** The sync by which it sees records. */
export async function updateWatch(
  tx: Tx,
  organization: number,
  id: string,
  watchId: string | null,
): Promise<void> {
  await tx.rows('update sync.trigger set watch_id = $3 where organization_id = $1 and id = $2', [
    organization,
    id,
    watchId,
  ]);
}

/** Whether it sees what happens, and why not. */
export async function updateTriggerStatus(
  tx: Tx,
  organization: number,
  id: string,
  { status, message = null }: { status: TriggerRow['status']; message?: string | null },
): Promise<void> {
  await tx.rows(
    'update sync.trigger set status = $3, message = $4 where organization_id = $1 and id = $2',
    [organization, id, status, message],
  );
}

/** Those of a connection that goes; answers them. */
export async function updateTriggersWithout(
  tx: Tx,
  organization: number,
  connectionId: string,
  message: string,
): Promise<void> {
  await tx.rows(
    `update sync.trigger set status = 'error', message = $3
     where organization_id = $1 and connection_id = $2`,
    [organization, connectionId, message],
  );
}

export type Counted = { id: string; fired: number; skipped: number };

/** In one order, so that nobody waits for each other. */
export async function updateFired(
  tx: Tx,
  organization: number,
  counted: readonly Counted[],
  now: Date,
): Promise<void> {
  await tx.rows(
    `with given as (
       select * from unnest($2::text[], $3::int[], $4::int[]) as given (id, fired, skipped)
     ), locked as (
       select t.id from sync.trigger t where t.organization_id = $1
         and t.id in (select id from given) order by t.id for update
     )
     update sync.trigger t set fired = t.fired + g.fired, skipped = t.skipped + g.skipped,
       last_fired_at = case when g.fired > 0 then $5 else t.last_fired_at end,
       message = case when g.fired > 0 and t.status = 'active' then null else t.message end
     from given g join locked using (id) where t.organization_id = $1 and t.id = g.id`,
    [
      organization,
      counted.map(({ id }) => id),
      counted.map(({ fired }) => fired),
      counted.map(({ skipped }) => skipped),
      now,
    ],
  );
}

/** Of these, those that may say once more that they stand too deep. */
export async function updateTooDeep(
  tx: Tx,
  organization: number,
  ids: readonly string[],
  { now, before, message }: { now: Date; before: Date; message: string },
): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    `with locked as (
       select id from sync.trigger where organization_id = $1 and id = any($2)
         and (too_deep_at is null or too_deep_at < $4) order by id for update
     )
     update sync.trigger t set too_deep_at = $3, message = $5 from locked
     where t.organization_id = $1 and t.id = locked.id returning t.id`,
    [organization, ids, now, before, message],
  );
  return rows.map(({ id }) => id);
}

/** Those of all organizations: in a copy they would set off what the original does. */
export async function stopAllTriggers(db: Db): Promise<void> {
  await db.rows(
    `update sync.trigger set enabled = false, next_run_at = null,
       message = 'The database was restored as a copy; enable the trigger to have it here.'
     where enabled`,
  );
}

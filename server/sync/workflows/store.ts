import type { Db, Tx } from '../../runtime/database/database.ts';
import type { Page } from '../conventions/lists.ts';
import type { Definition } from './definition.ts';

export type WorkflowRow = {
  id: string;
  name: string;
  description: string;
  enabled: boolean;
  concurrency: number | null;
  version: number;
  definition: Definition;
  created_at: Date;
  updated_at: Date;
};

const columns = `w.id, w.name, w.description, w.enabled, w.concurrency, w.version, v.definition,
  w.created_at, w.updated_at`;
const joined = `sync.workflow w join sync.workflow_version v
  on v.organization_id = w.organization_id and v.workflow_id = w.id and v.version = w.version`;

export async function selectWorkflows(db: Db, organization: number, { after, limit }: Page) {
  return db.rows<WorkflowRow>(
    `select ${columns} from ${joined}
     where w.organization_id = $1 and ($2::text is null or w.id < $2) order by w.id desc limit $3`,
    [organization, after, limit],
  );
}

export async function selectWorkflow(
  db: Db,
  organization: number,
  id: string,
): Promise<WorkflowRow | undefined> {
  const [row] = await db.rows<WorkflowRow>(
    `select ${columns} from ${joined} where w.organization_id = $1 and w.id = $2`,
    [organization, id],
  );
  return row;
}

export async function lockWorkflow(
  tx: Tx,
  organization: number,
  id: string,
): Promise<WorkflowRow | undefined> {
  // First the lock alone: one statement would look for a version that came while it waited in vain.
  await tx.rows(
    'select 1 from sync.workflow where organization_id = $1 and id = $2 for no key update',
    [organization, id],
  );
  return selectWorkflow(tx, organization, id);
}

/** It is not deleted meanwhile; whoever changes it waits for nobody who runs it, nor they for each other. */
export async function holdWorkflow(
  tx: Tx,
  organization: number,
  id: string,
): Promise<WorkflowRow | undefined> {
  await tx.rows(
    'select 1 from sync.workflow where organization_id = $1 and id = $2 for key share',
    [organization, id],
  );
  return selectWorkflow(tx, organization, id);
}

export async function selectVersion(
  db: Db,
  organization: number,
  workflowId: string,
  version: number,
): Promise<{ name: string; definition: Definition } | undefined> {
  const [row] = await db.rows<{ name: string; definition: Definition }>(
    `select w.name, v.definition from sync.workflow_version v
     join sync.workflow w on w.organization_id = v.organization_id and w.id = v.workflow_id
     where v.organization_id = $1 and v.workflow_id = $2 and v.version = $3`,
    [organization, workflowId, version],
  );
  return row;
}

type ToStore = Omit<WorkflowRow, 'created_at' | 'updated_at'>;

export async function insertWorkflow(tx: Tx, organization: number, row: ToStore, now: Date) {
  const { id, name, description, enabled, concurrency, version } = row;
  await tx.rows(
    `insert into sync.workflow (organization_id, id, name, description, enabled, concurrency, version,
       created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    [organization, id, name, description, enabled, concurrency, version, now],
  );
  await insertVersion(tx, organization, row, now);
}

/** With a version of its own, where what it does has changed. */
export async function updateWorkflow(
  tx: Tx,
  organization: number,
  row: ToStore,
  { now, isNewVersion }: { now: Date; isNewVersion: boolean },
) {
  const { id, name, description, enabled, concurrency, version } = row;
  await tx.rows(
    `update sync.workflow set name = $3, description = $4, enabled = $5, concurrency = $6,
       version = $7, updated_at = $8 where organization_id = $1 and id = $2`,
    [organization, id, name, description, enabled, concurrency, version, now],
  );
  if (isNewVersion) await insertVersion(tx, organization, row, now);
}

async function insertVersion(
  tx: Tx,
  organization: number,
  { id, version, definition }: ToStore,
  now: Date,
): Promise<void> {
  await tx.rows(
    `insert into sync.workflow_version (organization_id, workflow_id, version, definition, created_at)
     values ($1, $2, $3, $4, $5)`,
    [organization, id, version, JSON.stringify(definition), now],
  );
}

export type Used = { kind: 'connection' | 'transform' | 'sync'; id: string };

export async function replaceUses(
  tx: Tx,
  organization: number,
  workflowId: string,
  uses: readonly Used[],
): Promise<void> {
  await tx.rows('delete from sync.workflow_use where organization_id = $1 and workflow_id = $2', [
    organization,
    workflowId,
  ]);
  await tx.rows(
    `insert into sync.workflow_use (organization_id, workflow_id, kind, used_id)
     select $1, $2, kind, id from unnest($3::text[], $4::text[]) as u (kind, id)
     on conflict do nothing`,
    [organization, workflowId, uses.map(({ kind }) => kind), uses.map(({ id }) => id)],
  );
}

/** A workflow whose newest version uses something. */
export async function selectUser(
  db: Db,
  organization: number,
  { kind, id }: Used,
): Promise<{ id: string; name: string } | undefined> {
  const [row] = await db.rows<{ id: string; name: string }>(
    `select w.id, w.name from sync.workflow_use u
     join sync.workflow w on w.organization_id = u.organization_id and w.id = u.workflow_id
     where u.organization_id = $1 and u.kind = $2 and u.used_id = $3 limit 1`,
    [organization, kind, id],
  );
  return row;
}

/** Also versions that were replaced, as long as runs go by them. */
const inUse = `sync.workflow w join sync.workflow_version v
    on v.organization_id = w.organization_id and v.workflow_id = w.id
  where w.organization_id = $1 and (v.version = w.version or exists (
    select from sync.workflow_run r
    where r.organization_id = $1 and r.workflow_id = w.id and r.version = v.version
      and r.status in ('queued', 'running', 'waiting')))`;

/** The workflows that use something, and what they do. */
export async function selectUsers(db: Db, organization: number, { id }: Pick<Used, 'id'>) {
  return selectNaming(db, organization, '$.** ? (@ == $id)', id);
}

/** Those that tell a webhook something, also where only a run knows which one. */
export async function selectTellers(db: Db, organization: number, webhook: string) {
  const path = '$.**?(@.channel == "webhook" && (@.to == $id || @.to like_regex "[{]{2}"))';
  return selectNaming(db, organization, path, webhook);
}

async function selectNaming(db: Db, organization: number, path: string, id: string) {
  return db.rows<Pick<WorkflowRow, 'id' | 'definition'>>(
    `select w.id, v.definition from ${inUse}
       and jsonb_path_exists(v.definition, $2::jsonpath, jsonb_build_object('id', $3::text))`,
    [organization, path, id],
  );
}

export async function deleteWorkflow(tx: Tx, organization: number, id: string): Promise<void> {
  await tx.rows('delete from sync.workflow where organization_id = $1 and id = $2', [
    organization,
    id,
  ]);
}

/** Versions that were replaced before a time and have no run any more, so many; answers how many. */
export async function deleteOldVersions(tx: Tx, before: Date, limit: number): Promise<number> {
  const rows = await tx.rows(
    `delete from sync.workflow_version where ctid = any(array(
       select v.ctid from sync.workflow_version v
       where exists (select from sync.workflow_version later
           where later.organization_id = v.organization_id and later.workflow_id = v.workflow_id
             and later.version > v.version and later.created_at < $1)
         and not exists (select from sync.workflow_run r
           where r.organization_id = v.organization_id and r.workflow_id = v.workflow_id
             and r.version = v.version)
       limit $2)) returning 1`,
    [before, limit],
  );
  return rows.length;
}

import type { Db } from '../../../runtime/database/database.ts';
import { type TriggerRow, triggerColumns } from '../store.ts';

/** Those of organizations that hear of one of these. */
export async function selectEventTriggers(
  db: Db,
  organizations: readonly number[],
  names: readonly string[],
): Promise<TriggerRow[]> {
  return db.rows<TriggerRow>(
    `select ${triggerColumns} from sync.trigger
     where type = 'event' and enabled and organization_id = any($1) and event = any($2) order by id`,
    [organizations, names],
  );
}

type Asked = {
  readonly runs: readonly string[];
  readonly workflowRuns: readonly string[];
  readonly syncs: readonly string[];
};

/** How deep runs stand, by their ids; of a sync, the run that it began last. */
export async function selectDepths(
  db: Db,
  organization: number,
  { runs, workflowRuns, syncs }: Asked,
): Promise<{ id: string; depth: number }[]> {
  return db.rows<{ id: string; depth: number }>(
    `select id, depth from sync.run where organization_id = $1 and id = any($2)
     union all
     select id, depth from sync.workflow_run where organization_id = $1 and id = any($3)
     union all
     select s.id, r.depth from unnest($4::text[]) as s (id) cross join lateral (
       select depth from sync.run where organization_id = $1 and sync_id = s.id
       order by id desc limit 1) r`,
    [organization, runs, workflowRuns, syncs],
  );
}

/** What syncs read from and write to; those whose connections are gone are left out. */
export async function selectEnds(db: Db, organization: number, syncs: readonly string[]) {
  return db.rows<{ id: string; source_id: string; source: string; destination: string }>(
    `select s.id, s.source_id, f.provider as source, t.provider as destination from sync.sync s
     join sync.connection f on f.organization_id = $1 and f.id = s.source_id
     join sync.connection t on t.organization_id = $1 and t.id = s.destination_id
     where s.organization_id = $1 and s.id = any($2)`,
    [organization, syncs],
  );
}

import type { Tx } from '../../runtime/database/database.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { depthMax, tooDeep } from '../causes/causes.ts';
import { beginRun } from '../syncs/runs/runs.ts';
import { selectSync } from '../syncs/store.ts';
import type { Json } from '../values/types.ts';
import { beginWorkflowRuns, tellTriggered } from '../workflows/runs/beginning.ts';
import { type TriggerRow, updateFired, updateTooDeep } from './store.ts';

/** A trigger, and what it has seen. */
export type Firing = {
  readonly trigger: Pick<
    TriggerRow,
    'id' | 'type' | 'connection_id' | 'object' | 'workflow_id' | 'sync_id'
  >;
  readonly record: Json | null;
  /** What the record was before, where the source tells that. */
  readonly previous?: Json;
  /** Whom or what the record tells of, as `<noun> <id>`. */
  readonly subject?: string | undefined;
  /** How many workflows have set each other off with this one: 1 at the first. */
  readonly depth: number;
};

/** `run_id`: of the workflow or the sync. */
export type Fired = { trigger_id: string; run_id: string };

export type FiringServices = { organization: number; now: Date; keyring: Keyring };

/** What stands too deep is said once in this time. */
const tooDeepSeconds = 60;

/**
 * Begins what triggers set off, in the transaction in which it was seen what fires them: each firing is
 * a run of a workflow, or of a sync unless one is active. Answers the runs that have begun.
 */
export async function fire(
  tx: Tx,
  services: FiringServices,
  firings: readonly Firing[],
): Promise<Fired[]> {
  if (firings.length === 0) return [];
  const { organization, now } = services;
  const allowed = firings.filter(({ depth }) => depth <= depthMax);
  const begun = [
    ...(await runWorkflows(tx, services, allowed)),
    ...(await runSyncs(tx, services, allowed)),
  ];
  await updateFired(tx, organization, countsOf(firings, begun), now);
  await failTooDeep(
    tx,
    services,
    firings.filter(({ depth }) => depth > depthMax),
  );
  return begun;
}

async function runWorkflows(
  tx: Tx,
  services: FiringServices,
  firings: readonly Firing[],
): Promise<Fired[]> {
  const types = new Map(firings.map(({ trigger }) => [trigger.id, trigger.type]));
  const runs = await begin(tx, services, firings);
  const told = runs.map((run) => ({
    ...run,
    trigger_type: types.get(run.trigger_id ?? '') ?? '',
  }));
  await tellTriggered(tx, services, told);
  return runs.map(({ id, trigger_id }) => ({ trigger_id: trigger_id ?? '', run_id: id }));
}

/** Runs of the workflows among the targets; `error`: why they fail at once. */
async function begin(tx: Tx, services: FiringServices, firings: readonly Firing[], error?: string) {
  const begins = firings.flatMap(({ trigger, record, previous, subject, depth }) => {
    const { id, type, connection_id, object, workflow_id } = trigger;
    if (workflow_id === null) return [];
    const fired_at = services.now.toISOString();
    const seen = { record, ...(previous === undefined ? {} : { previous }), fired_at };
    const cause = { id, type, connection_id, object, ...seen };
    return [{ workflow_id, trigger: cause, subject, depth, error }];
  });
  return beginWorkflowRuns(tx, services, begins);
}

/** However often they fire at once, it is one run; none where one is active. */
async function runSyncs(
  tx: Tx,
  { keyring, ...ctx }: FiringServices,
  firings: readonly Firing[],
): Promise<Fired[]> {
  const begun: Fired[] = [];
  const firsts = Map.groupBy(
    firings.filter(({ trigger }) => trigger.sync_id !== null),
    ({ trigger }) => trigger.sync_id as string,
  );
  for (const [sync_id, [first]] of [...firsts].sort()) {
    const sync = await selectSync(tx, ctx.organization, sync_id);
    if (!first || !sync?.enabled || sync.schedule === 'realtime') continue;
    const run = { sync_id, trigger: 'trigger' as const, request: {}, depth: first.depth };
    const row = await beginRun({ tx, ...ctx }, keyring, run);
    if (row) begun.push({ trigger_id: first.trigger.id, run_id: row.id });
  }
  return begun;
}

/** A failed run of the workflow, whoever asked for it hears of; nothing of a sync. */
export async function failAtOnce(tx: Tx, services: FiringServices, firing: Firing) {
  await updateFired(tx, services.organization, countsOf([firing], []), services.now);
  const [run] = await begin(tx, services, [firing], tooDeep);
  return run && { trigger_id: firing.trigger.id, run_id: run.id };
}

/** A failed run says so, once in a while and not for each record. */
async function failTooDeep(tx: Tx, services: FiringServices, firings: readonly Firing[]) {
  if (firings.length === 0) return;
  const { organization, now } = services;
  const firsts = new Map(
    [...firings].reverse().map((firing) => [firing.trigger.id, firing] as const),
  );
  const before = new Date(now.getTime() - tooDeepSeconds * 1000);
  const said = await updateTooDeep(tx, organization, [...firsts.keys()], {
    ...{ now, before, message: tooDeep },
  });
  await begin(
    tx,
    services,
    said.flatMap((id) => firsts.get(id) ?? []),
    tooDeep,
  );
}

function countsOf(firings: readonly Firing[], begun: readonly Fired[]) {
  const ids = new Set(firings.map(({ trigger }) => trigger.id));
  return [...ids].map((id) => {
    const seen = firings.filter(({ trigger }) => trigger.id === id).length;
    const fired = begun.filter(({ trigger_id }) => trigger_id === id).length;
    return { id, fired, skipped: seen - fired };
  });
}

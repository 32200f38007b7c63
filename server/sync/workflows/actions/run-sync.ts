import { ConnectorError } from '../../connectors/failure.ts';
import { beginRun } from '../../syncs/runs/runs.ts';
import { showRun } from '../../syncs/runs/shown.ts';
import { type RunRow, selectRunOfStep } from '../../syncs/runs/store.ts';
import { lockSync } from '../../syncs/store.ts';
import type { Json } from '../../values/types.ts';
import { type ActionServices, type Performed, type Step, StepError } from './action.ts';

/** Whoever wakes the run may have been kept from it. */
const lookSeconds = 60;

/** Begins a run of a sync, once, and waits for its end where it is asked to. */
export async function runSync(
  services: ActionServices,
  step: Step<'run_sync'>,
): Promise<Performed> {
  const input = { sync_id: step.action.sync_id ?? null };
  step.show({ input });
  if (step.isDry) return { kind: 'done', input, output: null };
  const run = await runOf(services, step);
  if (!step.action.wait) return { kind: 'done', input, output: { run: showRun(run) as Json } };
  if (isOver(run)) return ended(run, input);
  const deadline = deadlineOf(step);
  if (deadline && step.now >= deadline) {
    throw new StepError('The run of the sync did not end in time; it goes on.');
  }
  const look = new Date(step.now.getTime() + lookSeconds * 1000);
  const until = deadline && deadline < look ? deadline : look;
  const state = { deadline: deadline?.toISOString() ?? null };
  return { kind: 'waits', input, until, waitsFor: run.id, state };
}

/** @throws ConnectorError, StepError */
async function runOf(
  { database, keyring, clock }: ActionServices,
  { organization, action, depth, idempotencyKey }: Step<'run_sync'>,
): Promise<RunRow> {
  return database.of(organization).transaction(async (tx) => {
    const sync = await lockSync(tx, organization, action.sync_id ?? '');
    if (!sync) throw new StepError(`There is no sync ${action.sync_id}.`);
    const begun = await selectRunOfStep(tx, organization, sync.id, idempotencyKey);
    if (begun) return begun;
    if (!sync.enabled) throw new StepError('The sync is stopped; enable it first.');
    const asked = {
      sync_id: sync.id,
      trigger: 'workflow' as const,
      request: { step: idempotencyKey },
      depth: depth + 1,
    };
    const run = await beginRun({ tx, organization, now: clock.now() }, keyring, asked);
    if (run) return run;
    throw new ConnectorError('retry', 'Another run of the sync is active.');
  });
}

function deadlineOf({ action, state, now }: Step<'run_sync'>): Date | undefined {
  const before = (state as { deadline: string | null } | undefined)?.deadline;
  if (before) return new Date(before);
  return action.timeout_s ? new Date(now.getTime() + action.timeout_s * 1000) : undefined;
}

function isOver({ status }: RunRow): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

function ended(run: RunRow, input: Json): Performed {
  if (run.status !== 'completed') {
    throw new StepError(`The run of the sync is ${run.status}. ${run.error ?? ''}`.trim());
  }
  return { kind: 'done', input, output: { run: showRun(run) as Json } };
}

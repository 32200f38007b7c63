import type { Static } from 'typebox';
import type { Step } from '../../../../contract/sync/workflow-runs.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import { Confidence } from '../../syncs/runs/confidence.ts';
import { type Definition, type Placed, placedOf } from '../definition.ts';
import { unseal } from '../steps/kept.ts';
import { failureOf, type Way, wayOn } from '../steps/walk.ts';
import type { TriggerGiven } from './beginning.ts';
import type { StepRow, WorkflowRunRow } from './store.ts';

const over = ['completed', 'failed', 'cancelled'];

export function showListedRun(row: WorkflowRunRow) {
  const { id, workflow_id, version, status, depth, error, created_at, started_at, finished_at } =
    row;
  const duration = started_at && finished_at ? finished_at.getTime() - started_at.getTime() : null;
  return {
    ...{ id, workflow_id, version, status, depth, error },
    trigger: { id: row.trigger_id, type: row.trigger_type },
    created_at: created_at.toISOString(),
    started_at: started_at?.toISOString() ?? null,
    finished_at: finished_at?.toISOString() ?? null,
    duration_ms: duration === null ? null : Math.max(0, duration),
  };
}

/** With its steps: those that were begun, in their order, and those that are left. */
export function showWorkflowRun(
  keyring: Keyring,
  row: WorkflowRunRow,
  definition: Definition,
  rows: readonly StepRow[],
) {
  const confidence = new Confidence(keyring, row);
  const trigger = triggerOf(keyring, row);
  const passed = passedOf(confidence, rows);
  const way = wayOn(definition, passed);
  return {
    ...showListedRun(row),
    error: errorOf(row, definition, way, passed),
    trigger: trigger ? { ...trigger } : null,
    steps: stepsOf(confidence, { row, definition, rows, passed, way }),
  };
}

/** What set it off; null when that was forgotten. */
export function triggerOf(keyring: Keyring, row: WorkflowRunRow): TriggerGiven | null {
  const { encrypted_trigger: encrypted } = row;
  return encrypted && JSON.parse(new Confidence(keyring, row).decrypt(encrypted));
}

function passedOf(confidence: Confidence, rows: readonly StepRow[]) {
  return new Map(
    rows.map((row) => {
      const { holds, error } = unseal(confidence, row);
      const { status } = row;
      const passed = { status, ...(holds === undefined ? {} : { holds }) };
      return [row.path, { ...passed, ...(error === undefined ? {} : { error }) }] as const;
    }),
  );
}

/** The run names the step that failed; why is kept with that, encrypted. */
function errorOf(
  { error }: WorkflowRunRow,
  definition: Definition,
  way: Way,
  passed: ReturnType<typeof passedOf>,
): string | null {
  if (way.kind !== 'failed' || error !== failureOf(definition, way.failed)) return error;
  return failureOf(definition, way.failed, passed.get(way.failed)?.error);
}

type Shown = {
  row: WorkflowRunRow;
  definition: Definition;
  rows: readonly StepRow[];
  passed: ReturnType<typeof passedOf>;
  way: Way;
};

function stepsOf(
  confidence: Confidence,
  { row: run, definition, rows, passed, way }: Shown,
): Static<typeof Step>[] {
  const placed = new Map(placedOf(definition).map((one) => [one.path, one]));
  const begun = rows.flatMap((row) => {
    const one = placed.get(row.path);
    return one ? [stepOf(confidence, one, row)] : [];
  });
  const current = run.status === 'running' && way.kind === 'step' ? way.next.path : undefined;
  const isOver = over.includes(run.status);
  const left = [...placed.values()].filter(({ path }) => !passed.has(path));
  const untouched = left.map((one) => {
    const status = one.path === current ? 'running' : isOver ? 'skipped' : 'pending';
    return emptyStep(one, status);
  });
  return [...begun, ...untouched];
}

function stepOf(confidence: Confidence, placed: Placed, row: StepRow): Static<typeof Step> {
  const { input = null, output = null, error = null, missing = [] } = unseal(confidence, row);
  const { status, attempts, started_at, finished_at } = row;
  return {
    ...emptyStep(placed, status),
    ...{ attempts, input, output, error, missing: [...missing] },
    started_at: started_at?.toISOString() ?? null,
    finished_at: finished_at?.toISOString() ?? null,
  };
}

function emptyStep({ path, action }: Placed, status: StepRow['status']): Static<typeof Step> {
  const { name = null, type } = action;
  const nothing = { input: null, output: null, error: null };
  const times = { started_at: null, finished_at: null };
  return { path, name, type, status, attempts: 0, ...nothing, missing: [], ...times };
}

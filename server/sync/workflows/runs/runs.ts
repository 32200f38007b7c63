import type { In } from '../../../../contract/endpoint.ts';
import type { workflowRuns } from '../../../../contract/sync/workflow-runs.ts';
import { record } from '../../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../../platform/context.ts';
import type { Services } from '../../../platform/product.ts';
import { AppError, invalid } from '../../../runtime/errors.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import { depthMax, tooDeep } from '../../causes/causes.ts';
import type { Providers } from '../../connections/providers.ts';
import { found } from '../../conventions/found.ts';
import { answerPage, pageOf } from '../../conventions/lists.ts';
import { withdrawApproval } from '../../notices/approvals/asking.ts';
import { endApproval } from '../../notices/approvals/store.ts';
import type { Json } from '../../values/types.ts';
import { type Definition, keyOf, placedOf } from '../definition.ts';
import type { InlineTriggers } from '../inline.ts';
import { approvalIn } from '../steps/awaited.ts';
import { holdWorkflow, selectVersion, selectWorkflow } from '../store.ts';
import { originFor, requireUseOfWorkflow, requireUseOfWorkflowRun } from '../use.ts';
import { beginWorkflowRuns, tellTriggered } from './beginning.ts';
import { showListedRun, showWorkflowRun, triggerOf } from './shown.ts';
import {
  letThrough,
  lockWorkflowRun,
  type StepRow,
  selectSteps,
  selectWorkflowRun,
  selectWorkflowRuns,
  updateRunAgain,
  updateRunCancelled,
  type WorkflowRunRow,
} from './store.ts';

type Of<Name extends keyof typeof workflowRuns> = In<typeof workflowRuns, Name>;
type Kept = { keyring: Keyring };
type Running = Kept & { sessions: { providers: Providers } };

/** With the body as the record. @throws AppError 400, missing_scope, forbidden (403), not_found (404) */
export const runWorkflow =
  ({ keyring, sessions }: Running, inline: Pick<InlineTriggers, 'show'>) =>
  async (ctx: WriteContext, { params, body }: Of<'runWorkflow'>) => {
    const { tx, organization, now } = ctx;
    const workflow = found(await holdWorkflow(tx, organization, params.workflow));
    if (!workflow.enabled) throw disabled();
    const { providers } = sessions;
    const asking = { ...ctx, db: tx };
    await requireUseOfWorkflow(asking, providers, workflow.definition);
    const own = (await inline.show(asking, [workflow.id])).get(workflow.id);
    const given = { id: null, type: 'api_call', ...(await originFor(asking, providers, own)) };
    const trigger = { ...given, record: (body ?? null) as Json, fired_at: now.toISOString() };
    // The version of which it was seen that the caller may use it.
    const { version } = workflow;
    const depth = (ctx.depth ?? 0) + 1;
    const error = depth > depthMax ? tooDeep : undefined;
    const begin = { workflow_id: workflow.id, version, trigger, depth, error };
    const [begun] = await beginWorkflowRuns(tx, { organization, now, keyring }, [begin]);
    if (!begun) throw disabled();
    if (!error) await tellTriggered(tx, ctx, [{ ...begun, trigger_type: trigger.type }]);
    await record(ctx, 'workflow.run', workflow.id, []);
    const run = await lockWorkflowRun(tx, organization, workflow.id, begun.id);
    return showListedRun(found(run));
  };

function disabled(): AppError {
  return invalid('enabled', 'the workflow is disabled; set enabled to true first.');
}

/** @throws AppError not_found (404) */
export async function listWorkflowRuns(
  ctx: ReadContext,
  { params, query }: Of<'listWorkflowRuns'>,
) {
  const { status } = query;
  const [workflow, rows] = await Promise.all([
    selectWorkflow(ctx.db, ctx.organization, params.workflow),
    selectWorkflowRuns(ctx.db, ctx.organization, params.workflow, { ...pageOf(query), status }),
  ]);
  const path = `/v1/workflows/${found(workflow).id}/runs`;
  const shown = { show: showListedRun, key: ({ id }: WorkflowRunRow) => id };
  return answerPage(ctx, { path, query }, rows, shown);
}

/** @throws AppError missing_scope, forbidden (403), not_found (404) */
export const getWorkflowRun =
  ({ keyring, sessions }: Running) =>
  async (ctx: ReadContext, { params }: Of<'getWorkflowRun'>) => {
    const { db, organization } = ctx;
    const { workflow, workflow_run: run } = params;
    const row = found(await selectWorkflowRun(db, organization, workflow, run));
    const [version, steps] = await Promise.all([
      selectVersion(db, organization, row.workflow_id, row.version),
      selectSteps(db, organization, row.id),
    ]);
    const { definition } = found(version);
    await requireUseOfWorkflowRun(ctx, sessions.providers, definition, triggerOf(keyring, row));
    return showWorkflowRun(keyring, row, definition, steps);
  };

function notAgain({ status }: WorkflowRunRow): string {
  return status === 'completed'
    ? 'The run is completed: name with `from` the step from which on it is done once more.'
    : `The run is ${status}: it can go on once it has failed or was cancelled.`;
}

/** `enqueue`: without it a thread that asks says nothing. @throws AppError not_found (404), run_state (409) */
export const cancelWorkflowRun =
  ({ enqueue }: Partial<Pick<Services, 'enqueue'>> = {}) =>
  async (ctx: WriteContext, { params }: Of<'cancelWorkflowRun'>) => {
    const { tx, organization, now } = ctx;
    const run = found(
      await lockWorkflowRun(tx, organization, params.workflow, params.workflow_run),
    );
    if (isOver(run)) throw new AppError('run_state', { message: `The run is ${run.status}.` });
    await withdraw(ctx, enqueue, run);
    const row = await updateRunCancelled(tx, organization, run.id, now);
    await letThrough(tx, organization, run.workflow_id, now);
    await record(ctx, 'workflow.cancel', run.id, []);
    tx.announce('workflow_run');
    return showListedRun(row);
  };

/** What people were asked is over: the thread says so, where somebody is there to say it. */
async function withdraw(
  { tx, organization }: WriteContext,
  enqueue: Services['enqueue'] | undefined,
  run: WorkflowRunRow,
): Promise<void> {
  const path = approvalIn(run);
  if (path === undefined) return;
  const step = { run_id: run.id, path };
  if (enqueue) await withdrawApproval(tx, enqueue, organization, step);
  else await endApproval(tx, organization, step, 'withdrawn', null);
}

/** @throws AppError 400, missing_scope, forbidden (403), not_found (404), run_state (409), gone (410) */
export const retryWorkflowRun =
  ({ keyring, sessions }: Running) =>
  async (ctx: WriteContext, { params, body }: Of<'retryWorkflowRun'>) => {
    const { tx, organization, now } = ctx;
    const run = found(
      await lockWorkflowRun(tx, organization, params.workflow, params.workflow_run),
    );
    const version = found(await selectVersion(tx, organization, run.workflow_id, run.version));
    const { definition } = version;
    const asking = { ...ctx, db: tx };
    await requireUseOfWorkflowRun(asking, sessions.providers, definition, triggerOf(keyring, run));
    const { from } = body;
    if (!isOver(run) || (run.status === 'completed' && !from)) {
      throw new AppError('run_state', { message: notAgain(run) });
    }
    if (!run.encrypted_trigger) {
      const message = 'What the run was to do something with was forgotten.';
      throw new AppError('gone', { message });
    }
    const steps = await selectSteps(tx, organization, run.id);
    const first = firstOf(steps, definition, from);
    const row = await updateRunAgain(tx, organization, run.id, {
      from: first?.ordinal ?? steps.length,
      isAnew: first?.status === 'completed' || isApproval(definition, first),
      now,
    });
    await record(ctx, 'workflow.retry', run.id, []);
    tx.announce('workflow_run');
    return showListedRun(row);
  };

/** The step from which on it is done again: the one that is named, or the first that is not done. */
function firstOf(
  steps: readonly StepRow[],
  definition: Definition,
  from: string | null | undefined,
): StepRow | undefined {
  if (!from) {
    return steps.find(
      ({ status, path }) => status !== 'completed' && !path.startsWith('on_error.'),
    );
  }
  const place = placeOf(definition, from);
  const first = steps.find(({ path }) => path === place);
  if (!first) throw invalid('from', `the run has not come to ${from}.`);
  return first;
}

/** People are asked again: what was asked before is closed. */
function isApproval(definition: Definition, step: StepRow | undefined): boolean {
  const placed = placedOf(definition).find(({ path }) => path === step?.path);
  return placed?.action.type === 'approval';
}

/** The path of a step that is named by its name or its path. @throws AppError 400 */
function placeOf(definition: Definition, from: string): string {
  const placed = placedOf(definition);
  const step =
    placed.find((one) => keyOf(one) === from) ?? placed.find(({ path }) => path === from);
  if (step) return step.path;
  const known = placed.map(keyOf).join(', ');
  throw invalid('from', `there is no step ${from} in the version of the run; it has ${known}.`);
}

function isOver({ status }: WorkflowRunRow): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

import type { In } from '../../../contract/endpoint.ts';
import type { workflowRuns } from '../../../contract/sync/workflow-runs.ts';
import { type Caller, nameOf } from '../../platform/access/callers.ts';
import { selectLiveConsumer, selectLiveKey } from '../../platform/access/store.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import type { Services } from '../../platform/product.ts';
import type { Tx } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import type { Providers } from '../connections/providers.ts';
import { found } from '../conventions/found.ts';
import { closeApproval } from '../notices/approvals/asking.ts';
import { Confidence } from '../syncs/runs/confidence.ts';
import type { Answer, Asked } from './actions/approval.ts';
import { showListedRun, triggerOf } from './runs/shown.ts';
import {
  lockWorkflowRun,
  lockWorkflowRunById,
  selectSteps,
  updateAnswered,
  type WorkflowRunRow,
} from './runs/store.ts';
import { approvalIn } from './steps/awaited.ts';
import { seal, unseal } from './steps/kept.ts';
import { selectVersion } from './store.ts';
import { requireUseOfWorkflowRun } from './use.ts';

type Answered = Answer & { organization: number; run_id: string; path: string; now: Date };

/**
 * Notes what somebody has answered, in the transaction in which it was heard: the run goes on. Of a run
 * that is over nothing is noted, and false answered.
 */
export const noteAnswer =
  (keyring: Keyring) =>
  async (tx: Tx, { organization, run_id, path, now, ...answer }: Answered): Promise<boolean> => {
    const run = await lockWorkflowRunById(tx, organization, run_id);
    if (!run || ['completed', 'failed', 'cancelled'].includes(run.status)) return false;
    const isNoted = await note(tx, keyring, run, { path, now, answer });
    // Its step is about to say that it waits: whoever has heard it hears it again.
    if (!isNoted) throw new AppError('overloaded');
    return true;
  };

type Answering = Pick<Services, 'keyring' | 'enqueue'> & { sessions: { providers: Providers } };

/**
 * Answers in place of a person in the channel: what the run does then is for those who may do it.
 * @throws AppError missing_scope, forbidden (403), not_found (404), run_state (409)
 */
export const answerApproval =
  ({ keyring, enqueue, sessions: { providers } }: Answering) =>
  async (ctx: WriteContext, { params, body }: In<typeof workflowRuns, 'answerApproval'>) => {
    const { tx, organization, now, caller } = ctx;
    const run = found(
      await lockWorkflowRun(tx, organization, params.workflow, params.workflow_run),
    );
    const version = found(await selectVersion(tx, organization, run.workflow_id, run.version));
    const asking = { ...ctx, db: tx };
    const trigger = triggerOf(keyring, run);
    await requireUseOfWorkflowRun(asking, providers, version.definition, trigger);
    const path = approvalIn(run);
    const by = { name: await answererOf(tx, caller) };
    const { approved, comment = null } = body;
    const step = { run_id: run.id, path: path ?? '' };
    const isEnded =
      path !== undefined &&
      (await closeApproval(tx, enqueue, organization, step, { approved, by, comment }));
    if (!isEnded) {
      throw new AppError('run_state', { message: 'The run waits for no approval.' });
    }
    const answer = { approved, by, comment };
    await note(tx, keyring, run, { path, now, answer });
    await record(ctx, 'workflow.answer', run.id, []);
    return showListedRun(found(await lockWorkflowRun(tx, organization, run.workflow_id, run.id)));
  };

/** A program by what people call it. */
async function answererOf(tx: Tx, caller: Caller): Promise<string> {
  const { kind, id, organization } = caller;
  if (kind === 'operator') return 'the operator';
  const select = { key: selectLiveKey, consumer: selectLiveConsumer };
  const row =
    kind in select ? await select[kind as keyof typeof select](tx, organization, id) : undefined;
  return row ? `the ${kind === 'key' ? 'key' : 'client'} “${row.name}”` : nameOf(caller);
}

type Noted = { path: string; now: Date; answer: Answer };

async function note(
  tx: Tx,
  keyring: Keyring,
  run: WorkflowRunRow,
  { path, now, answer }: Noted,
): Promise<boolean> {
  const { organization_id: organization } = run;
  const step = (await selectSteps(tx, organization, run.id)).find((one) => one.path === path);
  if (!step || run.status !== 'waiting') return false;
  const confidence = new Confidence(keyring, run);
  const kept = unseal(confidence, step);
  const state = { ...(kept.state as Asked), answer };
  const encrypted = seal(confidence, { ...kept, state });
  await updateAnswered(
    tx,
    organization,
    { run_id: run.id, path, encrypted: encrypted ?? null },
    now,
  );
  tx.announce('workflow_run');
  return true;
}

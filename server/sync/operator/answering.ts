import type { Platform } from '../../platform/platform.ts';
import { invalid } from '../../runtime/errors.ts';
import type { Enqueue } from '../../runtime/jobs/jobs.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { tell } from '../notices/approvals/hearing.ts';
import type { tellThread } from '../notices/approvals/jobs.ts';
import { answerApproval as answer } from '../workflows/answering.ts';
import { selectWorkflowRuns } from '../workflows/runs/store.ts';
import { approvalIn } from '../workflows/steps/awaited.ts';
import { sessionsOf } from './acting.ts';
import { findWorkflow, type Named } from './finding.ts';

type Said = (typeof tellThread)['data'];
type Given = { run: string | undefined; approved: boolean; comment: string | undefined };

const lookedAt = 1_000;
const sayMilliseconds = 30_000;

/**
 * Answers what a run asks people; without an id the one that waits for an answer. @throws AppError 400,
 * not_found (404), run_state (409)
 */
export async function answerApproval(platform: Platform, given: string, answered: Given) {
  const workflow = await findWorkflow(platform, given);
  const { run, approved, comment } = answered;
  const params = { workflow: workflow.id, workflow_run: run ?? (await onlyAsking(workflow)) };
  const sessions = sessionsOf(platform);
  const said: Said[] = [];
  // No worker is here to say it: that is done once the answer is noted.
  const enqueue: Enqueue = async (_tx, _type, data) => void said.push(data as unknown as Said);
  const body = { approved, ...(comment === undefined ? {} : { comment }) };
  const shown = await workflow.acting.write((ctx) =>
    answer({ keyring: platform.keyring, sessions, enqueue })(ctx, { params, query: {}, body }),
  );
  const { database, log } = platform;
  for (const one of said) {
    const limit = AbortSignal.timeout(sayMilliseconds);
    await tell({ database, sessions }, one, limit).catch((error) => {
      if (!(error instanceof ConnectorError)) throw error;
      log.warn({ reason: error.message }, 'the thread does not hear of the answer');
    });
  }
  return shown;
}

/** @throws AppError 400 */
async function onlyAsking({ acting, id, name }: Named): Promise<string> {
  const { db, organization } = acting.reading;
  const page = { after: null, limit: lookedAt, status: 'waiting' };
  const waiting = await selectWorkflowRuns(db, organization, id, page);
  const [only, another] = waiting.filter((one) => approvalIn(one) !== undefined);
  if (only && !another) return only.id;
  const rule = only
    ? `several runs of ${name} wait for an answer: name one by its id.`
    : `no run of ${name} waits for an answer.`;
  throw invalid('run', rule);
}

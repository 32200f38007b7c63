import type { Platform } from '../../platform/platform.ts';
import { invalid } from '../../runtime/errors.ts';
import { Guard } from '../../runtime/outgoing/guard.ts';
import { Pools } from '../../runtime/outgoing/pools.ts';
import { protectingKeys } from '../engine/protecting.ts';
import { Sandbox } from '../transforms/sandbox/sandbox.ts';
import { inlineTriggers } from '../triggers/inline.ts';
import { watches } from '../triggers/watching/watching.ts';
import { httpPoolTerms } from '../workflows/actions/http.ts';
import * as rules from '../workflows/runs/runs.ts';
import { dryRunWorkflow as dryRun } from '../workflows/trying.ts';
import { sessionsOf } from './acting.ts';
import { findWorkflow, type Named } from './finding.ts';

type Given = Record<string, unknown>;

const shownMax = 50;

/** With a JSON object as the record. @throws AppError 400 */
export async function runWorkflow(platform: Platform, given: string, body: Given) {
  const { acting, id } = await findWorkflow(platform, given);
  const services = servicesOf(platform);
  const run = rules.runWorkflow(services, inlineTriggers({ ...services, watches }));
  return acting.write((ctx) => run(ctx, { params: { workflow: id }, query: {}, body }));
}

/** The last ones, the newest first. */
export async function listWorkflowRuns(platform: Platform, given: string) {
  return latest(await findWorkflow(platform, given), shownMax);
}

/** With its steps. Without an id the last one. @throws AppError 400, not_found (404) */
export async function showWorkflowRun(platform: Platform, given: string, run?: string) {
  const workflow = await findWorkflow(platform, given);
  const params = await placeOf(workflow, run);
  const get = rules.getWorkflowRun(servicesOf(platform));
  return get(workflow.acting.reading, { params, query: {}, body: undefined });
}

/** Goes on where it failed, or does everything from a step on once more. @throws AppError 400, 409 */
export async function retryWorkflowRun(
  platform: Platform,
  given: string,
  { run, from }: { run: string | undefined; from: string | undefined },
) {
  const workflow = await findWorkflow(platform, given);
  const params = await placeOf(workflow, run);
  const body = from === undefined ? {} : { from };
  const retry = rules.retryWorkflowRun(servicesOf(platform));
  return workflow.acting.write((ctx) => retry(ctx, { params, query: {}, body }));
}

/** @throws AppError run_state (409) */
export async function cancelWorkflowRun(platform: Platform, given: string, run?: string) {
  const workflow = await findWorkflow(platform, given);
  const params = await placeOf(workflow, run);
  const cancel = rules.cancelWorkflowRun();
  return workflow.acting.write((ctx) => cancel(ctx, { params, query: {}, body: undefined }));
}

/** What it would do with a record; nothing is written or sent. */
export async function dryRunWorkflow(platform: Platform, given: string, record: Given) {
  const { acting, id } = await findWorkflow(platform, given);
  const sessions = sessionsOf(platform);
  const sandbox = new Sandbox();
  const pools = new Pools(new Guard(platform.config), httpPoolTerms);
  const parts = { sessions, sandbox, pools, protectingKey: protectingKeys(platform.secrets) };
  const services = { ...platform, ...parts, enqueue: never, tellWebhook: never };
  try {
    const show = dryRun(services, inlineTriggers({ sessions, watches }));
    const input = { params: { workflow: id }, query: {}, body: { record } };
    return await show(acting.outside, input);
  } finally {
    await sandbox.close();
  }
}

function servicesOf(platform: Platform) {
  return { keyring: platform.keyring, sessions: sessionsOf(platform) };
}

async function never(): Promise<never> {
  throw new Error('A dry run sends nothing.');
}

async function placeOf(workflow: Named, run?: string) {
  const [last] = run === undefined ? await latest(workflow, 1) : [];
  const id = run ?? last?.id;
  if (id !== undefined) return { workflow: workflow.id, workflow_run: id };
  throw invalid('run', `${workflow.name} has not run yet.`);
}

async function latest({ acting, id }: Named, limit: number) {
  const params = { workflow: id };
  const page = await rules.listWorkflowRuns(acting.reading, {
    ...{ params, query: { limit }, body: undefined },
  });
  return page.body;
}

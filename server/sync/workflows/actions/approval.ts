import { findAnswerers } from '../../notices/approvals/answerers.ts';
import { askApproval, expireApproval } from '../../notices/approvals/asking.ts';
import { resolveNotice } from '../../notices/resolving.ts';
import { escapeFor } from '../../notices/words.ts';
import type { Json } from '../../values/types.ts';
import { approvalOf } from '../steps/awaited.ts';
import { type ActionServices, type Performed, type Step, StepError } from './action.ts';
import { explained } from './notify.ts';
import { rendered } from './rendering.ts';

const secondsUsually = 7 * 24 * 3600;

/** Who has answered, and what. */
export type Answer = {
  readonly approved: boolean;
  readonly by: { readonly name: string; readonly user_id?: string };
  readonly comment: string | null;
};

/** What a step keeps while it waits for people. */
export type Asked = {
  readonly input: { readonly [name: string]: Json };
  readonly missing: string[];
  readonly until: string;
  readonly answer?: Answer;
};

/** Asks people in a channel, and waits for an answer: yes goes on, no ends the run. */
export async function approval(
  services: ActionServices,
  step: Step<'approval'>,
): Promise<Performed> {
  const asked = step.state as Asked | undefined;
  if (!asked) return ask(services, step);
  const { answer, until, input, missing } = asked;
  step.show({ input, missing });
  if (answer)
    return { kind: 'done', input, output: answer as Json, holds: answer.approved, missing };
  if (step.now < new Date(until)) return wait(step, asked);
  const { organization, runId: run_id, path } = step;
  const isExpired = await services.database
    .of(organization)
    .transaction((tx) => expireApproval(tx, services.enqueue, organization, { run_id, path }));
  if (isExpired) throw new StepError('Nobody has answered in time.');
  // Somebody has, this very moment.
  return wait(step, { ...asked, until: new Date(step.now.getTime() + 1_000).toISOString() });
}

async function ask(services: ActionServices, step: Step<'approval'>): Promise<Performed> {
  const { organization, action, scope, runId: run_id, path, now, signal } = step;
  const db = services.database.of(organization).reading;
  const { connection_id = null, to: place = null } = action;
  const given = { channel: 'threads', connection_id, to: place } as const;
  const notice = await explained(resolveNotice({ db, organization }, given));
  const to = rendered(notice.to, scope);
  const message = rendered(action.message ?? '', scope, escapeFor('threads'));
  const until = new Date(now.getTime() + (action.timeout_s ?? secondsUsually) * 1000);
  const { by } = action;
  const whom = by ? { by } : {};
  const input = { to: to.text, ...whom, message: message.text, until: until.toISOString() };
  const missing = [...to.missing, ...message.missing];
  step.show({ input, missing });
  if (step.isDry) return { kind: 'done', input, output: null, holds: true, missing };
  const key = step.idempotencyKey;
  const answerers = by ? await findAnswerers({ db, organization }, by) : null;
  if (answerers?.length === 0) throw new StepError('Nobody is left who may answer.');
  const words = { run_id, path, message: message.text, until, answerers, key };
  const addressed = { ...notice, to: to.text };
  const { thread_id } = await askApproval(services, organization, addressed, words, signal);
  return wait(step, { input: { ...input, thread_id }, missing, until: input.until });
}

function wait({ runId, path }: Step<'approval'>, asked: Asked): Performed {
  const { input, until } = asked;
  const waitsFor = approvalOf(runId, path);
  return { kind: 'waits', input, until: new Date(until), waitsFor, state: asked as Json };
}

import { AppError } from '../../../runtime/errors.ts';
import { keyText } from '../../causes/causes.ts';
import { resolveNotice } from '../../notices/resolving.ts';
import { sendNotice } from '../../notices/sending.ts';
import { escapeFor } from '../../notices/words.ts';
import type { Json } from '../../values/types.ts';
import { type ActionServices, type Performed, type Step, StepError } from './action.ts';
import { note, noteName } from './connecting.ts';
import { rendered, renderedValue } from './rendering.ts';

/** Tells somebody something, once. */
export async function notify(services: ActionServices, step: Step<'notify'>): Promise<Performed> {
  const { organization, action, scope, idempotencyKey: key, signal } = step;
  const db = services.database.of(organization).reading;
  const resolved = await explained(resolveNotice({ db, organization }, action));
  const to = rendered(resolved.to, scope);
  const message = rendered(action.message ?? '', scope, escapeFor(resolved.channel));
  const notice = { ...resolved, to: to.text };
  const { channel, connection_id } = notice;
  const { subject = null } = action;
  const given = renderedValue((action.data ?? null) as Json, scope);
  const data = given.value as { [name: string]: Json } | null;
  const more = { ...(channel === 'email' && { subject }), ...(data && { data }) };
  const input = { channel, connection_id, to: to.text, ...more, message: message.text };
  const missing = [...to.missing, ...message.missing, ...given.missing];
  step.show({ input, missing });
  if (step.isDry) return { kind: 'done', input, output: null, missing };
  const about = step.subject ?? undefined;
  const from = { workflow_id: step.workflowId, sync_id: null, run_id: step.runId };
  const { depth } = step;
  const words = { message: message.text, subject, about, key, from, data, depth };
  const place = connection_id && { connection_id, ...placeOf(channel, to.text) };
  if (place) await note(services, step, { ...place, key: '' });
  const sent = await sendNotice(services, organization, notice, words, signal);
  const named = sent.key ? keyText(sent.key) : sent.id;
  if (place && named) await noteName(services, step, { ...place, key: named });
  return { kind: 'done', input, output: { id: sent.id ?? null }, missing };
}

/** Where what is posted shows up as a record. */
function placeOf(channel: string, to: string): { provider: string; object: string } {
  if (channel === 'slack') return { provider: 'slack', object: 'messages' };
  const object = /^[0-9a-f-]{36}$/.test(to) ? 'messages' : 'threads';
  return { provider: 'messaging', object };
}

/** What was there when the workflow was made may be gone. @throws StepError */
export async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.status < 500) throw new StepError(error.message);
    throw error;
  }
}

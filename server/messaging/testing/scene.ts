import assert from 'node:assert/strict';
import { createClient } from '../../../contract/client.ts';
import { messaging } from '../../../contract/messaging/index.ts';
import { Operator } from '../../operator/operator.ts';
import { shortId } from '../../runtime/ids.ts';
import { makeOrganization } from '../../testing/makers.ts';
import type { TestServer } from '../../testing/server.ts';
import { createKey } from '../operator/index.ts';

/** An organization with two bots and a member called Ann. */
export async function makeTeam(app: TestServer) {
  const organization = shortId('organization', await makeOrganization(app));
  const operator = new Operator(app.server.platform);
  const email = 'ann@team.example';
  await operator.createMember(organization, { email, name: 'Ann', role: 'member' });
  const bot = await makeBot(app, organization, 'Reporter');
  const other = await makeBot(app, organization, 'Watcher');
  return { organization, operator, email, bot, other };
}

/** The bot of a new key, as a client that posts as it. */
export async function makeBot(app: TestServer, organization: string, name: string) {
  const plan = 'unlimited';
  const { id, key } = await createKey(app.server.platform, organization, {
    name,
    kind: 'threads',
    plan,
  });
  const authorization = `Bearer ${key}`;
  return { id, key, client: createClient(messaging, { url: app.url, authorization }) };
}

type Answer = { ok: boolean; status: number; body?: unknown; error?: unknown };

/** The result of a call that went well. */
export function resultOf<R>(
  answer: { ok: true; body: { ok: true; result: R } } | { ok: false; error: unknown },
): R {
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.body.result;
}

/** Asserts the status and the word of a refusal. */
export function refused(answer: Answer, status: number, word: string): void {
  const { error } = answer.error as { error: string };
  assert.deepEqual({ status: answer.status, error }, { status, error: word });
}

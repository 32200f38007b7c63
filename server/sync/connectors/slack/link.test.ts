import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tooMany } from '../../../testing/simulators/slack/simulator.ts';
import { readAll } from '../testing/reading.ts';
import { makeSlack, openSlack } from './testing/place.ts';

const refusal = (error: string, more: object = {}) => ({ body: { ok: false, error, ...more } });

test('a connection is looked at, and what its token does not open is said', async () => {
  const slack = await makeSlack({ records: 10 });
  const session = await openSlack(slack, { config: { default_channel: '#general' } });
  const well = await session.check();
  slack.scopes = ['channels:read', 'channels:history', 'users:read'];
  const partly = await session.check();
  const lost = await openSlack(slack, { config: { default_channel: 'nowhere' } });
  const unknown = await lost.check();
  slack.scopes = [];
  const unlisted = await openSlack(slack);
  const wrong = await openSlack(slack, { credentials: { token: 'xoxb-wrong' } });

  assert.deepEqual(well.warnings, []);
  assert.deepEqual(
    partly.warnings.map((text) => /lacks (\S+):/.exec(text)?.[1]),
    ['groups:read', 'groups:history', 'users:read.email', 'chat:write'],
  );
  assert.match(unknown.warnings.at(-1) ?? '', /default_channel names no channel/);
  await assert.rejects(readAll(unlisted, 'channels'), {
    ...{ kind: 'configuration', message: /add channels:read or groups:read/ },
  });
  await assert.rejects(wrong.check(), (error: Error & { kind: string; upstream?: string }) => {
    assert.equal(error.kind, 'configuration');
    assert.match(error.message, /does not accept the token \(invalid_auth\)/);
    assert.ok(!`${error.message}${error.upstream}${error.stack}`.includes('xoxb-wrong'));
    return true;
  });
});

test('a name that leads to a private address is refused, and so is a redirect', async () => {
  const slack = await makeSlack({ records: 10 });
  const base_url = `http://slack.example:${new URL(slack.url).port}`;
  const addressesOf = async () => ['127.0.0.1'];
  const opened = (allowPrivateHosts: string[], config = { base_url }) =>
    openSlack(slack, { config, terms: { addressesOf, allowPrivateHosts } });
  const guarded = await opened([]);
  const plain = await opened([], { base_url: slack.url });
  const allowed = await opened(['slack.example']);

  await assert.rejects(guarded.check(), { kind: 'configuration', message: /private address/ });
  await assert.rejects(plain.check(), { kind: 'configuration', message: /private address/ });
  assert.equal(slack.heard.length, 0);
  assert.deepEqual((await allowed.check()).warnings, []);
  const heard = slack.heard.length;
  slack.hook = () => ({ status: 302, headers: { location: `${slack.url}/elsewhere` } });
  await assert.rejects(allowed.check(), {
    ...{ kind: 'configuration', message: /leads to another address/ },
  });
  assert.equal(slack.heard.length, heard + 1);
});

test('who has asked too much waits as long as Slack says, and nothing is lost', async () => {
  const slack = await makeSlack({ records: 200 });
  const session = await openSlack(slack);
  let refusals = 0;
  slack.hook = ({ method }) => {
    if (method !== 'conversations.history' || refusals === 3) return undefined;
    refusals += 1;
    return tooMany('0.05');
  };

  const { rows } = await readAll(session, 'messages');

  assert.equal(refusals, 3);
  assert.equal(rows.length, 200);
});

test('every request takes its turn, and whoever is to wait long hears of it', async () => {
  const slack = await makeSlack({ records: 10 });
  let turns = 0;
  const turn = async () => {
    turns += 1;
  };
  const session = await openSlack(slack, { terms: { turn } });

  await readAll(session, 'messages');
  slack.hook = () => tooMany(120);

  assert.equal(turns, slack.heard.length);
  await assert.rejects(session.check(), { kind: 'retry', retryAfterSeconds: 120 });
});

test('whose fault it is says what Slack answers', async () => {
  const slack = await makeSlack({ records: 10 });
  const session = await openSlack(slack);
  const after = async (instead: ReturnType<NonNullable<typeof slack.hook>>) => {
    slack.hook = () => instead;
    return session.query({ object: 'users', limit: 1 });
  };

  await assert.rejects(after(refusal('token_revoked')), { kind: 'configuration' });
  await assert.rejects(after(refusal('missing_scope', { needed: 'users:read' })), {
    ...{ kind: 'configuration', message: /lacks users:read, which users\.list needs/ },
  });
  await assert.rejects(after(refusal('ratelimited')), { kind: 'retry' });
  await assert.rejects(after(refusal('fatal_error')), { kind: 'retry' });
  await assert.rejects(after(refusal('Who said "this"?')), {
    ...{ kind: 'request', message: /no reason given/ },
  });
  await assert.rejects(after({ status: 503, body: {} }), { kind: 'retry' });
  await assert.rejects(after({ body: 'nonsense' }), {
    ...{ kind: 'configuration', message: /does not answer as Slack does/ },
  });
  await assert.rejects(after({ body: { ok: true } }), { kind: 'configuration' });
  await assert.rejects(session.describe('nothing'), { kind: 'missing' });
});

test('the client of Slack prints nothing of what is asked and answered', async (context) => {
  const slack = await makeSlack({ records: 10 });
  const session = await openSlack(slack);
  const printed: unknown[] = [];
  for (const name of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    context.mock.method(console, name, (...said: unknown[]) => void printed.push(said));
  }
  const metadata = { messages: ['[ERROR] the text "secret" is wrong', '[WARN] look'] };
  slack.hook = () => refusal('invalid_arguments', { response_metadata: metadata });

  await assert.rejects(session.query({ object: 'users', limit: 1 }), {
    ...{ kind: 'request', upstream: /secret/ },
  });
  assert.deepEqual(printed, []);
});

test('a run that is ended waits for no answer, and for no limit', async () => {
  const slack = await makeSlack({ records: 10 });
  const session = await openSlack(slack);
  for (const instead of [{ waitMilliseconds: 60_000 }, tooMany(50)]) {
    slack.hook = ({ method }) => (method === 'users.list' ? instead : undefined);
    const controller = new AbortController();

    const reading = readAll(session, 'users', { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 50);

    await assert.rejects(reading, /enough|aborted/);
  }
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { newSecret } from '../../server/sync/conventions/signing.ts';
import {
  defineConnector,
  ExtensionError,
  type ServedCall,
  serve,
  signatureHeaders,
} from './index.ts';

const secret = newSecret();
const calls: ServedCall[] = [];
const connector = defineConnector({
  provider: 'lab-cases',
  configSchema: {
    type: 'object',
    properties: { office: { type: 'string' } },
    required: ['office'],
  },
  credentialsSchema: {
    type: 'object',
    properties: { token: { type: 'string' } },
    required: ['token'],
  },
  check: ({ credentials }) => ({ ok: credentials.token === 'open-sesame' }),
  discover: () => ({ objects: [{ name: 'cases', fields: [{ name: 'id', type: 'text' }] }] }),
  read({ object, credentials }) {
    if (object === 'busy')
      throw new ExtensionError('Later.', { status: 429, retryAfterSeconds: 7 });
    if (object === 'bug') throw new Error(`cannot read with ${credentials.token}`);
    if (object === 'away') return fetch('http://127.0.0.1:9').then(() => ({ records: [] }));
    if (object === 'wrong') return { records: 'none' } as never;
    return { records: [{ id: object }], next_cursor: undefined };
  },
});
const server = await serve(connector, {
  port: 0,
  secret,
  host: '127.0.0.1',
  bodyBytesMax: 10_000,
  onCall: (call) => calls.push(call),
});
after(() => server.close());

const connected = { config: { office: 'elm' }, credentials: { token: 'open-sesame' } };
const page = { ...connected, fields: null, filter: [], cursor: null, limit: 10 };

async function ask(call: string, request: unknown, by = secret) {
  const body = typeof request === 'string' ? request : JSON.stringify(request);
  const headers = signatureHeaders(body, by, 'msg_1');
  const response = await fetch(`${server.url}/recalls/${call}`, { method: 'POST', headers, body });
  const answer = (await response.json()) as { error?: { message: string } };
  return { status: response.status, headers: response.headers, answer };
}

test('a signed call is answered, below whatever path', async () => {
  const { status, answer } = await ask('check', connected);
  const read = await ask('read', { ...page, object: 'cases' });

  assert.deepEqual([status, answer], [200, { ok: true }]);
  assert.deepEqual(read.answer, { records: [{ id: 'cases' }] });
});

test('a call that is not signed, or by another secret, is a 401 and reaches nothing', async () => {
  const { status, answer } = await ask('check', connected, newSecret());
  const plain = await fetch(`${server.url}/check`, { method: 'POST', body: '{}' });

  assert.equal(status, 401);
  assert.match(answer.error!.message, /another secret/);
  assert.equal(plain.status, 401);
});

test('a wrong request names what is wrong', async () => {
  const without = await ask('check', { config: {}, credentials: { token: 'x' } });
  const text = await ask('read', { ...page, object: 'cases', limit: '10' });
  const noJson = await ask('check', 'no json');
  const unknown = await ask('destroy', connected);
  const absent = await ask('write', connected);

  assert.equal(without.status, 400);
  assert.match(without.answer.error!.message, /config\.office is required/);
  assert.match(text.answer.error!.message, /limit must be an integer/);
  assert.deepEqual([noJson.status, unknown.status, absent.status], [400, 404, 404]);
});

test('what a connector throws has its status; what fails by mistake is a 500 without secrets', async () => {
  const busy = await ask('read', { ...page, object: 'busy' });
  const bug = await ask('read', { ...page, object: 'bug' });
  const wrong = await ask('read', { ...page, object: 'wrong' });
  const away = await ask('read', { ...page, object: 'away' });

  assert.deepEqual([away.status, away.answer.error?.message], [500, 'fetch failed: bad port']);
  assert.deepEqual([busy.status, busy.headers.get('retry-after')], [429, '7']);
  assert.deepEqual([bug.status, bug.answer], [500, { error: { message: 'cannot read with ***' } }]);
  assert.deepEqual(
    [wrong.status, wrong.answer.error!.message],
    [500, 'The answer of read is wrong: records must be an array.'],
  );
});

test('what is too large is refused, and what breaks off ends nothing', async () => {
  const large = await ask('check', { ...connected, more: 'x'.repeat(20_000) });
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /check HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{');
  socket.destroy();
  const { status } = await ask('check', connected);

  assert.deepEqual([large.status, status], [413, 200]);
});

test('a GET says that it is there, and other methods are refused', async () => {
  const alive = await fetch(server.url);
  const put = await fetch(`${server.url}/check`, { method: 'PUT', body: '{}' });

  assert.deepEqual([alive.status, put.status], [200, 405]);
});

test('each call is told, without what it holds', async () => {
  calls.length = 0;
  await ask('read', { ...page, object: 'cases' });

  const [{ milliseconds: _, ...call }] = calls as [ServedCall];
  assert.deepEqual(call, { name: 'read', object: 'cases', status: 200, records: 1 });
});

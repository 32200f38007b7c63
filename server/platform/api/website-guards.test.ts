import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Endpoint, sessionScopes } from '../../../contract/endpoint.ts';
import { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import { platform } from '../../../contract/platform/index.ts';
import { createKey } from '../../messaging/operator/index.ts';
import { shortId } from '../../runtime/ids.ts';
import type { Log } from '../../runtime/log.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { makeSignedIn } from '../testing/website.ts';
import { misfit, type Received } from './testing/fitting.ts';
import { inputFor, type Known } from './testing/inputs.ts';

const failures: object[] = [];
const log: Log = {
  debug() {},
  info() {},
  warn() {},
  error: (fields) => failures.push(fields),
  child: () => log,
};
const app = await startServer({ HEDDLE_ROLES: 'web' }, log);
const organization = await makeOrganization(app);
const owner = await makeSignedIn(app, organization, 'owner');
const key = await createKey(app.server.platform, shortId('organization', organization), {
  name: 'Bot',
  kind: 'threads',
  plan: 'unlimited',
});
const apis = [platform, messagingWebsite];
const endpoints = apis.flatMap((api) =>
  Object.entries<Endpoint>(api.endpoints).map(([name, endpoint]) => ({ api, name, endpoint })),
);

type Sent = { headers?: Record<string, string>; body?: string; by?: typeof fetch };

async function send(method: string, path: string, sent: Sent = {}): Promise<Received> {
  const { headers = {}, body, by = fetch } = sent;
  const response = await by(app.url + path.replace(/:\w+/g, 'x'), {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const slugOf = ({ body }: Received) => (body as { error: string }).error;

for (const { api, name, endpoint } of endpoints) {
  const { method, path, scope, body, form } = endpoint;
  if (!sessionScopes.includes(scope)) continue;
  describe(`${api.name}: ${name}`, () => {
    test('without a session is a 401', async () => {
      const received = await send(method, path, { headers: { origin: app.url } });

      assert.equal(received.status, 401);
      assert.ok(received.headers.has('www-authenticate'));
      assert.equal((received.body as { ok: boolean }).ok, false);
    });

    test('with the key of a bot is a 401', async () => {
      const headers = { origin: app.url, authorization: `Bearer ${key.key}` };

      assert.equal((await send(method, path, { headers })).status, 401);
    });

    if (method !== 'GET') {
      test('from a page of another site is a 403', async () => {
        for (const origin of ['https://evil.example', '']) {
          const received = await send(method, path, { headers: { cookie: owner.cookie, origin } });

          assert.equal(received.status, 403);
          assert.equal(slugOf(received), 'not_allowed');
        }
      });
    }

    if (!body || form) return;
    for (const junk of ['{', '[]', 'null', '7', '"x"', '{"\u0000":1}']) {
      test(`with the body ${JSON.stringify(junk)} is a 400`, async () => {
        const received = await send(method, path, { by: owner.fetch, body: junk });

        assert.equal(received.status, 400);
        assert.equal(slugOf(received), 'invalid_request');
      });
    }
  });
}

test('a path that no endpoint has is a 404, and a wrong method a 405, in the form of the API', async () => {
  const missing = await send('GET', '/api/platform/nothing', { by: owner.fetch });
  const wrong = await send('PUT', '/api/platform/session', { by: owner.fetch });

  assert.deepEqual([missing.status, slugOf(missing)], [404, 'not_found']);
  assert.deepEqual([wrong.status, slugOf(wrong)], [405, 'method_not_allowed']);
  assert.equal(wrong.headers.get('allow'), 'GET, HEAD');
});

test('whatever is sent, the answer is one that the contract promises', async () => {
  const ids = [shortId('member', owner.id), shortId('organization', organization), 'x', '1', 0];
  const known = Object.fromEntries(
    ['practice', 'location', 'doctor', 'booking', 'guid', 'any'].map((noun) => [noun, ids]),
  ) as Known;
  const of = (schema: object | undefined) =>
    schema ? inputFor(schema, known) : fc.constant(undefined);
  const calls = Object.values<Endpoint>(platform.endpoints).map((endpoint) =>
    fc.record({
      endpoint: fc.constant(endpoint),
      id: inputFor({ type: 'string' }, known, 'id'),
      body: of(endpoint.body),
    }),
  );

  const property = fc.asyncProperty(fc.tuple(...calls), async (together) => {
    const answers = await Promise.all(
      together.map(({ endpoint, id, body }) => {
        const given = typeof id === 'string' ? id : (JSON.stringify(id) ?? '');
        const part = encodeURIComponent(given.toWellFormed()).replace(/^\.*$/, 'dots');
        const path = endpoint.path.replace(/:\w+/, part);
        const text = body === undefined ? {} : { body: JSON.stringify(body) };
        return send(endpoint.method, path, { by: owner.fetch, ...text });
      }),
    );
    for (const [index, answer] of answers.entries()) {
      assert.equal(misfit(platform, together[index]!.endpoint, answer), undefined);
    }
  });
  await fc.assert(property, { seed: 20_261_121, numRuns: 50, endOnFailure: true });

  assert.deepEqual(failures, []);
});

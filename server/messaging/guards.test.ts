import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Value } from 'typebox/value';
import { type Endpoint, wordOf } from '../../contract/endpoint.ts';
import { messaging as api } from '../../contract/messaging/index.ts';
import { openapi } from '../../contract/openapi.ts';
import { startServer } from '../testing/server.ts';
import { createKey } from './operator/index.ts';
import { makeTeam } from './testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { bot, organization } = await makeTeam(app);
const narrow = await createKey(app.server.platform, organization, {
  name: 'Sync only',
  kind: 'sync',
  plan: 'unlimited',
});
const endpoints = Object.entries(api.endpoints as Record<string, Endpoint>);

/** What the reference says about an endpoint: its answers by status. */
type Described = { responses: Record<string, { description: string }> };
const { paths } = openapi(api, { url: app.url, version: '1' }) as {
  paths: Record<string, Record<string, Described>>;
};

type Received = { status: number; headers: Headers; body: unknown };

async function send(method: string, path: string, key?: string, body?: string, type?: string) {
  const response = await fetch(app.url + path, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const received: Received = {
    status: response.status,
    headers: response.headers,
    body: await response.json(),
  };
  return received;
}

function assertRefused(received: Received, status: number, word: string): void {
  assert.equal(received.status, status);
  assert.equal((received.body as { error: string }).error, word);
  assert.ok(Value.Check(api.error, received.body), JSON.stringify(received.body));
  const { request_id } = received.body as { request_id: string };
  assert.equal(received.headers.get('x-request-id'), request_id);
}

for (const [name, { method, path, body, form }] of endpoints) {
  const assertTold = (received: Received, status: number, word: string) => {
    assertRefused(received, status, word);
    const answer = paths[path]?.[method.toLowerCase()]?.responses[status];
    assert.match(answer?.description ?? '', new RegExp(`\`${word}\``), 'the reference is silent');
  };

  describe(name, () => {
    test('without a key is a 401', async () => {
      const received = await send(method, path);

      assertTold(received, 401, 'invalid_auth');
      assert.match(received.headers.get('www-authenticate') ?? '', /^Bearer/);
    });

    test('with a key that nobody has is a 401', async () => {
      assertRefused(await send(method, path, 'A'.repeat(24)), 401, 'invalid_auth');
    });

    test('with a key of another API is a 403', async () => {
      assertTold(await send(method, path, narrow.key), 403, 'not_allowed');
    });

    test('with a method that the path does not take is a 405 that lists those it takes', async () => {
      const received = await send('PATCH', path, bot.key);

      assert.equal(received.status, 405);
      assert.match(received.headers.get('allow') ?? '', new RegExp(`\\b${method}\\b`));
    });

    test('the reference tells that the server may be busy, or down for maintenance', () => {
      const { description } = paths[path]?.[method.toLowerCase()]?.responses[503] ?? {};

      for (const code of ['overloaded', 'maintenance'] as const) {
        assert.ok(description?.includes(`\`${wordOf(api, code)}\``), description ?? code);
      }
    });

    if (method === 'POST' && !form) {
      test('with a broken body is a 400', async () => {
        assertTold(await send(method, path, bot.key, '{'), 400, 'invalid_request');
      });

      test('with a body of another type is a 415', async () => {
        const received = await send(method, path, bot.key, 'a=b', 'text/csv');

        assertTold(received, 415, 'unsupported_media_type');
      });

      test('with more than 1 MiB is a 413', async () => {
        const received = await send(method, path, bot.key, JSON.stringify('x'.repeat(2 ** 20)));

        assertTold(received, 413, 'payload_too_large');
      });
    }

    if (!body) return;
    for (const junk of ['[]', '"x"', '7', '{"blocks":7,"name":[],"chatID":{},"body":1}']) {
      test(`with the body ${junk} is a 400`, async () => {
        assertRefused(await send(method, path, bot.key, junk), 400, 'invalid_request');
      });
    }
  });
}

test('a path that no endpoint has is a 404 in the form of the API', async () => {
  assertRefused(await send('POST', '/api/public/nothing', bot.key), 404, 'not_found');
});

test('answers carry the limits of a key', async () => {
  const key = await createKey(app.server.platform, organization, {
    name: 'Limited',
    kind: 'threads',
    plan: 'professional',
  });

  const { headers } = await send('GET', '/api/public/ping', key.key);

  assert.equal(headers.get('x-ratelimit-limit'), '300');
  assert.equal(headers.get('x-ratelimit-remaining'), '300');
});

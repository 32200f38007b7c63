import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startRedis } from '../../../testing/redis.ts';
import { makeClient, makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { createKey } from '../access/keys.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const other = await app.another();
const organization = await makeOrganization(app);
const burst = 100;
const perMinute = 60;

// Tokens come with time; it stands still here until a test moves it.
let time = Date.now();
app.clock.now = () => new Date(time);

async function makeLimited() {
  return makeClient(app, organization, { plan: 'developer' });
}

async function list(url: string, authorization: string, path = '/scheduling/practices') {
  const response = await fetch(url + path, { headers: { authorization } });
  const body = (await response.json()) as { status?: string };
  return { status: response.status, slug: body.status, headers: response.headers };
}

/** Takes tokens until there are none; answers how many there were. */
async function drain(urls: string[], token: string): Promise<number> {
  for (let taken = 0; ; taken += 1) {
    const { status } = await list(urls[taken % urls.length]!, token);
    if (status === 429) return taken;
    assert.equal(status, 200);
  }
}

const numberIn = (headers: Headers, name: string) => Number(headers.get(name));

test('every answer to a limited consumer says what is left', async () => {
  const { token } = await makeLimited();

  const first = await list(app.url, token);
  const refused = await list(app.url, token, '/scheduling/bookings/none');

  for (const { headers } of [first, refused]) {
    assert.equal(numberIn(headers, 'x-ratelimit-limit'), perMinute);
    assert.equal(numberIn(headers, 'x-ratelimit-remaining'), perMinute);
    assert.equal(headers.has('retry-after'), false);
  }
  assert.equal(numberIn(first.headers, 'x-ratelimit-reset'), Math.ceil(time / 1000 + 1));
  assert.equal(numberIn(refused.headers, 'x-ratelimit-reset'), Math.ceil(time / 1000 + 2));
  assert.equal(refused.status, 404);
});

test('an answer that refuses a scope says it, too', async () => {
  const { token } = await makeClient(app, organization, { plan: 'developer', scopes: [] });

  const answer = await list(app.url, token);

  assert.equal(answer.status, 403);
  assert.equal(numberIn(answer.headers, 'x-ratelimit-limit'), perMinute);
});

test('after the burst calls are refused with a 429, until the clock has brought a token', async () => {
  const { token } = await makeLimited();

  const taken = await drain([app.url], token);
  const refused = await list(app.url, token);
  time += 30_000;
  const later = await list(app.url, token);

  assert.equal(taken, burst);
  assert.equal(refused.slug, 'too_many_requests');
  assert.equal(numberIn(refused.headers, 'retry-after'), 1);
  assert.equal(numberIn(refused.headers, 'x-ratelimit-remaining'), 0);
  assert.equal(numberIn(refused.headers, 'x-ratelimit-limit'), perMinute);
  assert.equal(later.status, 200);
  assert.equal(numberIn(later.headers, 'x-ratelimit-remaining'), 29);
});

test('the limit is of the consumer, not of a token or of all', async () => {
  const [one, two] = [await makeLimited(), await makeLimited()];
  await drain([app.url], one.token);
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: one.client_id,
    client_secret: one.client_secret,
  });
  const answer = await fetch(`${app.url}/oauth2/token`, { method: 'POST', body });
  const { access_token } = (await answer.json()) as { access_token: string };

  const [again, another] = [await list(app.url, access_token), await list(app.url, two.token)];

  assert.equal(again.status, 429);
  assert.equal(another.status, 200);
});

test('the plan unlimited has no limit and no headers', async () => {
  const { token } = await makeClient(app, organization, { plan: 'unlimited' });

  const answers = await Promise.all(Array.from({ length: 150 }, () => list(app.url, token)));

  for (const { status, headers } of answers) {
    assert.equal(status, 200);
    assert.equal(headers.has('x-ratelimit-limit'), false);
  }
});

test('a static key has a limit of its own', async () => {
  const { system } = app.server.platform.database;
  const { key } = await system.transaction((tx) =>
    createKey(
      tx,
      organization,
      { name: 'Test', plan: 'professional', kind: 'sync' },
      app.clock.now(),
    ),
  );

  const answer = await list(app.url, key);

  assert.equal(answer.status, 403);
  assert.equal(numberIn(answer.headers, 'x-ratelimit-limit'), 300);
});

test('refused calls are counted in the metrics', async () => {
  const { token } = await makeLimited();
  await drain([app.url], token);

  const metrics = await (await fetch(`${app.url}/metrics`)).text();

  assert.match(metrics, /^heddle_rate_limited_total [1-9]/m);
});

test('without Redis each process has buckets of its own', async () => {
  const { token } = await makeLimited();
  await drain([app.url], token);

  const there = await list(other.url, token);

  assert.equal(there.status, 200);
});

describe('with Redis', async () => {
  const redis = await startRedis();
  after(() => redis.stop());
  const [one, two] = [
    await app.another({ REDIS_URL: redis.url }),
    await app.another({ REDIS_URL: redis.url }),
  ];

  test('two processes share a bucket', async () => {
    const { token } = await makeLimited();

    const taken = await drain([one.url, two.url], token);

    assert.equal(taken, burst);
    assert.equal((await list(two.url, token)).status, 429);
  });

  test('a Redis that is gone stops nobody', async () => {
    const { token } = await makeLimited();
    await list(one.url, token);

    await redis.stop();
    const answer = await list(one.url, token);

    assert.equal(answer.status, 200);
    assert.equal(numberIn(answer.headers, 'x-ratelimit-limit'), perMinute);
  });
});

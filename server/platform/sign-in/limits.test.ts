import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startRedis } from '../../../testing/redis.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { makeMember } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';

const redis = await startRedis();
after(() => redis.stop());
const app = await startServer({ HEDDLE_ROLES: 'web', REDIS_URL: redis.url });
const organization = await makeOrganization(app);
const other = await app.another();

async function attempt(url: string, email: string, password: string): Promise<number> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password }),
  });
  await response.text();
  return response.status;
}

test('with Redis, guesses at an account count in all processes together', async () => {
  // Until both are connected to it, each counts for itself.
  await until('both count in Redis', async () => {
    const { email, password } = await makeMember(app, organization);
    const statuses: number[] = [];
    for (let guess = 0; guess < 20; guess += 1) {
      statuses.push(await attempt(guess % 2 ? app.url : other.url, email, 'wrong'));
    }
    assert.deepEqual(new Set(statuses), new Set([401]));

    return (await attempt(other.url, email, password)) === 429;
  });
});

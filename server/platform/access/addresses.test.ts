import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKey } from '../../messaging/operator/index.ts';
import { shortId } from '../../runtime/ids.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { makeMember } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';

const app = await startServer({ HEDDLE_ROLES: 'web', HEDDLE_TRUST_PROXY: '1' });
const organization = await makeOrganization(app);
// Attempts come back with time; it stands still here.
const now = new Date();
app.clock.now = () => now;

let networks = 0;
const newNetwork = () => {
  networks += 1;
  return `2001:db8:0:${networks.toString(16)}`;
};
const hostIn = (network: string, host: number) => `${network}::${host.toString(16)}`;
const wrongKey = (nth: number) => `${'x'.repeat(20)}${String(nth).padStart(4, '0')}`;

async function ping(key: string, address: string) {
  const response = await fetch(`${app.url}/api/public/ping`, {
    headers: { authorization: `Bearer ${key}`, 'x-forwarded-for': address },
  });
  const { error } = (await response.json()) as { error?: string };
  return { status: response.status, error, wait: response.headers.get('retry-after') };
}

async function guess(email: string, address: string): Promise<number> {
  const response = await fetch(`${app.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app.url, 'x-forwarded-for': address },
    body: JSON.stringify({ email, password: 'a wrong guess' }),
  });
  await response.text();
  return response.status;
}

test('after 60 wrong keys within a minute a network has to wait, unless the key is right', async () => {
  const at = shortId('organization', organization);
  const terms = { name: 'Bot', kind: 'threads', plan: 'unlimited' } as const;
  const { key } = await createKey(app.server.platform, at, terms);
  const network = newNetwork();
  const wrong: number[] = [];
  for (let nth = 0; nth < 60; nth += 1) {
    wrong.push((await ping(wrongKey(nth), hostIn(network, nth))).status);
  }

  const refused = await ping(wrongKey(60), hostIn(network, 60));
  const elsewhere = await ping(wrongKey(61), hostIn(newNetwork(), 1));
  const right = await ping(key, hostIn(network, 61));

  assert.deepEqual(new Set(wrong), new Set([401]));
  assert.deepEqual(refused, { status: 429, error: 'rate_limited', wait: '60' });
  assert.equal(elsewhere.status, 401);
  assert.equal(right.status, 200);
});

test('guesses at an account from one IPv6 network are those of one address', async () => {
  const { email } = await makeMember(app, organization);
  const network = newNetwork();
  const statuses: number[] = [];
  for (let nth = 0; nth < 20; nth += 1) statuses.push(await guess(email, hostIn(network, nth)));

  const refused = await guess(email, hostIn(network, 20));
  const elsewhere = await guess(email, hostIn(newNetwork(), 1));

  assert.deepEqual(new Set(statuses), new Set([401]));
  assert.equal(refused, 429);
  assert.equal(elsewhere, 401);
});

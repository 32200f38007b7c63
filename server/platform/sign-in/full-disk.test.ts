import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOwner } from '../../runtime/testing/owner.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { makeMember } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { Authenticator } from './testing/authenticator.ts';
import { Browser } from './testing/browser.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const organization = await makeOrganization(app);
await asOwner(
  app.address,
  `create function platform.fail() returns trigger language plpgsql as
   $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`,
);

async function whileFull<T>(table: string, work: () => Promise<T>): Promise<T> {
  const when = `before insert or update on platform.${table} for each row`;
  await asOwner(app.address, `create trigger fail ${when} execute function platform.fail()`);
  try {
    return await work();
  } finally {
    await asOwner(app.address, `drop trigger fail on platform.${table}`);
  }
}

async function ask(browser: Browser, path: string, body?: object) {
  const response = await browser.ask(`${app.url}/api/auth${path}`, {
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    headers: { origin: app.url, ...(body ? { 'content-type': 'application/json' } : {}) },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('a disk that is full is no refusal of whoever signs in, and the server is not ready', async () => {
  const { email, password } = await makeMember(app, organization);
  const browser = new Browser({});
  const authenticator = new Authenticator(app.url);
  const ready = async () => (await fetch(`${app.url}/readyz`)).json();
  const optionsTo = async (path: string) =>
    (await ask(browser, `/passkey/generate-${path}-options`)).body as { challenge: string };
  const credentials = { email, password };

  const before = await ready();
  const refused = await whileFull('session', () => ask(browser, '/sign-in/email', credentials));
  const after = await ready();
  assert.equal((await ask(browser, '/sign-in/email', credentials)).status, 200);
  const register = async () => {
    const response = authenticator.create(await optionsTo('register'));
    return ['/passkey/verify-registration', { response, name: 'Laptop' }] as const;
  };
  const adding = await register();
  const registration = await whileFull('passkey', () => ask(browser, ...adding));
  assert.equal((await ask(browser, ...(await register()))).status, 200);
  const response = authenticator.get(await optionsTo('authenticate'));
  const entry = await whileFull('passkey', () =>
    ask(browser, '/passkey/verify-authentication', { response }),
  );

  assert.deepEqual(before, { status: 'ok' });
  for (const one of [refused, registration, entry]) {
    assert.equal(one?.status, 503, JSON.stringify(one?.body));
    assert.match(String(one?.body.message), /disk of the database is full/);
  }
  assert.deepEqual(after, { status: 'the disk of the database is full' });
});

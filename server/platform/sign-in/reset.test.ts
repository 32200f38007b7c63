import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { lastMail, signIn } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { makeSignedIn } from '../testing/website.ts';

const app = await startServer();
const organization = await makeOrganization(app);

async function post(path: string, body: object) {
  const response = await fetch(`${app.url}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app.url },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function askFor(email: string): Promise<string> {
  assert.equal((await post('/request-password-reset', { email })).status, 200);
  await until('the mail is in the outbox', async () => Boolean(await lastMail(app, email)));
  const { body = '' } = (await lastMail(app, email)) ?? {};
  const token = /\/reset-password\?token=([\w-]+)/.exec(body)?.[1];
  assert.ok(token, body);
  return token;
}

test('a link sets a new password once, and ends all sessions', async () => {
  const member = await makeSignedIn(app, organization, 'member');
  const token = await askFor(member.email);

  const first = await post('/reset-password', { token, newPassword: 'a new password' });
  const second = await post('/reset-password', { token, newPassword: 'yet another one' });

  assert.equal(first.status, 200);
  assert.equal(second.status, 400);
  assert.equal(second.body.error, 'invalid_token');
  assert.equal((await member.website.getSession()).status, 401);
  await signIn(app, { email: member.email, password: 'a new password' });
});

test('of two who use a link at once one sets the password', async () => {
  const member = await makeSignedIn(app, organization, 'member');
  const token = await askFor(member.email);

  const answers = await Promise.all(
    ['first password', 'second password'].map((newPassword) =>
      post('/reset-password', { token, newPassword }),
    ),
  );

  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
});

test('whether there is an account is not told, and nobody else gets a mail', async () => {
  const { email } = await makeSignedIn(app, organization, 'member');

  const known = await post('/request-password-reset', { email });
  const unknown = await post('/request-password-reset', { email: 'nobody@people.example' });

  assert.deepEqual(unknown, known);
  await until('the mail is in the outbox', async () => Boolean(await lastMail(app, email)));
  assert.equal(await lastMail(app, 'nobody@people.example'), undefined);
});

test('of the token the database keeps a hash', async () => {
  const { email } = await makeSignedIn(app, organization, 'member');

  const token = await askFor(email);

  const rows = await app.server.platform.database.system.reading.rows<{ row: string }>(
    'select to_jsonb(v)::text as row from platform.verification v',
  );
  assert.ok(Buffer.from(token, 'base64url').length >= 16);
  assert.ok(rows.length > 0);
  assert.ok(rows.every(({ row }) => !row.includes(token)));
});

test('a password that is too short, and an address that is none, are refused', async () => {
  const { email } = await makeSignedIn(app, organization, 'member');
  const token = await askFor(email);

  const short = await post('/reset-password', { token, newPassword: 'short' });
  const none = await post('/request-password-reset', { email: 'no address' });

  assert.deepEqual([short.status, short.body.error], [400, 'password_too_short']);
  assert.deepEqual([none.status, none.body.error], [400, 'invalid_request']);
});

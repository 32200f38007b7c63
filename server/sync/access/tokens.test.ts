import assert from 'node:assert/strict';
import { test } from 'node:test';
import { syncScopes } from '../../../contract/sync/index.ts';
import { makeClient, makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

type Answer = {
  access_token: string;
  refresh_token: string;
  scope: string;
  expires_in: number;
  error: { code: string; message: string; details: { field?: string; constraint?: string } };
};

async function ask(body: object | URLSearchParams): Promise<{ status: number; body: Answer }> {
  const isForm = body instanceof URLSearchParams;
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  const answer = await fetch(`${app.url}/v1/auth/token`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: isForm ? String(body) : JSON.stringify(body),
  });
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  return { status: answer.status, body: (await answer.json()) as Answer };
}

async function makeConsumer() {
  const organization = await makeOrganization(app);
  const { client_id, client_secret } = await makeClient(app, organization, { scopes: syncScopes });
  const credentials = { client_id, client_secret };
  const refresh = (refresh_token: string) =>
    ask({ ...credentials, grant_type: 'refresh_token', refresh_token });
  const { body } = await ask({ ...credentials, grant_type: 'client_credentials' });
  return { credentials, refresh, first: body };
}

async function statusWith(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${app.url}/v1/connections`, { headers })).status;
}

test('a client gets a token that works, as JSON and as a form', async () => {
  const { credentials, first } = await makeConsumer();
  const form = new URLSearchParams({ ...credentials, grant_type: 'client_credentials' });

  const second = await ask(form);

  assert.equal(second.status, 200);
  assert.equal(first.expires_in, 3600);
  assert.deepEqual(new Set(first.scope.split(' ')), new Set(syncScopes));
  assert.equal(await statusWith(first.access_token), 200);
  assert.equal(await statusWith(second.body.access_token), 200);
});

test('a wrong secret, a missing member and an unknown grant are told in the envelope', async () => {
  const { credentials } = await makeConsumer();

  const wrong = await ask({ ...credentials, client_secret: 'x', grant_type: 'client_credentials' });
  const missing = await ask({ ...credentials, grant_type: 'refresh_token' });
  const unknown = await ask({ ...credentials, grant_type: 'password' });
  const none = await ask({ grant_type: 'client_credentials' });

  assert.deepEqual([wrong.status, wrong.body.error.code], [401, 'UNAUTHORIZED']);
  assert.deepEqual(missing.body.error.details, { field: 'refresh_token', constraint: 'required' });
  assert.equal(unknown.body.error.details.field, 'grant_type');
  assert.equal(none.body.error.message, "The 'client_id' field is required");
});

test('a refresh token works once, and its answer brings the next', async () => {
  const { refresh, first } = await makeConsumer();

  const second = await refresh(first.refresh_token);
  const third = await refresh(second.body.refresh_token);

  assert.deepEqual([second.status, third.status], [200, 200]);
  assert.equal(new Set([first, second.body, third.body].map((one) => one.refresh_token)).size, 3);
  assert.equal(await statusWith(third.body.access_token), 200);
});

test('two processes that refresh at the same moment get the same successor and both go on', async () => {
  const { refresh, first } = await makeConsumer();

  const both = await Promise.all([refresh(first.refresh_token), refresh(first.refresh_token)]);
  const next = await refresh(both[0].body.refresh_token);

  assert.deepEqual(
    both.map(({ status }) => status),
    [200, 200],
  );
  assert.equal(both[0].body.refresh_token, both[1].body.refresh_token);
  assert.equal(next.status, 200);
});

test('a refresh token that is used again later ends all that came from it, and no access token', async () => {
  const { refresh, first } = await makeConsumer();
  const second = await refresh(first.refresh_token);
  app.clock.advance({ seconds: 31 });

  const reused = await refresh(first.refresh_token);
  const after = await refresh(second.body.refresh_token);

  assert.deepEqual([reused.status, after.status], [401, 401]);
  assert.equal(await statusWith(second.body.access_token), 200);
});

test('a refresh token is of one client and of one secret, and it expires', async () => {
  const [one, other, third] = [await makeConsumer(), await makeConsumer(), await makeConsumer()];

  const foreign = await other.refresh(one.first.refresh_token);
  const own = await one.refresh(one.first.refresh_token);
  app.clock.advance({ days: 31 });
  const late = await third.refresh(third.first.refresh_token);

  assert.deepEqual([foreign.status, own.status, late.status], [401, 200, 401]);
});

test('a scope that was granted can be asked for alone, and no other', async () => {
  const { credentials } = await makeConsumer();
  const grant = { ...credentials, grant_type: 'client_credentials' };

  const narrow = await ask({ ...grant, scope: 'connections/get' });
  const more = await ask({ ...grant, scope: 'practices/get' });

  assert.equal(narrow.body.scope, 'connections/get');
  assert.deepEqual([more.status, more.body.error.details.field], [400, 'scope']);
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connect as asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import { startHubspot } from '../../testing/simulators/hubspot/simulator.ts';
import { startSalesforce } from '../../testing/simulators/salesforce/simulator.ts';
import { startSlack } from '../../testing/simulators/slack/simulator.ts';
import { bodyOf, makeSyncScene } from '../testing/scene.ts';
import { askForTokens } from './tokens.ts';

const app = await startServer();
const scene = await makeSyncScene(app);
const { client } = scene;
const owner = await asOwner(app.address);
const hubspot = await startHubspot({ records: 3 });
after(() => Promise.all([owner.end(), hubspot.end()]));

const { oauth } = hubspot;
const credentials = {
  oauth_flow: 'authorization_code',
  client_id: oauth.clientId,
  client_secret: oauth.clientSecret,
  scopes: ['oauth', 'crm.objects.contacts.read'],
};

async function ask(name = 'Ours') {
  const config = { base_url: hubspot.url };
  const body = { provider: 'hubspot', name, config, credentials };
  return bodyOf(await client.createConnection({ body }));
}

/** A person opens the address, and is sent back. */
async function give(authorizeUrl: string | undefined) {
  const back = await fetch(authorizeUrl ?? '', { redirect: 'manual' });
  const location = new URL(back.headers.get('location') ?? '');
  return fetch(`${app.url}${location.pathname}${location.search}`);
}

const read = (connection: string) =>
  client.queryData({ params: { connection }, body: { object: 'contacts', limit: 10 } });

async function statusOf(connection: string) {
  return bodyOf(await client.getConnection({ params: { connection } })).status;
}

test('a person is asked once, with PKCE, and what comes back makes the connection active', async () => {
  const asked = await ask();
  const url = new URL(asked.authorize_url ?? '');
  const given = Object.fromEntries(url.searchParams);
  const early = await read(asked.id);
  const answer = await give(asked.authorize_url);
  const again = await fetch(`${app.url}/v1/oauth/callback?state=${given.state}&code=x`);

  assert.equal(asked.status, 'pending');
  assert.match(given.redirect_uri ?? '', /^http:.*\/v1\/oauth\/callback$/);
  assert.equal(given.scope, 'oauth crm.objects.contacts.read');
  assert.deepEqual([given.response_type, given.code_challenge_method], ['code', 'S256']);
  assert.equal(early.ok, false);
  assert.deepEqual(
    [answer.status, await answer.json()],
    [200, { connection_id: asked.id, status: 'active' }],
  );
  assert.equal(again.status, 400);
  assert.equal(bodyOf(await read(asked.id)).records.length, 3);
  const shown = bodyOf(await client.getConnection({ params: { connection: asked.id } }));
  assert.equal('authorize_url' in shown, false);
  const [row] = await owner.rows<{ text: string }>(
    `select c::text || coalesce((select string_agg(e::text, '') from platform.event e), '') as text
     from sync.connection c where id = $1`,
    [asked.id],
  );
  assert.ok(row && !row.text.includes(oauth.clientSecret) && !row.text.includes(given.state ?? ''));
});

test('an answer that is late, of nobody, or says no gives no access', async () => {
  const late = await ask('Late');
  app.clock.advance({ minutes: 11 });
  const state = new URL(late.authorize_url ?? '').searchParams.get('state') ?? '';
  const answers = [
    `state=${encodeURIComponent(`${state}x`)}&code=x`,
    'state=nobody&code=x',
    `state=${encodeURIComponent(state)}&error=access_denied`,
    `state=${encodeURIComponent(state)}&code=x`,
  ];
  for (const query of answers) {
    const { status } = await fetch(`${app.url}/v1/oauth/callback?${query}`);
    assert.equal(status, 400, query.slice(-20));
  }
  assert.equal(await statusOf(late.id), 'pending');
});

test('a look at a connection that waits asks anew, and only the last address counts', async () => {
  const first = await ask('Anew');
  const second = bodyOf(await client.testConnection({ params: { connection: first.id } }));
  const old = await give(first.authorize_url);
  const answer = await give(second.authorize_url);

  assert.deepEqual([old.status, answer.status], [400, 200]);
  assert.equal(await statusOf(first.id), 'active');
});

test('tokens are renewed by one of many at a time, and a refusal is the end of it', async () => {
  const asked = await ask('Renewed');
  await give(asked.authorize_url);
  oauth.end();
  const before = oauth.renewals;

  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => read(asked.id)));
  const renewals = oauth.renewals - before;
  oauth.end();
  oauth.isEnded = true;
  const refused = await read(asked.id);
  const tested = bodyOf(await client.testConnection({ params: { connection: asked.id } }));
  oauth.isEnded = false;
  await give(tested.authorize_url);

  assert.ok(answers.every(({ ok }) => ok));
  assert.equal(renewals, 1);
  assert.equal(refused.ok, false);
  assert.equal(tested.status, 'error');
  assert.match(tested.health.message ?? '', /invalid_grant/);
  assert.equal(await statusOf(asked.id), 'active');
});

test('a Salesforce org is opened by a person, too, and its token renewed when it is refused', async () => {
  const salesforce = await startSalesforce({ records: 3 });
  const { clientId: client_id, clientSecret: client_secret } = salesforce.oauth;
  const own = { oauth_flow: 'authorization_code', client_id, client_secret };
  const config = { base_url: salesforce.url };
  const body = { provider: 'salesforce', name: 'Org', config, credentials: own };
  const asked = bodyOf(await client.createConnection({ body }));
  const params = { connection: asked.id };
  const query = { object: 'Contact', fields: ['Id'], limit: 2 };

  await give(asked.authorize_url);
  const status = await statusOf(asked.id);
  const before = bodyOf(await client.queryData({ params, body: query }));
  salesforce.oauth.end();
  const after = bodyOf(await client.queryData({ params, body: query }));
  await salesforce.end();

  assert.equal(status, 'active');
  assert.equal(before.records.length, 2);
  assert.deepEqual(after.records, before.records);
  assert.equal(salesforce.oauth.renewals, 1);
});

test('a Slack workspace is opened by a person, and its token renewed when it is refused', async () => {
  const slack = await startSlack({ records: 3 });
  const { clientId: client_id, clientSecret: client_secret } = slack.oauth;
  const own = { oauth_flow: 'authorization_code', client_id, client_secret };
  const config = { base_url: slack.url };
  const body = { provider: 'slack', name: 'Workspace', config, credentials: own };
  const asked = bodyOf(await client.createConnection({ body }));
  const params = { connection: asked.id };
  const query = { params, body: { object: 'messages', fields: ['text'], limit: 10 } };
  const scope = new URL(asked.authorize_url ?? '').searchParams.get('scope') ?? '';

  await give(asked.authorize_url);
  const status = await statusOf(asked.id);
  const before = bodyOf(await client.queryData(query));
  slack.oauth.end();
  const after = bodyOf(await client.queryData(query));
  slack.oauth.end();
  slack.oauth.isEnded = true;
  const over = bodyOf(await client.testConnection({ params }));
  slack.oauth.isEnded = false;
  const wrong = bodyOf(await client.testConnection({ params })).authorize_url ?? '';
  const state = new URL(wrong).searchParams.get('state') ?? '';
  const answer = { state, code: 'nobody gave it' };
  const redeemed = await fetch(`${app.url}/v1/oauth/callback?${new URLSearchParams(answer)}`);
  await slack.end();

  assert.match(scope, /^channels:read,channels:history,/);
  assert.equal(status, 'active');
  assert.equal(before.records.length, 3);
  assert.deepEqual(after.records, before.records);
  assert.equal(slack.oauth.renewals, 2);
  assert.equal(over.status, 'error');
  assert.match(over.health.message ?? '', /invalid_refresh_token/);
  assert.equal(redeemed.ok, false);
});

test('what is refused in an answer with 200 is final, unless it says that it is of the moment', async () => {
  const slack = await startSlack({ records: 0 });
  const place = `${slack.url}/api/oauth.v2.access`;
  const refusedWith = (error: string) => {
    slack.hook = () => ({ body: { ok: false, error } });
    return askForTokens(fetch, place, { code: 'x' }, new Date());
  };

  await assert.rejects(refusedWith('invalid_code'), {
    ...{ kind: 'configuration', message: /gives no tokens \(invalid_code\)/ },
  });
  await assert.rejects(refusedWith('ratelimited'), { kind: 'retry' });
  await assert.rejects(refusedWith('internal_error'), { kind: 'retry' });
  await slack.end();
});

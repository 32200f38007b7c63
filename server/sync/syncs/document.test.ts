// The examples that clients were written from, as the bytes that such clients send.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { head, sendRaw } from '../../runtime/testing/socket.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { makeOrg } from '../connectors/salesforce/testing/org.ts';
import { makeAccount, settingsFor } from '../connectors/snowflake/testing/account.ts';
import { bodyOf, makeSyncScene, run } from '../testing/scene.ts';

const app = await startServer();
const scene = await makeSyncScene(app);
const { client } = scene;
const consumerKey = '3MVG9...';
const org = await makeOrg(100);
org.signIn.consumerKey = consumerKey;
const warehouse = await makeAccount(1);
await warehouse.run('drop table RAW.CONTACTS');

/** Sends a body as it stands; no client of ours spells anything anew. */
async function send(path: string, body: string) {
  const sent = Buffer.from(body);
  const line = head(`POST ${path}`, {
    authorization: `Bearer ${scene.token}`,
    'content-type': 'application/json',
    'content-length': String(sent.length),
  });
  const { status, body: text } = await sendRaw(app.url, Buffer.concat([Buffer.from(line), sent]));
  return { status, answer: JSON.parse(text) };
}

async function storeKey(username?: string): Promise<string> {
  const body = { name: 'Salesforce', private_key: org.signIn.privateKey };
  const more = username === undefined ? {} : { username };
  return bodyOf(await client.createPrivateKey({ body: { ...body, ...more } })).id;
}

const salesforce = (key: string) => `{
  "provider": "salesforce",
  "name": "Production Salesforce",
  "config": {
    "sandbox": false,
    "api_version": "v58.0"
  },
  "credentials": {
    "oauth_flow": "jwt_bearer",
    "consumer_key": "${consumerKey}",
    "private_key_id": "${key}"
  }
}`;

const contactSync = (from: string, to: string, schedule: string) => `{
  "name": "SF Contacts to Snowflake",
  "source": {
    "connection_id": "${from}",
    "object": "Contact"
  },
  "destination": {
    "connection_id": "${to}",
    "table": "raw.contacts"
  },
  "schedule": "${schedule}",
  "field_mappings": [
    { "source": "Email", "destination": "email_address" },
    { "source": "FirstName", "destination": "first_name" }
  ]
}`;

/** The system is a simulated one: only its address is another than in the example. */
async function lead(connection: string, key: string) {
  const credentials = { oauth_flow: 'jwt_bearer', consumer_key: consumerKey, private_key_id: key };
  const config = { sandbox: false, api_version: 'v58.0', base_url: org.url };
  const body = { config, credentials };
  return bodyOf(await client.patchConnection({ params: { connection }, body }));
}

async function connectOrg(): Promise<string> {
  const key = await storeKey(org.signIn.username);
  const { status, answer } = await send('/v1/connections?check=false', salesforce(key));
  assert.equal(status, 201);
  const { status: standing, health } = await lead(answer.id, key);
  assert.equal(standing, 'active', String(health.message));
  return answer.id;
}

async function connectWarehouse(): Promise<string> {
  const { config, credentials } = settingsFor(warehouse);
  const body = { provider: 'snowflake', name: 'Warehouse', config, credentials };
  return bodyOf(await client.createConnection({ body })).id;
}

test('the connection of the example waits for who signs in, and says so', async () => {
  const key = await storeKey();

  const { status, answer } = await send('/v1/connections', salesforce(key));
  const tested = bodyOf(await client.testConnection({ params: { connection: answer.id } }));

  assert.deepEqual([status, answer.status, answer.health.status], [201, 'pending', 'unknown']);
  assert.match(answer.health.message, /username with the key \(POST \/v1\/keys\)/);
  assert.deepEqual([tested.status, tested.health], ['pending', answer.health]);
  assert.deepEqual(org.heard, []);
});

test('it waits no more once its key says who signs in, or its credentials do', async () => {
  const waiting = await storeKey();
  const { answer } = await send('/v1/connections', salesforce(waiting));
  const named = await storeKey(org.signIn.username);

  const byKey = await lead(answer.id, named);
  const back = await lead(answer.id, waiting);
  const credentials = {
    ...{ oauth_flow: 'jwt_bearer', consumer_key: consumerKey },
    ...{ private_key_id: waiting, username: org.signIn.username },
  };
  const params = { connection: answer.id };
  const byName = bodyOf(await client.patchConnection({ params, body: { credentials } }));

  assert.deepEqual([byKey.status, byKey.health.message], ['active', null]);
  assert.deepEqual([back.status, back.health.status], ['pending', 'unknown']);
  assert.deepEqual([byName.status, byName.health.message], ['active', null]);
  assert.ok(org.heard.some((line) => line.includes('/services/data/v58.0/')));
});

test('a key that is not there is named, and the key says to nobody who signs in with it', async () => {
  const key = await storeKey(org.signIn.username);

  const missing = await send('/v1/connections', salesforce('key_abc123'));
  const shown = bodyOf(await client.getPrivateKey({ params: { private_key: key } }));

  assert.equal(missing.status, 400);
  assert.equal(missing.answer.error.details.field, 'credentials.private_key_id');
  assert.ok(!JSON.stringify(shown).includes(org.signIn.username));
});

test('the sync of the example brings the contacts of Salesforce to Snowflake', async () => {
  const [from, to] = [await connectOrg(), await connectWarehouse()];

  const { status, answer: made } = await send('/v1/syncs', contactSync(from, to, 'realtime'));
  await until('all have arrived', async () => synced(made.id, 100));
  const before = contactsOf(() => true);
  const first = await arrived('RAW.CONTACTS');
  const id = String(before[0]?.[0]);
  const contact = org.org.objects.get('Contact');
  assert.ok(contact);
  org.org.update(contact, id, { FirstName: 'Renamed' });
  await until('the change has arrived', async () => synced(made.id, 101));
  const run = await send(`/v1/syncs/${made.id}/run`, '');

  assert.deepEqual([status, made.name], [201, 'SF Contacts to Snowflake']);
  assert.deepEqual(first, before);
  assert.deepEqual(
    await arrived('RAW.CONTACTS'),
    contactsOf(() => true),
  );
  assert.deepEqual([run.status, run.answer.error.code], [409, 'CONFLICT']);
  assert.match(run.answer.error.message, /follows its source in realtime already/);
});

test('the same with filters brings those that they let through', async () => {
  const [from, to] = [await connectOrg(), await connectWarehouse()];
  const { schedule: _, ...example } = JSON.parse(contactSync(from, to, ''));
  const destination = { connection_id: to, table: 'raw.some_contacts' };
  const filters = [
    "FirstName IS NOT NULL AND Email LIKE 'person1%'",
    { field: 'LastName', operator: '!=', value: "O'Brien" },
  ];

  const sent = await send('/v1/syncs', JSON.stringify({ ...example, destination, filters }));
  const done = await run(scene, sent.answer.id);

  const isLetThrough = ({ FirstName, LastName, Email }: Cells) =>
    FirstName !== null && String(Email).startsWith('person1') && LastName !== "O'Brien";
  assert.deepEqual([done.status, done.error], ['completed', null]);
  const wanted = contactsOf(isLetThrough);
  assert.equal(wanted.length, 8);
  assert.deepEqual(await arrived('RAW.SOME_CONTACTS'), wanted);
});

test('the query of the example finds the accounts that it asks for', async () => {
  const connection = await connectOrg();
  const accounts = org.org.object('Account');
  assert.ok(accounts);
  for (const [nth, { Id }] of org.org.all('Account').entries()) {
    org.org.update(accounts, String(Id), { AnnualRevenue: String(nth * 50_000) });
  }

  const { status, answer } = await send(
    `/v1/data/${connection}/query`,
    `{
  "object": "Account",
  "fields": ["Id", "Name", "Industry", "AnnualRevenue"],
  "filter": "Industry = 'Technology' AND AnnualRevenue > 1000000",
  "limit": 100
}`,
  );

  const wanted = org.org
    .all('Account')
    .filter((one) => one.Industry === 'Technology' && Number(one.AnnualRevenue) > 1_000_000)
    .map(({ Id, Name, Industry, AnnualRevenue }) => ({ Id, Name, Industry, AnnualRevenue }));
  assert.equal(status, 200);
  assert.equal(wanted.length, 19);
  assert.deepEqual(answer.records, wanted);
});

async function synced(sync: string, records: number): Promise<boolean> {
  return bodyOf(await client.getSync({ params: { sync } })).records_synced === records;
}

type Cells = Readonly<Record<string, unknown>>;

async function arrived(table: string) {
  const columns = 'ID, EMAIL_ADDRESS, FIRST_NAME';
  return (await warehouse.ask(`select ${columns} from ${table} order by ID`)).rows;
}

/** Contacts of the org, as they are to arrive. */
function contactsOf(isWanted: (contact: Cells) => boolean): unknown[][] {
  const wanted = org.org.all('Contact').filter(isWanted);
  const rows = wanted.map(({ Id, Email, FirstName }) => [Id, Email, FirstName]);
  return rows.sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
}

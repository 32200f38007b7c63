import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { makeHubspot, openHubspot } from './hubspot/testing/place.ts';
import { makeOrg, openOrg } from './salesforce/testing/org.ts';
import { makeSap, openSap } from './sap/testing/place.ts';
import { makeMysql, makePostgres, makeSqlite } from './testing/place.ts';

for (const make of [makePostgres, makeMysql, makeSqlite]) {
  const place = await make();
  after(() => place.end());

  test(`${place.name}: foreign keys of one column and of several, to another table and to itself`, async () => {
    const whole = place.name === 'postgres' ? 'public' : await databaseOf(place);
    const named = (table: string) => (whole === undefined ? table : `${whole}.${table}`);
    for (const statement of [
      'create table parts (a int not null, b int not null, primary key (a, b))',
      `create table items (id int not null primary key, x int, y int, parent int,
         constraint c1 foreign key (x, y) references parts (a, b),
         constraint c2 foreign key (parent) references items (id))`,
    ]) {
      await place.run(statement);
    }
    const session = await place.open();

    assert.deepEqual(await session.relations?.('items'), [
      { fields: ['x', 'y'], object: named('parts'), references: ['a', 'b'] },
      { fields: ['parent'], object: named('items'), references: ['id'] },
    ]);
    assert.deepEqual(await session.relations?.('parts'), []);
  });
}

async function databaseOf({ name, rows }: Awaited<ReturnType<typeof makeMysql>>) {
  return name === 'mysql' ? (await rows('select database()'))[0] : undefined;
}

test('postgres: a reference to a table with partitions is one', async () => {
  const place = await makePostgres();
  after(() => place.end());
  await place.run(`create table visits (id int primary key) partition by range (id);
    create table visits_1 partition of visits for values from (1) to (10);
    create table visits_2 partition of visits for values from (10) to (20);
    create table bills (visit int references visits)`);
  const session = await place.open();

  assert.deepEqual(await session.relations?.('bills'), [
    { fields: ['visit'], object: 'public.visits', references: ['id'] },
  ]);
});

test('sqlite: a reference that names no columns leads to the primary key', async () => {
  const place = await makeSqlite();
  after(() => place.end());
  await place.run(`create table parts (b int, a int, primary key (a, b));
    create table items (x int, y int, foreign key (x, y) references parts)`);
  const session = await place.open();

  assert.deepEqual(await session.relations?.('items'), [
    { fields: ['x', 'y'], object: 'parts', references: ['a', 'b'] },
  ]);
});

test('Salesforce: a reference leads to each object that it may name', async () => {
  const session = await openOrg(await makeOrg(1));

  assert.deepEqual(await session.relations?.('Lead'), [
    { fields: ['OwnerId'], object: 'Group', references: ['Id'] },
    { fields: ['OwnerId'], object: 'User', references: ['Id'] },
  ]);
});

test('HubSpot: records lead to what belongs to them, which leads to both ends', async () => {
  const hubspot = await makeHubspot({ records: 1 });
  const { url, credentials } = hubspot;
  const session = await openHubspot({ url, credentials });

  const contacts = await session.relations?.('contacts');
  const pair = await session.relations?.('contacts_to_companies');

  assert.deepEqual(
    contacts?.find(({ object }) => object === 'contacts_to_companies'),
    { fields: ['hs_object_id'], object: 'contacts_to_companies', references: ['from_id'] },
  );
  assert.deepEqual(pair, [
    { fields: ['from_id'], object: 'contacts', references: ['hs_object_id'] },
    { fields: ['to_id'], object: 'companies', references: ['hs_object_id'] },
  ]);
  assert.deepEqual(await session.relations?.('archived_contacts'), []);
});

for (const version of ['v2', 'v4'] as const) {
  test(`SAP, ${version}: a set leads to the one that its constraint names`, async () => {
    const session = await openSap(await makeSap({ records: 1 }), { version });

    assert.deepEqual(await session.relations?.('PartnerAddresses'), [
      { fields: ['BusinessPartner'], object: 'BusinessPartners', references: ['BusinessPartner'] },
    ]);
    assert.deepEqual(await session.relations?.('BusinessPartners'), []);
  });
}

test('fields of vendors have the labels that people see, where these differ', async () => {
  const { url, credentials } = await makeHubspot({ records: 1 });
  const sessions = [
    [await openHubspot({ url, credentials }), 'contacts', 'firstname', 'First name'],
    [await openOrg(await makeOrg(1)), 'Account', 'Name', 'Account Name'],
    [await openOrg(await makeOrg(1)), 'Account', 'Phone', undefined],
    [await openSap(await makeSap({ records: 1 })), 'PartnerAddresses', 'City', 'City & more'],
  ] as const;

  for (const [session, object, name, label] of sessions) {
    const { fields } = await session.describe(object);

    assert.equal(fields.find((field) => field.name === name)?.label, label, object);
  }
});

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Server } from '../main.ts';
import { readConfig } from '../runtime/config.ts';
import type { Address } from '../runtime/database/connection.ts';
import { Database } from '../runtime/database/database.ts';
import { asOwner } from '../runtime/testing/owner.ts';
import { silent } from '../testing/cluster.ts';
import { makeScene } from '../testing/makers.ts';
import { startServer } from '../testing/server.ts';

const app = await startServer();
const scene = await makeScene(app);
const foreign = await makeScene(app);
const { database } = app.server.platform;
const tables = await tenantTables();
const url = urlOf(app.address);
const viaUrl = new Database({ connectionString: url }, silent);
const withOptions = new Database(
  { connectionString: `${url}&options=-c%20role%3Dpostgres%20-c%20extra_float_digits%3D1` },
  silent,
);

type TenantTable = { name: string; column: string; walled: boolean };

/** Every table that has a column for the organization. */
async function tenantTables(): Promise<TenantTable[]> {
  return asOwner<TenantTable>(
    app.address,
    `select c.oid::regclass::text as name, a.attname as column, c.relrowsecurity as walled
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
       and a.attname in ('organization_id', 'organization')
     where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
     union all
     select 'platform.organization', 'id', relrowsecurity from pg_class
     where oid = 'platform.organization'::regclass
     order by 1`,
  );
}

/** The address of the test's database as DATABASE_URL would give it. */
function urlOf(address: Address): string {
  if ('connectionString' in address) return address.connectionString;
  const { host, port, database: name, user } = address;
  const query = new URLSearchParams({ host, port: String(port), user });
  return `postgres:///${name}?${query}`;
}

test('the schema has the tables of tenants that it should', () => {
  const names = tables.map(({ name }) => name);

  assert.ok(names.length >= 16, names.join());
  for (const name of ['platform.event', 'platform.consumer', 'scheduling.patient']) {
    assert.ok(names.includes(name), name);
  }
});

describe('row-level security', () => {
  for (const { name, walled } of tables) {
    test(`is on for ${name}`, () => {
      assert.equal(walled, true);
    });
  }

  test('has a policy for heddle_app on each of them that asks for the organization', async () => {
    const rows = await asOwner<{ name: string }>(
      app.address,
      `select (quote_ident(schemaname) || '.' || quote_ident(tablename)) as name from pg_policies
       where 'heddle_app' = any (roles) and qual like '%platform.organization()%'`,
    );

    const walled = new Set(rows.map(({ name }) => name));
    assert.deepEqual(
      tables.filter(({ name }) => !walled.has(name)),
      [],
    );
  });

  test('is passed by nothing else: every policy is for heddle_app or heddle_system', async () => {
    const rows = await asOwner(
      app.address,
      `select tablename from pg_policies
       where not roles <@ array['heddle_app', 'heddle_system']::name[]
         or (qual = 'true' and roles <> array['heddle_system']::name[])`,
    );

    assert.deepEqual(rows, []);
  });
});

describe('the roles of the server', () => {
  test('are no superusers, pass no row-level security and are members of nothing', async () => {
    const rows = await asOwner(
      app.address,
      `select rolname from pg_roles r
       where rolname in ('heddle_app', 'heddle_system')
         and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
           or exists (select from pg_auth_members m where m.member = r.oid))`,
    );

    assert.deepEqual(rows, []);
  });

  test('own nothing', async () => {
    const rows = await asOwner(
      app.address,
      `select c.oid::regclass::text as name from pg_class c
       where pg_get_userbyid(c.relowner) in ('heddle_app', 'heddle_system')
       union all
       select n.nspname from pg_namespace n
       where pg_get_userbyid(n.nspowner) in ('heddle_app', 'heddle_system')
       union all
       select p.proname from pg_proc p
       where pg_get_userbyid(p.proowner) in ('heddle_app', 'heddle_system')`,
    );

    assert.deepEqual(rows, []);
  });

  test('can make no tables', async () => {
    const { reading } = database.of(scene.organization);

    const attempt = database
      .of(scene.organization)
      .transaction((tx) => tx.rows('create table scheduling.mine (id int)'));

    await assert.rejects(attempt, /permission denied/);
    await assert.rejects(reading.rows('create table platform.mine (id int)'));
  });
});

const ways: [string, Database][] = [
  ['through the socket', database],
  ['through DATABASE_URL', viaUrl],
  ['through DATABASE_URL with options of its own', withOptions],
];
for (const [way, db] of ways) {
  describe(way, () => {
    showsItsOwn(db);
    writesItsOwn(db);
  });
}

after(() => Promise.all([viaUrl.close(), withOptions.close()]));

function showsItsOwn(db: Database) {
  test('connections of the application run as heddle_app, those of the system as heddle_system', async () => {
    const who = 'select current_user::text as current, session_user::text as session';

    const [inside] = await db.of(scene.organization).reading.rows<Record<string, string>>(who);
    const [system] = await db.system.transaction((tx) => tx.rows<Record<string, string>>(who));

    assert.equal(inside?.current, 'heddle_app');
    assert.equal(system?.current, 'heddle_system');
    if (db !== database) return;
    assert.equal(inside?.session, 'heddle_app');
    assert.equal(system?.session, 'heddle_system');
  });

  for (const { name, column } of tables) {
    test(`${name} shows nothing without an organization, and its own rows with one`, async () => {
      const text = `select ${column} as organization from ${name}`;

      const nobody = await db.of(0).reading.rows(text);
      const own = await db.of(scene.organization).reading.rows<{ organization: number }>(text);

      assert.deepEqual(nobody, []);
      const strangers = own.filter(({ organization }) => organization !== scene.organization);
      assert.deepEqual(strangers, []);
    });
  }

  test('the organization of a connection is forgotten with its transaction', async () => {
    await Promise.all(
      Array.from({ length: 40 }, () => db.of(scene.organization).reading.rows('select 1')),
    );

    const left = await db
      .of(0)
      .reading.rows<{ organization: number | null }>(
        'select platform.organization() as organization',
      );

    assert.deepEqual(left, [{ organization: 0 }]);
  });

  for (const table of ['secret', 'signing_key', 'account', 'user', 'setting', 'event_reader']) {
    test(`heddle_app cannot read platform.${table}`, async () => {
      const attempt = db.of(scene.organization).reading.rows(`select * from platform.${table}`);

      await assert.rejects(attempt, /permission denied/);
    });
  }
}

function writesItsOwn(db: Database) {
  test('rows of another organization can be neither written nor moved there', async () => {
    const { transaction } = db.of(scene.organization);
    const insert = 'insert into scheduling.practice (organization_id, name, created_at) values';

    const write = transaction((tx) =>
      tx.rows(`${insert} ($1, 'Foreign', now())`, [foreign.organization]),
    );
    const move = () =>
      transaction((tx) =>
        tx.rows('update scheduling.practice set organization_id = $1', [foreign.organization]),
      );

    await assert.rejects(write, /row-level security/);
    await assert.rejects(move, /row-level security/);
  });

  test('an update without a where reaches no foreign row', async () => {
    const { transaction } = db.of(scene.organization);

    await transaction((tx) => tx.rows(`update scheduling.practice set name = 'Renamed'`));

    const names = await asOwner<{ name: string }>(
      app.address,
      'select name from scheduling.practice where organization_id = $1',
      [foreign.organization],
    );
    assert.deepEqual(names, [{ name: 'Acme Orthodontics' }]);
  });

  test('a read cannot write', async () => {
    const attempt = db
      .of(scene.organization)
      .reading.rows(`update scheduling.practice set name = 'a'`);

    await assert.rejects(attempt, /read-only transaction/);
  });
}

test('a whole server runs on a DATABASE_URL', async () => {
  const environment = { HEDDLE_DATA: app.dataDirectory, HEDDLE_PORT: '0', DATABASE_URL: url };
  const server = new Server(readConfig(environment), { connectionString: url }, silent);
  await server.start();
  const headers = { authorization: scene.token };

  const answer = await fetch(`http://127.0.0.1:${await server.listen()}/scheduling/practices`, {
    headers,
  });
  await server.stop();

  assert.equal(answer.status, 200);
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { makeSchema } from '../../connectors/testing/mariadbs.ts';
import { bodyOf, makeSync, run } from '../../testing/scene.ts';
import { startBetween } from '../../testing/started.ts';
import { hearing } from './testing/hearing.ts';

const { app, scene, source, destination, from, to, folder } = await startBetween();
const { client } = scene;
const { events, listen, told } = hearing(app, scene);
await source.admin.query('create table heard (id int primary key)');
const change = (sql: string) => source.admin.query(sql);

let made = 0;
async function table(columns = 'id int primary key, name text, at timestamptz, price numeric') {
  made += 1;
  const name = `told${made}`;
  await change(`create table ${name} (${columns})`);
  return name;
}

async function connectSqlite() {
  made += 1;
  const path = `told${made}.db`;
  const database = new DatabaseSync(join(folder, path));
  after(() => database.close());
  const body = { provider: 'sqlite', name: 'Told', config: { path }, credentials: {} };
  return bodyOf(await client.createConnection({ body })).id;
}

const schema = await makeSchema();
after(() => schema.end());
async function connectMysql() {
  const body = { provider: 'mysql', name: 'Told', credentials: schema.credentials };
  return bodyOf(await client.createConnection({ body })).id;
}

test('nobody is told of what nobody listens to', async () => {
  const object = await table();
  await change(`insert into ${object} values (1, 'Ada')`);
  const sync = await makeSync(scene, { from, to, object });

  const done = await run(scene, sync);

  assert.deepEqual([done.status, done.records_written], ['completed', 1]);
  assert.deepEqual(await events(sync), []);
});

test('what is of another connection than a trigger names is told to nobody', async () => {
  const object = await table();
  await change(`insert into ${object} values (1, 'Ada')`);
  const trigger = await listen(from, 'record.*', { connection_id: to });
  const sync = await makeSync(scene, { from, to, object });

  await run(scene, sync);
  const before = await events(sync);
  const body = { connection_id: from, object };
  bodyOf(await client.patchTrigger({ params: { trigger }, body }));
  await change(`insert into ${object} values (2, 'Bob')`);
  await run(scene, sync);
  bodyOf(await client.deleteTrigger({ params: { trigger } }));

  assert.deepEqual(before, []);
  assert.deepEqual(await told(sync), ['created 2']);
});

describe('with somebody who listens', () => {
  before(() => listen(from));

  const places = { postgres: async () => to, sqlite: connectSqlite, mysql: connectMysql };
  for (const [name, place] of Object.entries(places)) {
    test(`what a sync to ${name} creates, changes and leaves as it is is told as that`, async () => {
      const object = await table();
      const connection = await place();
      await change(`insert into ${object} values (1, 'Ada', '2026-01-02 03:04:05.678+00', 1.50),
        (2, 'Bob', null, 12345678901234567890.1)`);
      const sync = await makeSync(scene, { from, to: connection, object });

      await run(scene, sync);
      await change(`update ${object} set name = 'Eve' where id = 2;
        insert into ${object} values (3, 'Zoë')`);
      await run(scene, sync);

      const found = await events(sync);
      const given = { sync_id: sync, connection_id: from, object };
      assert.deepEqual(await told(sync), ['created 1', 'created 2', 'updated 2', 'created 3']);
      for (const { data } of found) assert.deepEqual(data, { ...given, sealed: data.sealed });
      const [ada, , eve] = found.map((one) => one.told);
      assert.deepEqual(ada, {
        key: { id: 1 },
        record: { id: 1, name: 'Ada', at: '2026-01-02T03:04:05.678Z', price: '1.50' },
      });
      const bob = { id: 2, name: 'Bob', at: null, price: '12345678901234567890.1' };
      assert.deepEqual(eve, {
        ...{ key: { id: 2 }, record: { ...bob, name: 'Eve' } },
        previous: bob,
      });
    });

    test(`a mirror in ${name} tells what it deletes`, async () => {
      const object = await table();
      const connection = await place();
      await change(`insert into ${object} select n, 'row ' || n from generate_series(1, 30) n`);
      const sync = await makeSync(
        scene,
        { from, to: connection, object },
        { mode: 'mirror', max_delete_percent: 50 },
      );

      await run(scene, sync);
      await change(`delete from ${object} where id in (7, 9)`);
      const done = await run(scene, sync);

      const heard = (await told(sync)).slice(30);
      assert.deepEqual([done.status, done.records_deleted], ['completed', 2]);
      assert.deepEqual(heard, ['deleted 7', 'deleted 9']);
      const gone = (await events(sync)).at(-1)?.told;
      assert.deepEqual(gone, { key: { id: 9 }, record: null });
    });

    test(`what replaces all in ${name}, and what is added there, is told as created`, async () => {
      const object = await table();
      const connection = await place();
      await change(`insert into ${object} values (1, 'Ada'), (2, 'Bob')`);
      for (const mode of ['replace', 'append'] as const) {
        const ends = { from, to: connection, object, table: `${object}_${mode}` };
        const sync = await makeSync(scene, ends, { mode });
        await run(scene, sync);
        await run(scene, sync);

        const types = (await events(sync)).map(({ type }) => type);
        assert.deepEqual(types, Array(4).fill('record.created'), mode);
      }
    });
  }

  test('a value that is protected is told as it is written, and stands nowhere in clear', async () => {
    const object = await table('id int primary key, email text, phone text, note text');
    await change(`insert into ${object} values (1, 'ada@example.org', '+1 555', 'secret')`);
    const field_mappings = [
      { source: 'id', destination: 'id' },
      { source: 'email', destination: 'email', protect: 'hash' as const },
      { source: 'phone', destination: 'phone', protect: 'mask' as const },
      { source: 'note', destination: 'note', protect: 'drop' as const },
    ];
    const ends = { from, to, object };
    const sync = await makeSync(scene, ends, { field_mappings });

    await run(scene, sync);

    const [found] = await events(sync);
    const { rows } = await destination.admin.query(`select * from ${object}`);
    assert.deepEqual(found?.told?.record, rows[0]);
    const { email, phone } = rows[0];
    assert.match(email, /^[0-9a-f]{64}$/);
    assert.equal(phone, '****');
    assert.ok(!JSON.stringify(found).includes('ada@example.org'));
  });

  test('what the destination refuses is not told, and of what comes twice the last one', async () => {
    const object = await table();
    await destination.admin.query(
      `create table ${object} (id int primary key, name text check (name <> 'Bob'), at timestamptz, price numeric)`,
    );
    await change(`insert into ${object} values (1, 'Ada'), (2, 'Bob'), (3, 'Eve')`);
    const sync = await makeSync(scene, { from, to, object });

    const done = await run(scene, sync);

    assert.equal(done.records_failed, 1);
    assert.deepEqual(await told(sync), ['created 1', 'created 3']);
  });

  test('a filter and a key of several fields', async () => {
    const object = await table('a int, b text, name text, primary key (a, b)');
    await change(`insert into ${object} select n, 'x' || n, 'row' from generate_series(1, 250) n`);
    const sync = await makeSync(scene, { from, to, object }, { filters: ['a <= 240'] });

    await run(scene, sync);
    await change(`update ${object} set name = 'changed' where a in (3, 233, 245)`);
    await run(scene, sync);

    const heard = await told(sync);
    assert.deepEqual(heard.slice(240), ['updated 3 x3', 'updated 233 x233']);
  });
});

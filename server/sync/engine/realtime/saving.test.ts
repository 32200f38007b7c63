import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { bodyOf } from '../../testing/scene.ts';
import { startFollowing } from './testing/followed.ts';

const { ask, follow, untilSame, untilRun, scene, slots, source, destination, from } =
  await startFollowing();
const { client } = scene;

let made = 0;
/** A table that is followed. */
async function makeFollowed() {
  made += 1;
  const object = `changed${made}`;
  await ask.query(`create table ${object} (id int primary key, name text);
    insert into ${object} values (1, 'one'), (2, 'two')`);
  const sync = await follow(object);
  await untilSame(object);
  const run = await untilRun(sync, 'running');
  return { object, sync, params: { sync }, run };
}

const runsOf = async (sync: string) => bodyOf(await client.listRuns({ params: { sync } }));

/** How many slots there are but those of whoever joins just now. */
async function lasting(): Promise<number> {
  const { rows } = await ask.query(
    'select count(*)::int as count from pg_replication_slots where not temporary',
  );
  return rows[0].count;
}

async function published(table: string): Promise<number> {
  const { rows } = await ask.query(
    `select count(*)::int as count from pg_publication_tables where tablename = '${table}'`,
  );
  return rows[0].count;
}

test('a name or an alert that is changed leaves the run alone, anything else begins another', async () => {
  const { object, sync, params, run } = await makeFollowed();

  const named = bodyOf(
    await client.patchSync({ params, body: { name: 'Other', alerts: { failed_runs: 3 } } }),
  );
  const same = await runsOf(sync);
  bodyOf(await client.patchSync({ params, body: { batch_size: 100 } }));
  await until('another run is under way', async () => {
    const [latest] = await runsOf(sync);
    return latest?.id !== run.id && latest?.status === 'running';
  });
  await ask.query(`insert into ${object} values (3, 'three')`);
  await untilSame(object);

  assert.deepEqual([named.status, named.next_run_at], ['running', null]);
  assert.deepEqual(
    same.map(({ id, status }) => [id, status]),
    [[run.id, 'running']],
  );
  const [, first] = await runsOf(sync);
  assert.deepEqual([first?.id, first?.status], [run.id, 'cancelled']);
});

test('what the sync shows follows while its run goes on', async () => {
  const { object, params, run } = await makeFollowed();
  const shown = (records: number) =>
    until(`${records} records are counted`, async () => {
      const sync = bodyOf(await client.getSync({ params }));
      return sync.records_synced === records && sync;
    });

  const first = await shown(2);
  await ask.query(`insert into ${object} values (3, 'three')`);
  const second = await shown(3);

  assert.deepEqual([first.status, second.status], ['running', 'running']);
  assert.ok(String(second.last_run_at) > String(first.last_run_at));
  assert.match(String(second.lag?.slot), /^heddle_/);
  assert.equal(typeof second.lag?.bytes, 'number');
  const [latest] = await runsOf(params.sync);
  assert.deepEqual([latest?.id, latest?.records_written], [run.id, 3]);
});

test('what is moved otherwise from now on is read anew', async () => {
  const { object, sync, params } = await makeFollowed();
  const field_mappings = [
    { source: 'id', destination: 'id' },
    { source: 'name', destination: 'title' },
  ];

  await destination.admin.query(`alter table ${object} add column title text`);
  bodyOf(await client.patchSync({ params, body: { field_mappings } }));
  const titles = async () => {
    const { rows } = await destination.admin.query(`select title from ${object} order by id`);
    return rows.map(({ title }) => title);
  };
  await until('all have a title', async () => {
    return JSON.stringify(await titles().catch(() => [])) === '["one","two"]';
  });

  await ask.query(`update ${object} set name = 'uno' where id = 1`);
  await until('the change has arrived', async () => (await titles())[0] === 'uno');
  assert.equal((await untilRun(sync, 'running')).records_failed, 0);
});

test('one that runs is not run, and once it is cancelled it rests until it is', async () => {
  const { object, sync, params, run } = await makeFollowed();

  const refused = await client.runSync({ params, body: {} });
  bodyOf(await client.cancelRun({ params: { sync, run: run.id } }));
  await untilRun(sync, 'cancelled');
  await until('its table is not published', async () => (await published(object)) === 0);
  const rested = bodyOf(await client.getSync({ params }));
  const set = await client.putCursor({ params, body: { cursor: { value: '1' } } });
  await destination.admin.query(`delete from ${object} where id = 1`);
  const begun = bodyOf(await client.runSync({ params, body: { full_refresh: true } }));
  await untilSame(object);

  assert.equal(refused.status, 409);
  assert.match(JSON.stringify(refused), /follows its source in realtime already/);
  assert.equal(rested.status, 'stopped');
  assert.equal(set.status, 400);
  assert.match(JSON.stringify(set), /kept by its source.*full_refresh/);
  assert.equal(begun.trigger, 'realtime');
  assert.deepEqual((await runsOf(sync)).length, 2);
});

test('a run that is resumed counts on, though it reads everything anew', async () => {
  const { object, sync, params, run } = await makeFollowed();
  await ask.query(`insert into ${object} values (3, 'three'), (4, 'four')`);
  await untilSame(object);
  bodyOf(await client.cancelRun({ params: { sync, run: run.id } }));
  const before = await untilRun(sync, 'cancelled');
  bodyOf(await client.resumeRun({ params: { sync, run: run.id }, body: {} }));
  await ask.query(`insert into ${object} values (5, 'five')`);
  await untilSame(object);

  await until('it is counted', async () => {
    const [counted] = await runsOf(sync);
    return counted?.records_read === before.records_read + 5;
  });
  assert.deepEqual([before.records_read, before.records_written], [4, 4]);
  bodyOf(await client.patchSync({ params, body: { enabled: false } }));
});

test('who is stopped, deleted or put on another schedule leaves nothing at the source', async () => {
  const leaving = {
    disabled: (params: { sync: string }) => client.patchSync({ params, body: { enabled: false } }),
    hourly: (params: { sync: string }) =>
      client.patchSync({ params, body: { schedule: 'hourly' } }),
    deleted: (params: { sync: string }) => client.deleteSync({ params }),
  };
  for (const [how, leave] of Object.entries(leaving)) {
    const { object, params } = await makeFollowed();
    assert.equal(await published(object), 1, how);

    assert.ok((await leave(params)).ok, how);

    await until(`nothing is published of what is ${how}`, async () => {
      return (await published(object)) === 0;
    });
  }
  for (const { id } of bodyOf(await client.listSyncs({}))) {
    assert.ok((await client.deleteSync({ params: { sync: id } })).ok);
  }

  await until('slot and publication are gone', async () => {
    const { rows } = await ask.query('select pubname from pg_publication');
    return rows.length === 0 && (await slots()).length === 0;
  });
});

test('a connection that is deleted takes its slot along, or says that it could not', async () => {
  const { params } = await makeFollowed();
  const credentials = source.credentials('postgres');
  const body = { provider: 'postgres', name: 'Second', credentials: { ...credentials } };
  const { id: second } = bodyOf(await client.createConnection({ body }));
  const other = await follow('changed1', { from: second });
  await untilRun(other, 'running');
  await until('both have a slot', async () => (await lasting()) === 2);

  const deleted = await client.deleteConnection({ params: { connection: second } });
  const left = await lasting();
  await source.end();
  const unreachable = await client.deleteConnection({ params: { connection: from } });

  assert.deepEqual([deleted.status, left, unreachable.status], [204, 1, 204]);
  assert.equal(bodyOf(await client.getSync({ params })).status, 'stopped');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { startFollowing } from '../../engine/realtime/testing/followed.ts';
import { runnersOf } from '../../testing/runners.ts';
import { bodyOf } from '../../testing/scene.ts';
import { watchingBy } from './testing/watched.ts';

const { app, scene, ask, slots, from: connection_id } = await startFollowing();
const { client, organization } = scene;
const { database } = app.server.platform;
const { make } = watchingBy(app, scene);

test('a trigger sees what is created, changed and deleted, each change by itself', async () => {
  await ask.query(`create table leads (id int primary key, name text, status text, at timestamptz);
    insert into leads select n, 'Lead ' || n, 'new', now() from generate_series(1, 1000) n`);
  const of = { connection_id, object: 'leads' };
  const [created, updated, changed, deleted] = [
    await make({ type: 'record_created', ...of }),
    await make({ type: 'record_updated', ...of }),
    await make({ type: 'field_changed', field: 'STATUS', ...of }),
    await make({ type: 'record_deleted', ...of }),
  ];

  await ask.query(`insert into leads values (2001, 'Ada', 'new', '2026-01-02 03:04:05Z')`);
  await ask.query(`update leads set name = 'Grace' where id = 2001`);
  await ask.query(`update leads set status = 'paid' where id = 2001`);
  await ask.query(`update leads set status = 'paid' where id = 2001`);
  await ask.query(`update leads set status = 'shipped' where id = 2001`);
  await ask.query('delete from leads where id in (2001, 5)');
  const gone = await deleted.untilFired(2);
  const updates = await updated.untilFired(3);
  const changes = await changed.untilFired(2);

  assert.deepEqual(
    [created, updated, changed, deleted].map(({ made }) => made.status),
    ['active', 'active', 'active', 'active'],
  );
  const [one, ...more] = await created.fired();
  assert.deepEqual(more, []);
  assert.partialDeepStrictEqual(one, {
    record: { id: 2001, name: 'Ada', status: 'new', at: '2026-01-02T03:04:05Z' },
    depth: 1,
    subject: null,
  });
  assert.ok(!('previous' in (one ?? {})));
  const shownOf = (all: typeof updates) =>
    all.map(({ record }) => record as Record<string, unknown>).map((r) => `${r.name} ${r.status}`);
  assert.deepEqual(shownOf(updates), ['Grace new', 'Grace paid', 'Grace shipped']);
  assert.deepEqual(shownOf(changes), ['Grace paid', 'Grace shipped']);
  const ids = gone.map(({ record }) => JSON.stringify(record)).sort();
  assert.deepEqual(ids, ['{"id":2001}', '{"id":5}']);
  assert.deepEqual(bodyOf(await client.listSyncs()), []);
});

/** Waits until all triggers on a table have seen what was there. */
const untilSeen = (object: string) =>
  until('what was there is seen', async () => {
    const rows = await database.of(organization).reading.rows(
      `select from sync.sync s where s.organization_id = $1 and watched_at is null
         and settings->'source'->>'object' = $2`,
      [organization, object],
    );
    return rows.length === 0;
  });

let made = 0;
/** A table of so many rows, and what a trigger on it is given. */
async function makeTable(rows: number) {
  made += 1;
  const object = `orders${made}`;
  await ask.query(`create table ${object} (id int primary key, name text, total int);
    insert into ${object} select n, 'row ' || n, n from generate_series(1, ${rows}) n`);
  return { of: { connection_id, object }, object };
}

type Row = { id: number; name: string; total: number };
const rowsOf = (fired: readonly { record: unknown }[]) => fired.map(({ record }) => record as Row);

test('what was there before is told where the source tells it', async () => {
  const { of, object } = await makeTable(3);
  await ask.query(`alter table ${object} replica identity full`);
  const [updated, deleted] = [
    await make({ type: 'record_updated', ...of }),
    await make({ type: 'record_deleted', filter: 'total = 20', ...of }),
  ];

  await ask.query(`update ${object} set total = 20 where id in (2, 3)`);
  await ask.query(`update ${object} set total = 30 where id = 3`);
  await ask.query(`delete from ${object}`);
  const [first] = await updated.untilFired(3);
  const gone = await deleted.untilFired(1);

  assert.deepEqual(first?.previous, { id: 2, name: 'row 2', total: 2 });
  assert.deepEqual(rowsOf(gone), [{ id: 2, name: 'row 2', total: 20 }]);
});

test('a record that gets another key is gone, and another one is there', async () => {
  const { of, object } = await makeTable(3);
  const [created, deleted] = [
    await make({ type: 'record_created', ...of }),
    await make({ type: 'record_deleted', ...of }),
  ];

  await ask.query(`update ${object} set id = 100 where id = 1`);
  const there = await created.untilFired(1);
  const gone = await deleted.untilFired(1);

  assert.deepEqual(rowsOf(there), [{ id: 100, name: 'row 1', total: 1 }]);
  assert.deepEqual(rowsOf(gone), [{ id: 1 }]);
});

test('a table that is emptied at once deletes nothing by name, and all in it is new after that', async () => {
  const { of, object } = await makeTable(3);
  const [created, deleted] = [
    await make({ type: 'record_created', ...of }),
    await make({ type: 'record_deleted', ...of }),
  ];

  await ask.query(`truncate ${object}`);
  await ask.query(`insert into ${object} values (1, 'again', 1), (2, 'again', 2)`);
  await created.untilFired(2);
  await ask.query(`delete from ${object} where id = 2`);
  const gone = await deleted.untilFired(1);

  assert.deepEqual(rowsOf(gone), [{ id: 2 }]);
});

test('from the beginning, all that is there is new, filtered, each once', async () => {
  const { of, object } = await makeTable(10_000);
  const created = await make({
    type: 'record_created',
    from: 'beginning',
    filter: 'total > 9000',
    ...of,
  });
  await created.untilFired(1_000);

  await ask.query(`update ${object} set total = 20000 where id = 1`);
  await ask.query(`insert into ${object} values (20001, 'last', 10000), (20002, 'least', 1)`);
  const fired = rowsOf(await created.untilFired(1_001));

  assert.equal(fired.length, 1_001);
  assert.deepEqual(fired.at(-1), { id: 20001, name: 'last', total: 10_000 });
  assert.equal(new Set(fired.map(({ id }) => id)).size, 1_001);
});

test('a column that is added changes no record, and is there from then on', async () => {
  const { of, object } = await makeTable(50);
  const updated = await make({ type: 'record_updated', ...of });

  await untilSeen(object);
  await ask.query(`alter table ${object} add column place text default 'Chicago'`);
  await ask.query(`insert into ${object} values (51, 'new', 51)`);
  const fired = await until('a change is told with it', async () => {
    await ask.query(`update ${object} set total = total + 1 where id = 2`);
    const rows = rowsOf(await updated.fired());
    return rows.some((row) => 'place' in row) && rows;
  });

  assert.deepEqual([...new Set(fired.map(({ id }) => id))], [2]);
  assert.partialDeepStrictEqual(fired.at(-1), { id: 2, place: 'Chicago' });
});

test('each change fires once, whoever is killed meanwhile, also while what is there is read', async () => {
  const { of, object } = await makeTable(200_000);
  const created = await make({ type: 'record_created', ...of });
  assert.equal(created.made.status, 'active');
  const ids: number[] = [];
  const insert = async (id: number) => {
    await ask.query(`insert into ${object} values (${id}, 'new', 0)`);
    ids.push(id);
  };

  for (let round = 0; round < 4; round += 1) {
    for (let count = 0; count < 10; count += 1) await insert(-(round * 100 + count + 1));
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
    await insert(-(round * 100 + 50));
    if (round > 0) await created.untilFired(ids.length);
  }

  const fired = rowsOf(await created.fired()).map(({ id }) => id);
  assert.deepEqual(fired.sort(), ids.sort());
});

test('what a source has lost is made up for by reading it anew', async () => {
  const { of, object } = await makeTable(20);
  const [created, updated] = [
    await make({ type: 'record_created', ...of }),
    await make({ type: 'record_updated', ...of }),
  ];

  await untilSeen(object);
  await until('the slot is dropped', async () => {
    const [slot] = (await slots()).filter((name) => name.startsWith('heddle_'));
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
    await ask.query(`select pg_terminate_backend(active_pid) from pg_replication_slots`);
    return ask.query(`select pg_drop_replication_slot('${slot}')`).then(
      () => true,
      () => false,
    );
  });
  await ask.query(`insert into ${object} values (100, 'meanwhile', 0)`);
  await ask.query(`update ${object} set total = 5000 where id = 7`);
  const there = rowsOf(await created.untilFired(1));
  const changed = rowsOf(await updated.untilFired(1));

  assert.deepEqual([there.length, there[0]?.id], [1, 100]);
  assert.deepEqual([changed.length, changed[0]?.id], [1, 7]);
  await created.untilStatus('active');
});

test('a trigger that is disabled fires no more from that moment on, and again once it is enabled', async () => {
  const { of, object } = await makeTable(1);
  const created = await make({ type: 'record_created', ...of });
  const { params, made: trigger } = created;
  const change = async (enabled: boolean) =>
    bodyOf(await client.patchTrigger({ params, body: { enabled } }));

  await change(false);
  await ask.query(`insert into ${object} values (101, 'meanwhile', 101)`);
  const ended = await until('its run has ended', async () => {
    const rows = await database.of(organization).reading.rows<{ status: string }>(
      `select r.status from sync.run r join sync.trigger t on t.watch_id = r.sync_id
       where t.id = $1 and r.status <> 'running'`,
      [trigger.id],
    );
    return rows.length > 0 && rows;
  });
  const before = await created.fired();
  await change(true);
  await created.untilStatus('active');
  await ask.query(`insert into ${object} values (102, 'later', 102)`);
  await created.untilFired(1);

  assert.deepEqual([before, ended], [[], [{ status: 'cancelled' }]]);
  assert.deepEqual(
    rowsOf(await created.fired()).map(({ name }) => name),
    ['later'],
  );
});

test('a trigger that is deleted leaves nothing at the source, and one without its connection says so', async () => {
  const { of } = await makeTable(2);
  const [one, other] = [
    await make({ type: 'record_created', ...of }),
    await make({ type: 'record_created', ...of }),
  ];

  assert.ok((await client.deleteTrigger({ params: one.params })).ok);
  const left = await database
    .of(organization)
    .reading.rows('select from sync.sync where organization_id = $1 and watches = $2', [
      organization,
      one.made.id,
    ]);
  assert.ok((await client.deleteConnection({ params: { connection: connection_id } })).ok);

  assert.deepEqual(left, []);
  const { status, message } = await other.shown();
  assert.equal(status, 'error');
  assert.match(String(message), /connection/);
  await until('no slot is left', async () => (await slots()).length === 0);
});

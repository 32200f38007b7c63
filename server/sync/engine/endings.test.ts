import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connect as asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { startApi } from '../connectors/http/testing/api.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run, untilOver } from '../testing/scene.ts';

const app = await startServer();
const source = await makeDatabase();
const destination = await makeDatabase();
const owner = await asOwner(app.address);
after(() => Promise.all([source.end(), destination.end(), owner.end()]));
const scene = await makeSyncScene(app);
const { client } = scene;
const from = await connect(scene, source);
const to = await connect(scene, destination);
await source.admin.query(`create table moved (id int primary key, at timestamptz not null);
  insert into moved select n, '2024-01-01'::timestamptz + n * interval '1 second'
  from generate_series(1, 6) n`);
const adding = { mode: 'append', cursor_field: 'at', batch_size: 1 } as const;

type Of = { sync: string; run: string };

/** A run that has written something, and waits for its next attempt. */
async function untilWaiting(params: Of) {
  await until('it waits', async () => {
    const { status, cursor } = bodyOf(await client.getRun({ params }));
    return status === 'queued' && cursor !== null;
  });
}

/** What a process leaves that has not been heard of for longer than its lease. */
async function expire({ run }: Of) {
  await owner.rows(
    `update sync.run set status = 'running', lease_until = now() - interval '1 second',
       cancel_requested_at = now() where id = $1`,
    [run],
  );
}

const ways: Record<string, (of: Of) => Promise<unknown>> = {
  'is cancelled': (params) => client.cancelRun({ params }),
  'is cancelled by stopping its sync': ({ sync }) =>
    client.patchSync({ params: { sync }, body: { enabled: false } }),
  'was cancelled, and its process was not heard of any more': expire,
};

for (const [way, end] of Object.entries(ways)) {
  test(`what a run has sent that waits and ${way} is not sent again`, async () => {
    const sent: number[] = [];
    let isAway = true;
    const api = await startApi(({ body }) => {
      if (isAway && sent.length === 3) return { status: 503, headers: { 'retry-after': '600' } };
      sent.push(JSON.parse(body).id);
      return { status: 201 };
    });
    const body = { provider: 'http', name: 'API', config: { base_url: api.url }, credentials: {} };
    const elsewhere = bodyOf(await client.createConnection({ query: { check: false }, body })).id;
    const sync = await makeSync(scene, { from, to: elsewhere, object: 'moved' }, adding);
    const { id } = bodyOf(await client.runSync({ params: { sync }, body: {} }));
    await untilWaiting({ sync, run: id });

    await end({ sync, run: id });
    const ended = await untilOver(scene, sync, id);
    isAway = false;
    await client.patchSync({ params: { sync }, body: { enabled: true } });
    const before = bodyOf(await client.getSync({ params: { sync } }));
    const next = await run(scene, sync);

    const history = bodyOf(await client.getCursorHistory({ params: { sync } }));
    assert.deepEqual([ended.status, next.status, next.error], ['cancelled', 'completed', null]);
    assert.deepEqual(sent, [1, 2, 3, 4, 5, 6]);
    assert.equal(before.records_synced, 3);
    assert.deepEqual(
      history.map(({ run_id }) => run_id),
      [next.id, id],
    );
  });
}

const values = (all: readonly { id: number }[]) => all.map(({ id }) => id);
let tables = 0;

/** A table that refuses everything above a number, for the moment. */
async function makeAway(last: number) {
  tables += 1;
  const table = `added${tables}`;
  await destination.admin.query(`create table ${table} (id int, at timestamptz);
    create function away${tables}() returns trigger language plpgsql as $$ begin
      if new.id > ${last} then raise 'away' using errcode = '55P03'; end if; return new; end $$;
    create trigger away before insert on ${table} for each row execute function away${tables}()`);
  return table;
}

async function idsIn(table: string) {
  return values((await destination.admin.query(`select id from ${table} order by id`)).rows);
}

for (const [act, cursor, added] of [
  ['set', { value: '2024-01-01 00:00:02+00' }, [2, 3, 4, 5, 6]],
  ['deleted', null, [1, 2, 3, 4, 5, 6]],
] as const) {
  for (const isKnown of [true, false]) {
    const known = isKnown ? '' : ', though the process died before it said so';
    test(`what was added below a cursor that was ${act} is not added again after a cancellation${known}`, async () => {
      const table = await makeAway(4);
      const sync = await makeSync(scene, { from, to, object: 'moved', table }, adding);
      const params = { sync };
      await (cursor
        ? client.putCursor({ params, body: { cursor } })
        : client.deleteCursor({ params }));
      const { id } = bodyOf(await client.runSync({ params, body: {} }));
      await untilWaiting({ sync, run: id });

      if (!isKnown) await owner.rows('update sync.run set position = null where id = $1', [id]);
      await client.cancelRun({ params: { sync, run: id } });
      await destination.admin.query(`drop trigger away on ${table}`);
      const next = await run(scene, sync);

      assert.deepEqual([next.status, next.error], ['completed', null]);
      assert.deepEqual(await idsIn(table), added);
    });
  }
}

test('a part that is read between leaves a failed run what it has set aside', async () => {
  let isDown = true;
  const api = await startApi(({ body }) => ({
    status: isDown && body.includes('"id":5') ? 401 : 201,
  }));
  const body = { provider: 'http', name: 'API', config: { base_url: api.url }, credentials: {} };
  const elsewhere = bodyOf(await client.createConnection({ query: { check: false }, body })).id;
  const code = `module.exports = (r) => { if (r.id === 2) throw new Error('not this one'); return r }`;
  const transform = await client.createTransform({
    body: { name: 'Refuses', type: 'javascript', code },
  });
  const ends = { from, to: elsewhere, object: 'moved' };
  const settings = { mode: 'append' as const, key: ['id'], batch_size: 1 };
  const transforms = [bodyOf(transform).id];
  const sync = await makeSync(scene, ends, { ...settings, transforms });
  const failed = await run(scene, sync);
  const params = { sync, run: failed.id };
  isDown = false;

  const part = await run(scene, sync, { keys: ['1'] });
  bodyOf(await client.resumeRun({ params, body: {} }));
  const done = await untilOver(scene, sync, failed.id);

  assert.deepEqual([failed.status, part.status, done.status], ['failed', 'completed', 'completed']);
  const kept = bodyOf(await client.listRejected({ params }));
  assert.deepEqual([done.records_failed, kept.map(({ record }) => record.id)], [1, [2]]);
});

test('what a destination has lost, with the last batches that it had committed, is set aside once', async () => {
  const table = await makeAway(5);
  await destination.admin.query(`alter table ${table} add check (id not in (2, 4));
    create table places (id serial, sync_id text, position text);
    create function place() returns trigger language plpgsql as $$ begin
      insert into places (sync_id, position) values (new.sync_id, new.position); return new; end $$;
    create trigger place after update of position on heddle_state for each row execute function place()`);
  const sync = await makeSync(scene, { from, to, object: 'moved', table }, adding);
  const { id } = bodyOf(await client.runSync({ params: { sync }, body: {} }));
  const params = { sync, run: id };
  await untilWaiting(params);

  await destination.admin.query(
    `update heddle_state set position = (select position from places
       where sync_id = $1 and position is not null order by id limit 1) where sync_id = $1`,
    [sync],
  );
  await destination.admin.query(`delete from ${table} where id > 1; drop trigger away on ${table};
    drop trigger place on heddle_state`);
  await owner.rows('update sync.run set retry_at = null where id = $1', [id]);
  const done = await untilOver(scene, sync, id);

  const list = bodyOf(await client.listRejected({ params, query: {} }));
  assert.deepEqual([done.status, done.error, done.records_failed], ['completed', null, 2]);
  assert.deepEqual(await idsIn(table), [1, 3, 5, 6]);
  assert.deepEqual(
    list.map(({ record }) => record.id),
    [2, 4],
  );
});

test('what a destination has lost from its beginning on comes again, although its run was cancelled', async () => {
  const table = await makeAway(4);
  const sync = await makeSync(scene, { from, to, object: 'moved', table }, adding);
  const { id } = bodyOf(await client.runSync({ params: { sync }, body: {} }));
  await untilWaiting({ sync, run: id });
  await client.cancelRun({ params: { sync, run: id } });

  await destination.admin.query('update heddle_state set position = null where sync_id = $1', [
    sync,
  ]);
  await destination.admin.query(`truncate ${table}; drop trigger away on ${table}`);
  const next = await run(scene, sync);

  assert.deepEqual([next.status, next.error], ['completed', null]);
  assert.deepEqual(await idsIn(table), [1, 2, 3, 4, 5, 6]);
});

test('a destination that a sync is given later goes on from where the sync is', async () => {
  const [first, second] = [await makeAway(9), await makeAway(9)];
  const sync = await makeSync(scene, { from, to, object: 'moved', table: first }, adding);
  await run(scene, sync);
  await source.admin.query(`insert into moved values (7, '2024-01-01 00:00:07+00')`);
  const another = await makeDatabase();
  after(() => another.end());
  const connection_id = await connect(scene, another);
  await another.admin.query(`create table ${second} (id int, at timestamptz)`);
  const destination = { connection_id, table: second };
  bodyOf(await client.patchSync({ params: { sync }, body: { destination } }));

  const next = await run(scene, sync);

  await source.admin.query('delete from moved where id = 7');
  const { rows } = await another.admin.query(`select id from ${second}`);
  assert.deepEqual([next.status, next.error, values(rows)], ['completed', null, [7]]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { runnersOf } from '../testing/runners.ts';
import { bodyOf, makeSync, run, untilOver } from '../testing/scene.ts';
import { startBetween } from '../testing/started.ts';

const { scene, source, destination, from, to } = await startBetween();
const { client } = scene;

const makeTransform = async (code: string) =>
  bodyOf(await client.createTransform({ body: { name: 'Test', type: 'javascript', code } })).id;
const refusing = await makeTransform(`module.exports = () => { throw new Error('not now'); }`);

/** A run that set aside all that it read; from now on all is taken. */
async function refuseAll(sync: string) {
  const refused = await run(scene, sync);
  bodyOf(await client.patchSync({ params: { sync }, body: { transforms: [] } }));
  return refused;
}

const retry = async (params: { sync: string; run: string }) =>
  bodyOf(await client.retryRejected({ params })).id;

/** Whether the first and the last of what a run set aside were tried again. */
async function areTried(params: { sync: string; run: string }, count: number) {
  const [first] = bodyOf(await client.listRejected({ params, query: { limit: 1 } }));
  const cursor = String(Number(first?.id) + count - 2);
  const [last] = bodyOf(await client.listRejected({ params, query: { limit: 1, cursor } }));
  return [first, last].map((one) => one && one.retried_at !== null);
}

test('more than one batch of records is tried again, each once, though the process is killed', async () => {
  const count = 12_000;
  await source.admin.query(`create table many (id int primary key);
    insert into many select n from generate_series(1, ${count}) n`);
  await destination.admin.query('create table many (id int primary key)');
  const settings = { mode: 'append' as const, key: ['id'], transforms: [refusing] };
  const sync = await makeSync(scene, { from, to, object: 'many' }, settings);
  const refused = await refuseAll(sync);
  const params = { sync, run: refused.id };
  // The second batch waits for this one to be gone.
  await destination.admin.query(`begin; insert into many values (${count - 1})`);

  const again = await retry(params);
  await until('the first batch was tried', async () => (await areTried(params, count))[0]);
  const between = await areTried(params, count);
  for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  await destination.admin.query('rollback');
  const done = await untilOver(scene, sync, again);

  assert.deepEqual([refused.records_failed, between], [count, [true, false]]);
  assert.deepEqual([done.status, done.error, done.records_failed], ['completed', null, 0]);
  const { rows } = await destination.admin.query('select count(*)::int from many');
  assert.deepEqual([rows, await areTried(params, count)], [[{ count }], [true, true]]);
  const nothing = await client.retryRejected({ params });
  assert.equal(nothing.ok || nothing.status, 409);
});

for (const protect of [undefined, 'hash'] as const) {
  test(`what is refused again is not forgotten when the process is killed, protected: ${protect}`, async () => {
    const count = 12_000;
    const table = `refused_${protect}`;
    await source.admin.query(`create table ${table} (id int primary key, name text);
      insert into ${table} select n, 'x' from generate_series(1, ${count}) n`);
    await destination.admin.query(`create table ${table} (id int primary key, name text)`);
    const some = await makeTransform(
      `module.exports = (r) => { if (r.id <= 5) throw new Error('still not'); return r }`,
    );
    const field_mappings = [
      { source: 'id', destination: 'id' },
      { source: 'name', destination: 'name', ...(protect && { protect }) },
    ];
    const settings = {
      mode: 'append' as const,
      key: ['id'],
      transforms: [refusing],
      field_mappings,
    };
    const sync = await makeSync(scene, { from, to, object: table }, settings);
    const refused = await run(scene, sync);
    bodyOf(await client.patchSync({ params: { sync }, body: { transforms: [some] } }));
    const params = { sync, run: refused.id };
    await destination.admin.query(`begin; insert into ${table} values (${count - 1})`);

    const again = await retry(params);
    await until('the first batch was tried', async () => (await areTried(params, count))[0]);
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
    await destination.admin.query('rollback');
    const done = await untilOver(scene, sync, again);

    assert.deepEqual([done.status, done.records_failed], ['completed', 5]);
    const kept = bodyOf(await client.listRejected({ params: { sync, run: again } }));
    assert.deepEqual(
      kept.map(({ record }) => record.id),
      [1, 2, 3, 4, 5],
    );
    const { rows } = await destination.admin.query(`select count(*)::int from ${table}`);
    assert.deepEqual(rows, [{ count: count - 5 }]);
  });
}

test('a record whose key was changed on its way is found again by the one of the source', async () => {
  await source.admin.query(`create table coded (id int primary key, name text);
    insert into coded select n, 'name ' || n from generate_series(1, 5) n`);
  const transform = await makeTransform(
    `module.exports = ({ value }) => ({ value: 'C-' + (value + 1) })`,
  );
  const settings = {
    field_mappings: [
      { source: 'id', destination: 'code', transform },
      { source: 'name', destination: 'name' },
    ],
    transforms: [refusing],
  };
  const sync = await makeSync(scene, { from, to, object: 'coded' }, settings);
  const refused = await refuseAll(sync);

  const done = await untilOver(scene, sync, await retry({ sync, run: refused.id }));

  assert.deepEqual([refused.records_failed, done.status, done.error], [5, 'completed', null]);
  const { rows } = await destination.admin.query('select * from coded order by name');
  assert.deepEqual(
    rows,
    [1, 2, 3, 4, 5].map((n) => ({ code: `C-${n + 1}`, name: `name ${n}` })),
  );
});

test('what fails to be tried again leaves the position of the sync where it is', async () => {
  await source.admin.query(`create table late (id int primary key, at int not null);
    insert into late select n, n from generate_series(1, 3) n`);
  const settings = { cursor_field: 'at', transforms: [refusing] };
  const sync = await makeSync(scene, { from, to, object: 'late' }, settings);
  const refused = await run(scene, sync);
  const before = bodyOf(await client.getCursor({ params: { sync } })).cursor;
  bodyOf(await client.patchSync({ params: { sync }, body: { on_error: 'fail' } }));

  const failed = await untilOver(scene, sync, await retry({ sync, run: refused.id }));

  assert.deepEqual([failed.status, failed.cursor], ['failed', null]);
  assert.deepEqual(bodyOf(await client.getCursor({ params: { sync } })).cursor, before);
});

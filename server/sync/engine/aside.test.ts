import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runnersOf } from '../testing/runners.ts';
import { bodyOf, makeSync, run, untilOver } from '../testing/scene.ts';
import { startBetween } from '../testing/started.ts';

const { scene, source, destination, from, to, folder } = await startBetween();
const files = await open('files', '.');
const sqlite = await open('sqlite', 'data.db');

async function open(provider: string, path: string): Promise<string> {
  const body = { provider, name: provider, config: { path }, credentials: {} };
  return bodyOf(await scene.client.createConnection({ body })).id;
}

async function idsIn(table: string): Promise<number[]> {
  const { rows } = await destination.admin.query(`select id from ${table} order by id::int`);
  return rows.map(({ id }) => Number(id));
}

const transformOf = async (code: string) =>
  bodyOf(
    await scene.client.createTransform({ body: { name: 'refusing', type: 'javascript', code } }),
  ).id;

test('a mirror leaves what a transform refuses, and deletes what is gone', async () => {
  await source.admin.query(`create table refused (id int primary key);
    insert into refused select n from generate_series(1, 20) n`);
  const ends = { from, to, object: 'refused' };
  const sync = await makeSync(scene, ends, { mode: 'mirror' });
  await run(scene, sync);
  await source.admin.query('delete from refused where id = 3');
  const code = `module.exports = (record) => {
    if (record.id === 7) throw new Error('not this one'); return record; }`;
  const body = { transforms: [await transformOf(code)] };
  await scene.client.patchSync({ params: { sync }, body });

  const done = await run(scene, sync);

  assert.deepEqual([done.status, done.records_failed, done.records_deleted], ['completed', 1, 1]);
  const left = await idsIn('refused');
  assert.deepEqual([left.length, left.includes(7), left.includes(3)], [19, true, false]);
});

test('a mirror whose transform gives other keys deletes nothing while records are refused', async () => {
  await source.admin.query(`create table renamed (id int primary key);
    insert into renamed select n from generate_series(1, 20) n`);
  const code = (id: number) => `module.exports = (record) => {
    if (record.id === ${id}) throw new Error('not this one'); return { id: record.id + 100 }; }`;
  const transforms = [await transformOf(code(0))];
  const sync = await makeSync(
    scene,
    { from, to, object: 'renamed' },
    { mode: 'mirror', transforms },
  );
  await run(scene, sync);
  const body = { transforms: [await transformOf(code(7))] };
  await scene.client.patchSync({ params: { sync }, body });

  const done = await run(scene, sync);

  assert.deepEqual([done.status, done.records_failed, done.records_deleted], ['completed', 1, 0]);
  assert.equal((await idsIn('renamed')).includes(107), true);
  const params = { sync, run: done.id };
  const log = bodyOf(await scene.client.getRunLog({ params }));
  assert.match(log.map(({ message }) => message).join(), /Nothing is deleted: 1 records/);
});

test('a mirror deletes nothing when a line cannot be read, and does when all can', async () => {
  const write = (ids: number[], more = '') =>
    writeFile(join(folder, 'list.csv'), `id,name\n${ids.map((id) => `${id},x\n`).join('')}${more}`);
  const ids = Array.from({ length: 20 }, (_, nth) => nth + 1);
  const ends = { from: files, to, object: 'list.csv', table: 'list' };
  await write(ids);
  const sync = await makeSync(scene, ends, { mode: 'mirror', key: ['id'] });
  await run(scene, sync);

  await write(ids.slice(2), '1,x,"more"\n');
  const broken = await run(scene, sync);
  const kept = await idsIn('list');
  await write(ids.slice(1));
  const whole = await run(scene, sync);

  assert.deepEqual(
    [broken.status, broken.records_failed, broken.records_deleted],
    ['completed', 1, 0],
  );
  assert.equal(kept.length, 20);
  assert.deepEqual([whole.status, whole.records_deleted], ['completed', 1]);
});

test('a mirror leaves a record one of whose values could not be read', async () => {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(join(folder, 'data.db'));
  database.exec(`create table typed (id integer primary key, at date);
    with recursive n (n) as (select 1 union all select n + 1 from n where n < 20)
    insert into typed select n, '2024-01-01' from n`);
  const sync = await makeSync(scene, { from: sqlite, to, object: 'typed' }, { mode: 'mirror' });
  await run(scene, sync);
  database.exec("update typed set at = 'no day' where id = 7; delete from typed where id = 3");
  database.close();

  const done = await run(scene, sync);

  assert.deepEqual([done.status, done.records_failed, done.records_deleted], ['completed', 1, 1]);
  const left = await idsIn('typed');
  assert.deepEqual([left.length, left.includes(7)], [19, true]);
});

test('a record that ends the run undoes its batch, which is tried again when the run goes on', async () => {
  await source.admin.query(`create table strict (id int primary key);
    insert into strict select n from generate_series(1, 20) n`);
  await destination.admin.query('create table strict (id int primary key, check (id <> 7))');
  const settings = { on_error: 'fail', batch_size: 10 } as const;
  const sync = await makeSync(scene, { from, to, object: 'strict' }, settings);

  const failed = await run(scene, sync);
  await destination.admin.query('alter table strict drop constraint strict_id_check');
  const params = { sync, run: failed.id };
  const refused = bodyOf(await scene.client.listRejected({ params }));
  bodyOf(await scene.client.resumeRun({ params, body: {} }));
  const done = await untilOver(scene, sync, failed.id);

  assert.deepEqual([failed.status, failed.records_failed, refused.length], ['failed', 1, 1]);
  assert.deepEqual([done.status, done.records_failed], ['completed', 0]);
  assert.equal((await idsIn('strict')).length, 20);
  assert.deepEqual(bodyOf(await scene.client.listRejected({ params })), []);
});

test('a file that is written anew after a failure lists what was set aside once', async () => {
  await source.admin.query(`create table filed (id int primary key, text text);
    insert into filed select n, n::text from generate_series(1, 2000) n`);
  const code = `module.exports = (record) => {
    if (record.id % 500 === 7) throw new Error('not this one'); return record; }`;
  const transforms = [await transformOf(code)];
  const ends = { from, to: files, object: 'filed', table: 'made/filed.csv' };
  const sync = await makeSync(scene, ends, { mode: 'replace', transforms, batch_size: 100 });
  // Nothing can be put where a file stands in place of the folder.
  await writeFile(join(folder, 'made'), '');

  const failed = await run(scene, sync);
  await rm(join(folder, 'made'));
  const params = { sync, run: failed.id };
  bodyOf(await scene.client.resumeRun({ params, body: {} }));
  const done = await untilOver(scene, sync, failed.id);

  assert.deepEqual([failed.status, done.status, done.records_failed], ['failed', 'completed', 4]);
  assert.equal(bodyOf(await scene.client.listRejected({ params })).length, 4);
});

/** An API that takes records, and hears of each. */
async function openApi(hear: (record: { id: number }) => number) {
  const api = createServer(async (request, response) => {
    const text = (await request.toArray()).join('');
    const status = hear(text === '' ? { id: 0 } : JSON.parse(text));
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  after(() => api.close());
  const config = { base_url: `http://127.0.0.1:${(api.address() as AddressInfo).port}` };
  const body = { provider: 'http', name: 'API', config, credentials: { kind: 'none' } };
  return bodyOf(await scene.client.createConnection({ body })).id;
}

test('what is set aside on its way to an API is listed once, also when a process dies', async () => {
  await source.admin.query(`create table told (id int primary key);
    insert into told select n from generate_series(1, 20) n`);
  const code = `module.exports = (record) => {
    if (record.id === 7) throw new Error('not this one'); return record; }`;
  let kills = 0;
  const api = await openApi(({ id }) => {
    if (id !== 9 || kills > 0) return 200;
    kills += 1;
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
    return 200;
  });
  const transforms = [await transformOf(code)];
  const settings = { mode: 'append' as const, key: ['id'], batch_size: 1, transforms };
  const sync = await makeSync(scene, { from, to: api, object: 'told' }, settings);

  const done = await run(scene, sync);

  assert.deepEqual([done.status, done.records_failed, kills], ['completed', 1, 1]);
  const params = { sync, run: done.id };
  assert.equal(bodyOf(await scene.client.listRejected({ params })).length, 1);
});

test('an API is written to in batches that end soon, and the position is kept with each', async () => {
  await source.admin.query(`create table many (id int primary key);
    insert into many select n from generate_series(1, 1200) n`);
  const api = await openApi(({ id }) => (id === 1_100 ? 401 : 200));
  const sync = await makeSync(
    scene,
    { from, to: api, object: 'many' },
    { mode: 'append', key: ['id'] },
  );

  const failed = await run(scene, sync);

  assert.deepEqual([failed.status, failed.records_written], ['failed', 1_000]);
  assert.ok(failed.cursor);
});

test('a record that is larger than a run may hold is set aside, without what is large in it', async () => {
  await source.admin.query(`create table vast (id int primary key, text text);
    insert into vast select n, case n when 2 then repeat('x', 17 * 1024 * 1024) else 'small' end
    from generate_series(1, 3) n`);
  const sync = await makeSync(scene, { from, to, object: 'vast' });

  const done = await run(scene, sync);

  const params = { sync, run: done.id };
  const [refused] = bodyOf(await scene.client.listRejected({ params }));
  assert.deepEqual([done.status, done.records_written, done.records_failed], ['completed', 2, 1]);
  assert.deepEqual(
    [refused?.record, refused?.field, refused?.reason],
    [{ id: '2', text: null }, 'text', 'The record is larger than 16 MiB.'],
  );
});

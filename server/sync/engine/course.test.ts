import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Definition, define } from '../syncs/definition.ts';
import { accept, bodyOf, makeSync, run } from '../testing/scene.ts';
import { startBetween } from '../testing/started.ts';
import { type Asked, layCourse } from './course.ts';

const { scene, source, from, to, folder, makeTable, countOf } = await startBetween();

test('whoever accepts a new field has not accepted deletions', async () => {
  const object = await makeTable(10);
  const settings = { mode: 'mirror', on_schema_change: 'pause' } as const;
  const sync = await makeSync(scene, { from, to, object }, settings);
  await run(scene, sync);
  await source.admin.query(`alter table ${object} add column more text;
    delete from ${object} where id > 5`);

  const { id } = await run(scene, sync);
  const widened = await accept(scene, sync, id);
  const kept = await countOf(object);
  const done = await accept(scene, sync, id);

  assert.deepEqual([widened.status, widened.pause?.planned_deletes], ['paused', 5]);
  assert.equal(kept, 10);
  assert.deepEqual([done.status, done.records_deleted], ['completed', 5]);
});

test('whoever accepts deletions has not accepted new fields', async () => {
  const object = await makeTable(10);
  const settings = { mode: 'mirror', on_schema_change: 'pause' } as const;
  const sync = await makeSync(scene, { from, to, object }, settings);
  await run(scene, sync);
  await source.admin.query(`delete from ${object} where id > 5`);

  const { id } = await run(scene, sync);
  await source.admin.query(`alter table ${object} add column more text`);
  const thinned = await accept(scene, sync, id);
  const done = await accept(scene, sync, id);

  assert.deepEqual(
    [thinned.status, thinned.pause?.reason],
    ['paused', 'The source has a new field more.'],
  );
  assert.deepEqual([done.status, await countOf(object)], ['completed', 5]);
});

test('a full refresh keeps where it ended, also in place of a cursor that was set', async () => {
  const object = await makeTable(20);
  const body = { provider: 'files', name: 'Files', config: { path: '.' }, credentials: {} };
  const files = bodyOf(await scene.client.createConnection({ body })).id;
  const ends = { from, to: files, object, table: `${object}.ndjson` };
  const sync = await makeSync(scene, ends, { mode: 'append', cursor_field: 'at' });
  const params = { sync };
  await run(scene, sync);
  await scene.client.putCursor({ params, body: { cursor: { value: '2024-01-01 00:00:01+00' } } });

  await run(scene, sync, { full_refresh: true });
  const next = await run(scene, sync);

  const lines = (await readFile(join(folder, `${object}.ndjson`), 'utf8')).trimEnd().split('\n');
  assert.deepEqual([next.status, next.records_written, lines.length], ['completed', 0, 40]);
});

test('how a sync writes is shown when it is known', async () => {
  const keyed = await makeTable(1);
  const keyless = `${keyed}_keyless`;
  await source.admin.query(`create table ${keyless} as select * from ${keyed}`);
  const modes = async (sync: string) => {
    const before = bodyOf(await scene.client.getSync({ params: { sync } }));
    await run(scene, sync);
    const after = bodyOf(await scene.client.getSync({ params: { sync } }));
    return [before.mode, after.mode];
  };

  const found = [
    await modes(await makeSync(scene, { from, to, object: keyed })),
    await modes(await makeSync(scene, { from, to, object: keyless })),
    await modes(await makeSync(scene, { from, to, object: keyless }, { mode: 'replace' })),
  ];

  assert.deepEqual(found, [
    [null, 'upsert'],
    [null, 'append'],
    ['replace', 'replace'],
  ]);
});

test('only a run of everything is as long as everything', () => {
  const definition = define({ cursor_field: 'at' });
  const filtered = define({ filters: ['id > 7'] });
  const sync = { position: null, position_is_set: false };
  const later = { ...sync, position: '{}' };
  const readsAll = (asked: { request?: object; sync?: typeof later; definition?: Definition }) =>
    layCourse({
      run: { request: asked.request ?? {} },
      sync: asked.sync ?? sync,
      begun: { definition: asked.definition ?? definition },
    } as Asked).readsAll;

  assert.equal(readsAll({}), true);
  assert.equal(readsAll({ sync: later as never }), false);
  assert.equal(readsAll({ sync: later as never, request: { full_refresh: true } }), true);
  assert.equal(readsAll({ request: { keys: [['7']] } }), false);
  assert.equal(readsAll({ definition: filtered }), false);
});

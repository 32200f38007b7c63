import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFollowing } from '../../engine/realtime/testing/followed.ts';
import { bodyOf } from '../../testing/scene.ts';
import { watchingBy } from './testing/watched.ts';

const { app, scene, ask, from: connection_id } = await startFollowing();
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
  assert.deepEqual(bodyOf(await scene.client.listSyncs()), []);
});

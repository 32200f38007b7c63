import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishedBy } from '../../connectors/finished.ts';
import { makeSync, run } from '../../testing/scene.ts';
import { startBetween } from '../../testing/started.ts';
import type { Item } from './packing.ts';
import { Telling } from './telling.ts';
import { hearing } from './testing/hearing.ts';

const { app, scene, from, to, makeTable } = await startBetween();
const { told } = hearing(app, scene);
const object = await makeTable(1);
const { organization } = scene;
const source = { connection_id: from, object, query: null };

/** A run of a sync, and attempts of it: each knows nothing of those before. */
async function makeAttempts() {
  const sync = await makeSync(scene, { from, to, object });
  const { id: runId } = await run(scene, sync);
  const [row] = await app.server.platform.database.system.reading.rows<{ fence: number }>(
    'select fence::float8 as fence from sync.run where id = $1',
    [runId],
  );
  const claim = { organization, syncId: sync, runId, fence: row?.fence ?? 0 };
  const attempt = (fence = claim.fence) =>
    new Telling(app.server.platform, { ...claim, fence }, source);
  return { sync, runId, attempt, fence: claim.fence };
}

const item = (id: number): Item => ({
  ...{ type: 'record.created', about: undefined },
  text: `{"key":{"id":${id}},"record":{"id":${id}}}`,
});
const at = (batch: number) => JSON.stringify({ batch });

test('what a destination has is told, and what it has not is told once it has', async () => {
  const { sync, attempt } = await makeAttempts();
  const first = attempt();
  await first.keep([item(1)], 3);
  await first.keep([item(2), item(3)], 4);

  const second = attempt();
  await second.goOn(sync, { position: at(3), isWhole: false });
  const after = await told(sync);
  const left = second.left.take('{"id":2}');
  await second.keep([item(2)], 4);
  await second.tell();
  const third = attempt();
  await third.goOn(sync, { position: at(9), isWhole: false });

  assert.deepEqual(after, ['created 1']);
  assert.deepEqual(left, { type: 'record.created', previous: undefined });
  assert.deepEqual(await told(sync), ['created 1', 'created 2']);
});

test('of what is there only at its end, nothing is told before that', async () => {
  const { sync, runId, attempt } = await makeAttempts();
  const first = attempt();
  await first.keep([item(1)], 1);
  await first.keep([item(2)], 2);

  const second = attempt();
  await second.goOn(sync, { position: at(1), isWhole: true });
  await second.keep([item(3)], 2);
  const before = await told(sync);
  const third = attempt();
  await third.goOn(sync, { position: finishedBy(runId), isWhole: true });

  assert.deepEqual(before, []);
  assert.deepEqual(await told(sync), ['created 1', 'created 3']);
});

test('what is refused or undone is not told, and whoever has lost the run keeps nothing', async () => {
  const { sync, attempt, fence } = await makeAttempts();
  const telling = attempt();
  const kept = await telling.keep([item(1), item(2)], 1);
  await telling.keep([item(2)], 1, kept);
  await telling.tell();
  await telling.keep([item(3)], 2);
  await telling.undo();
  await telling.keep([], 2);
  await telling.tell();

  const late = attempt(fence - 1);
  assert.equal(await late.keep([item(4)], 3), undefined);
  await late.tell();
  assert.deepEqual(await told(sync), ['created 2']);
});

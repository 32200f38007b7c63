import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSyncScene } from '../testing/scene.ts';
import { answering, openSink } from './testing/sink.ts';
import { alertTimes, makeWebhook } from './testing/telling.ts';

// In full, with 100,000 events: npm run soak -- webhooks.
const events = 1_000;
const receivers = 10;
const dead = 2;
const kills = 2;
const program = join(import.meta.dirname, 'testing/worker.ts');

const app = await startServer({ HEDDLE_ROLES: 'web' });
const workers = new Set<ChildProcess>();
after(async () => {
  await Promise.all([...workers].map(kill));
});

async function begin(): Promise<ChildProcess> {
  const worker = fork(program, [JSON.stringify(app.address), app.dataDirectory]);
  workers.add(worker);
  await once(worker, 'message');
  return worker;
}

async function kill(worker: ChildProcess): Promise<void> {
  workers.delete(worker);
  const gone = once(worker, 'exit');
  worker.kill('SIGKILL');
  await gone;
}

test('workers that are killed lose nothing: each receiver has each event, and duplicates are the same', async () => {
  const scene = await makeSyncScene(app);
  const healthy = await Promise.all(Array.from({ length: receivers - dead }, () => openSink()));
  const failing = await Promise.all(Array.from({ length: dead }, () => openSink(answering(500))));
  const webhooks = await Promise.all(
    [...healthy, ...failing].map(({ url }) => makeWebhook(scene, url)),
  );
  const count = () => healthy.reduce((sum, { received }) => sum + received.length, 0);
  let present = await Promise.all([begin(), begin()]);
  const ids: string[] = [];
  for (let part = 0; part < kills; part += 1) {
    const before = count();
    ids.push(...(await alertTimes(app, scene.organization, events / kills)));
    await until('some have come', () => count() > before);
    await Promise.all(present.map(kill));
    present = await Promise.all([begin(), begin()]);
  }
  await until('all have come', () =>
    healthy.every(({ received }) => new Set(received.map(({ body }) => body.id)).size === events),
  );

  for (const { received } of healthy) {
    const bytes = Map.groupBy(received, ({ body }) => body.id);
    for (const same of bytes.values()) {
      assert.equal(new Set(same.map(({ raw }) => raw.toString())).size, 1);
    }
    const first = [...bytes.values()].map(([one]) => one?.body.data.sync_id);
    assert.deepEqual(first, ids);
  }
  await until('all of that is stored', async () => {
    const params = { webhook: webhooks[0]!.id };
    const query = { limit: 1_000 };
    const listed = bodyOf(await scene.client.listDeliveries({ params, query }));
    return listed.length === events && listed.every(({ status }) => status === 'succeeded');
  });
  const left = bodyOf(
    await scene.client.listDeliveries({
      params: { webhook: webhooks.at(-1)!.id },
      query: { limit: 1_000, status: 'pending' },
    }),
  );
  assert.equal(left.length, events);
});

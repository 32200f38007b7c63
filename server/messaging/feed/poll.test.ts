import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { refused } from '../testing/scene.ts';
import { makeOffice, openChannel, shown, startThread, type Visitor } from '../testing/website.ts';

const app = await startServer();
const { ann, ben, cleo } = await makeOffice(app);
const channel = await openChannel(ann, 'Polled', [ben], 'private');
const presentPosition = async ({ client }: Visitor) => shown(await client.getHome()).position;

async function poll({ client }: Visitor, after: string, wait_seconds?: number) {
  const query = wait_seconds === undefined ? { after } : { after, wait_seconds };
  return shown(await client.pollFeed({ query }));
}

const waiting = async () => {
  const { body } = await fetch(`${app.url}/metrics`).then(async (one) => ({
    body: await one.text(),
  }));
  return Number(/^heddle_feed_listeners (\d+)$/m.exec(body)?.[1]);
};

test('what is there already is answered at once, with the position after it', async () => {
  const start = await presentPosition(ben);
  await startThread(ann, channel, 'One');
  await startThread(ann, channel, 'Two');

  const first = await poll(ben, start);
  const second = await poll(ben, first.position, 0);

  assert.equal(first.resync, false);
  assert.deepEqual(
    first.changes.map((one) => one.kind === 'thread' && one.thread.blocks[0]),
    ['One', 'Two'],
  );
  assert.deepEqual(second.changes, []);
});

test('a poll waits for what happens', async () => {
  const start = await presentPosition(ben);
  const polled = poll(ben, start, 30);
  await until('it waits', async () => (await waiting()) === 1);

  await startThread(ann, channel, 'Awaited');
  const { changes, position } = await polled;

  assert.equal(changes.length, 1);
  assert.notEqual(position, start);
  assert.equal(await waiting(), 0);
});

test('a poll ends when nothing happens', async () => {
  const start = await presentPosition(ben);

  const { changes, position, resync } = await poll(ben, start, 1);

  assert.deepEqual([changes, resync], [[], false]);
  assert.match(position, /^\d+-\d+$/);
});

test('what one may not read ends no poll', async () => {
  const start = await presentPosition(cleo);
  const polled = poll(cleo, start, 2);
  await until('it waits', async () => (await waiting()) === 1);

  await startThread(ann, channel, 'Not for Cleo');
  const { changes } = await polled;

  assert.deepEqual(changes, []);
});

test('a poll from the future is told to load everything', async () => {
  const { resync, changes, position } = await poll(ben, '18446744073709551615-0');

  assert.deepEqual([resync, changes], [true, []]);
  assert.ok(BigInt(position.split('-')[0] as string) < 2n ** 63n);
});

test('a position that is none is refused', async () => {
  for (const after of ['x', '1', '99999999999999999999-1']) {
    refused(await ben.client.pollFeed({ query: { after } }), 400, 'invalid_request');
  }
});

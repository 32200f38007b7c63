import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { refused } from '../testing/scene.ts';
import { makeOffice, openChannel, shown, startThread, type Visitor } from '../testing/website.ts';

const app = await startServer();
const { ann, ben, cleo } = await makeOffice(app);
const channel = await openChannel(ann, 'Polled', [ben], 'private');
const open = await openChannel(ann, 'For all', [ben, cleo]);
let settled = 0;

/** After everything so far, of which a part may not have been told to anybody yet. */
async function presentPosition(visitor: Visitor): Promise<string> {
  settled += 1;
  let { position } = shown(await visitor.client.getHome());
  const text = `Settled ${settled}.`;
  await startThread(ann, open, text);
  return until('it has settled', async () => {
    const answer = await poll(visitor, position);
    position = answer.position;
    return JSON.stringify(answer.changes).includes(text) && position;
  });
}

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

  const texts: (string | undefined)[] = [];
  let position = start;
  while (!texts.includes('Two')) {
    const answer = await poll(ben, position);
    for (const one of answer.changes) texts.push('thread' in one ? one.thread.blocks[0] : one.kind);
    assert.equal(answer.resync, false);
    position = answer.position;
  }
  const last = await poll(ben, position, 0);

  assert.deepEqual(texts, ['One', 'Two']);
  assert.deepEqual(last.changes, []);
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

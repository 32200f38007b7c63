import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteReadEvents } from '../../runtime/events/housekeeping.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { makeOffice, openChannel, shown, startThread } from '../testing/website.ts';
import { type Hearing, listen, request } from './testing/hearing.ts';

const app = await startServer();
const other = await app.another({ HEDDLE_ROLES: 'web' });
const { organization, ann, ben } = await makeOffice(app);
const channel = await openChannel(ann, 'Resuming', [ben]);
const { database } = app.server.platform;

const textsIn = (hearing: Hearing) => hearing.of('thread').map(({ thread }) => thread.blocks[0]);
let settled = 0;

/** After everything so far, of which a part may not have been told to anybody yet. */
async function presentPosition(): Promise<string> {
  settled += 1;
  const hearing = await listen(app.url, ben);
  await startThread(ann, channel, `Settled ${settled}.`);
  await hearing.until(`Settled ${settled}.`);
  hearing.close();
  return hearing.position;
}

/** Events as old posts leave them; many at once. */
async function writeEvents(count: number, subject: string, type = 'thread.edited') {
  await asOwner(
    app.address,
    `insert into platform.event (organization, type, subject, data, created_at)
     select $1, $2, $3, '{}', now() from generate_series(1, $4)`,
    [organization, type, subject, count],
  );
}

test('a listener that was cut off hears what it missed, in order, and then what follows', async () => {
  const first = await listen(app.url, ben, { after: await presentPosition() });
  await startThread(ann, channel, 'a1');
  await first.until('a1');
  first.close();
  await startThread(ann, channel, 'a2');
  await startThread(ann, channel, 'a3');

  const second = await listen(app.url, ben, { lastEventId: first.position });
  await second.until('a3');
  await startThread(ann, channel, 'a4');
  await second.until('a4');

  assert.deepEqual(textsIn(first), ['a1']);
  assert.deepEqual(textsIn(second), ['a2', 'a3', 'a4']);
});

test('the header says more than the URL of the first request', async () => {
  const start = await presentPosition();
  const first = await listen(app.url, ben, { after: start });
  await startThread(ann, channel, 'b1');
  await first.until('b1');
  await startThread(ann, channel, 'b2');

  const again = await listen(app.url, ben, { after: start, lastEventId: first.position });
  await again.until('b2');

  assert.deepEqual(textsIn(again), ['b2']);
});

test('a position that one process gave is good for another', async () => {
  const here = await listen(app.url, ben);
  await startThread(ann, channel, 'c1');
  await here.until('c1');
  await startThread(ann, channel, 'c2');

  const there = await listen(other.url, ben, { lastEventId: here.position });
  await there.until('c2');

  assert.deepEqual(textsIn(there), ['c2']);
});

test('after the home was shown nothing is missed', async () => {
  const start = shown(await ben.client.getHome()).position;
  await startThread(ann, channel, 'd1');

  const hearing = await listen(app.url, ben, { after: start });
  await hearing.until('d1');

  assert.equal(textsIn(hearing).at(-1), 'd1');
});

test('who joins while much is posted hears each post once, in order', async () => {
  const posting = (async () => {
    for (let at = 0; at < 120; at += 1) await startThread(ann, channel, `e${at}.`);
  })();
  const listeners: Hearing[] = [];
  const start = await presentPosition();

  for (let at = 0; at < 12; at += 1) {
    const url = at % 2 ? app.url : other.url;
    listeners.push(await listen(url, ben, { after: start }));
  }
  await posting;
  await Promise.all(listeners.map((listener) => listener.until('e119.')));

  const [first, ...others] = listeners.map((listener) => textsIn(listener));
  assert.deepEqual(first, [...new Set(first)]);
  assert.ok((first?.length ?? 0) >= 100);
  for (const texts of others) assert.deepEqual(texts, first);
});

test('a position that is none is refused', async () => {
  for (const position of ['x', '1', '1-', '-1', '1-1-', '1-1-1-1', '99999999999999999999-1']) {
    const byUrl = await request(app.url, ben, { after: position });
    const byHeader = await request(app.url, ben, { lastEventId: position });

    assert.deepEqual([byUrl.status, byHeader.status], [400, 400], position);
  }
});

test('many missed events are told in pages, and each state once in a page', async () => {
  const { thread_id } = await startThread(ann, channel, 'f1');
  const start = await presentPosition();
  await writeEvents(1_200, thread_id);
  await startThread(ann, channel, 'f2');

  const hearing = await listen(app.url, ben, { after: start });
  await hearing.until('f2');

  assert.deepEqual(textsIn(hearing), ['f1', 'f1', 'f1', 'f2']);
  assert.ok(!hearing.frames.some(({ event }) => event === 'resync'));
});

test('who is too far behind is told to load everything, and hears what follows', async () => {
  const { thread_id } = await startThread(ann, channel, 'g1');
  const start = await presentPosition();
  await writeEvents(5_001, thread_id);
  // Before all of them are told, whoever comes is told so again and again.
  await presentPosition();

  const hearing = await listen(app.url, ben, { after: start });
  const resync = await hearing.untilEvent('resync');
  await startThread(ann, channel, 'g2');
  await hearing.until('g2');

  assert.notEqual(resync.id, start);
  assert.equal(textsIn(hearing).at(-1), 'g2');
});

test('events of others do not count, nor do those that are nothing to the website', async () => {
  const start = await presentPosition();
  await writeEvents(6_000, 'any', 'booking.created');
  await asOwner(
    app.address,
    `insert into platform.event (organization, type, subject, data, created_at)
     select $1, 'thread.edited', '12345678901', '{}', now() from generate_series(1, 6000)`,
    [await makeOrganization(app)],
  );
  await startThread(ann, channel, 'h1');

  const hearing = await listen(app.url, ben, { after: start });
  await hearing.until('h1');

  assert.deepEqual(textsIn(hearing), ['h1']);
});

test('a position of the future is of another database: everything is loaded', async () => {
  const hearing = await listen(app.url, ben, { after: '18446744073709551615-1' });
  const resync = await hearing.untilEvent('resync');
  await startThread(ann, channel, 'i1');
  await hearing.until('i1');

  assert.ok(BigInt(resync.id.split('-')[0] as string) < 2n ** 63n);
  assert.equal(textsIn(hearing).at(-1), 'i1');
});

test('before what housekeeping deleted everything is loaded, after it nothing is missed', async () => {
  const before = await presentPosition();
  await startThread(ann, channel, 'j1');
  await until('all has been read', async () => {
    const [row] = await asOwner<{ behind: number }>(
      app.address,
      `select count(*)::int as behind from platform.event e, platform.event_reader r
       where (e.transaction, e.sequence) > (r.transaction, r.sequence)`,
    );
    return row?.behind === 0;
  });
  const after = await presentPosition();
  const cut = new Date(app.clock.now().getTime() + 1_000);
  await deleteReadEvents(database, cut);
  await startThread(ann, channel, 'j2');

  const [early, late] = await Promise.all([
    listen(app.url, ben, { after: before }),
    listen(app.url, ben, { after }),
  ]);
  await early.untilEvent('resync');
  await late.until('j2');

  assert.deepEqual(textsIn(late), ['j2']);
  assert.ok(!late.frames.some(({ event }) => event === 'resync'));
});

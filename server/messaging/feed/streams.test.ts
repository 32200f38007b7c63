import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { feedPath } from '../../../contract/messaging/website/feed.ts';
import { Server } from '../../main.ts';
import { bodyOf, openWebsite } from '../../platform/testing/website.ts';
import { readConfig } from '../../runtime/config.ts';
import { shortId } from '../../runtime/ids.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { relayTo } from '../../runtime/testing/relay.ts';
import { until } from '../../runtime/testing/until.ts';
import { silent } from '../../testing/cluster.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { makeMember, openSession } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { makeOffice, openChannel, shown, startThread, visit } from '../testing/website.ts';
import { type Hearing, listen, request } from './testing/hearing.ts';

const app = await startServer();
const { organization, ann, ben, cleo } = await makeOffice(app);
const channel = await openChannel(ann, 'Streams', [ben, cleo]);

async function countListeners(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^heddle_feed_listeners (\d+)$/m.exec(metrics)?.[1]);
}

test('heartbeats move the position; a session that has ended ends its streams', async () => {
  const dora = await visit(app, organization, { name: 'Dora' });
  const elsewhere = await makeOrganization(app);
  const eve = await visit(app, organization, { name: 'Eve' });
  const { email, name } = eve.member;
  await makeMember(app, elsewhere, { email, name });
  const [stays, signsOut, moves] = await Promise.all([
    listen(app.url, cleo),
    listen(app.url, dora),
    listen(app.url, eve),
  ]);
  const secret = await openChannel(ann, 'Not theirs', [], 'private');
  await startThread(ann, secret, 'Unheard');

  await dora.fetch(`${app.url}/api/auth/sign-out`, { method: 'POST' });
  const body = { organization_id: shortId('organization', elsewhere) };
  bodyOf(await openWebsite(app, eve.fetch).switchOrganization({ body }));
  await Promise.all([signsOut.untilEnded(), moves.untilEnded(), stays.untilEvent('beat')]);

  const hello = stays.frames[0];
  const beat = stays.frames.find(({ event }) => event === 'beat');
  assert.deepEqual(beat, { id: beat?.id, event: 'beat', data: '[]' });
  assert.notEqual(beat?.id, hello?.id);
  assert.equal(stays.ended, false);
  assert.deepEqual([signsOut.broken, moves.broken], [false, false]);
  stays.close();
});

test('of more than 20 streams of somebody the oldest ends', async () => {
  const hearings: Hearing[] = [];
  for (let at = 0; at < 21; at += 1) hearings.push(await listen(app.url, ben));

  await hearings[0]?.untilEnded();
  await startThread(ann, channel, 'For twenty');
  await Promise.all(hearings.slice(1).map((hearing) => hearing.until('For twenty')));

  for (const hearing of hearings) hearing.close();
  await until('all have left', async () => (await countListeners(app.url)) === 0);
});

test('a process that is full sends listeners elsewhere', async () => {
  const small = await app.another({ HEDDLE_ROLES: 'web', HEDDLE_LISTENERS_MAX: '2' });
  const [first] = await Promise.all([listen(small.url, ann), listen(small.url, ben)]);

  const refused = await request(small.url, cleo);
  const polled = await cleo.fetch(`${small.url}${feedPath}/poll?after=0-0`);
  first.close();
  const admitted = await until('there is room', async () => {
    const response = await request(small.url, cleo);
    return response.status === 200 ? response : undefined;
  });
  await admitted.body?.cancel();

  assert.deepEqual([refused.status, polled.status], [503, 503]);
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
});

test('a listener that does not read is cut off, and goes on from where it was', async () => {
  const text = '🦷'.repeat(24_000).replace(/(.{800})/gu, '$1\n\n');
  const threads = await Promise.all(
    Array.from({ length: 8 }, () => startThread(ann, channel, text)),
  );
  const ids = threads.map(({ thread_id }) => thread_id);
  const { cookie } = await openSession(app, organization, ben.member);
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`GET ${feedPath} HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookie}\r\n\r\n`);
  const [start = ''] = await until('it was greeted', () => {
    const greeting = String(socket.read() ?? '');
    return /id: \d+-\d+/.exec(greeting)?.[0].slice(4).split('\n');
  });

  await until('it was cut off', async () => {
    await asOwner(
      app.address,
      `insert into platform.event (organization, type, subject, data, created_at)
       select $1, 'thread.edited', unnest($2::text[]), '{}', now()`,
      [organization, ids],
    );
    return (await countListeners(app.url)) === 0;
  });
  socket.destroy();
  const again = await listen(app.url, ben, { lastEventId: start });
  await until('it has caught up', () => again.of('thread').length > 0);
  again.close();

  const heard = again.of('thread').map(({ thread }) => thread.thread_id);
  assert.deepEqual(new Set(heard), new Set(ids));
});

test('a server that stops ends its streams and answers its polls', async () => {
  const leaving = await app.another({ HEDDLE_ROLES: 'web' });
  const hearing = await listen(leaving.url, ben);
  const start = shown(await ben.client.getHome()).position;
  const polled = ben.fetch(`${leaving.url}${feedPath}/poll?after=${start}&wait_seconds=30`);
  await until('both wait', async () => (await countListeners(leaving.url)) === 2);

  await leaving.server.stop();
  await hearing.untilEnded();

  assert.equal(hearing.broken, false);
  assert.equal((await polled).status, 200);
});

test('while the database is away streams stay open, and then nothing is missing', async () => {
  const { host, port, ...address } = app.address as { host: string; port: number; user: string };
  const relay = await relayTo(join(host, `.s.PGSQL.${port}`));
  const config = readConfig({ HEDDLE_DATA: app.dataDirectory, HEDDLE_PORT: '0' });
  const database = (app.address as { database: string }).database;
  const there = { ...address, database, host: '127.0.0.1', port: relay.port };
  const server = new Server(config, there, silent);
  await server.start();
  const url = `http://127.0.0.1:${await server.listen()}`;
  const hearing = await listen(url, ben);

  await startThread(ann, channel, 'Before the outage');
  await hearing.until('Before the outage');
  relay.cut();
  for (let at = 0; at < 5; at += 1) await startThread(ann, channel, `Meanwhile ${at}`);
  const refused = relay.refused();
  await until('it has tried to come back several times', () => relay.refused() > refused + 8);
  relay.mend();
  await hearing.until('Meanwhile 4');
  await startThread(ann, channel, 'After the outage');
  await hearing.until('After the outage');

  const texts = hearing
    .of('thread')
    .map(({ thread }) => String(thread.blocks[0]))
    .filter((text) => /outage|Meanwhile/.test(text));
  assert.deepEqual(texts, [
    'Before the outage',
    ...Array.from({ length: 5 }, (_, at) => `Meanwhile ${at}`),
    'After the outage',
  ]);
  assert.equal(hearing.ended, false);
  hearing.close();
  await server.stop();
  await relay.close();
});

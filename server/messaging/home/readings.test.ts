import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Place } from '../../../contract/messaging/website/shapes.ts';
import { startServer } from '../../testing/server.ts';
import { refused } from '../testing/scene.ts';
import {
  answer,
  makeOffice,
  openChannel,
  openChat,
  say,
  shown,
  startThread,
  type Visitor,
  visit,
} from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

async function makePlaces() {
  const office = await makeOffice(app);
  const { ann, ben } = office;
  const channel_id = await openChannel(ann, 'news', [ben]);
  const chat_id = await openChat(ann, [ben]);
  return { ...office, channel_id, chat_id };
}

/** Position and number of unread things. */
async function readingOf({ client }: Visitor, place_id: string): Promise<[number, number]> {
  const { readings } = shown(await client.listReadings());
  const found = readings.find((one) => one.place_id === place_id);
  assert.ok(found, 'a reading');
  return [found.number, found.unread];
}

async function unreadIn({ client }: Visitor, thread_id: string): Promise<[number, number]> {
  const { reading } = shown(await client.getThread({ params: { thread_id } }));
  return [reading.number, reading.unread];
}

async function mark(
  { client }: Visitor,
  place: Place,
  place_id: string,
  number: number,
  back?: true,
) {
  const body = { place, place_id, number, ...(back ? { back } : {}) };
  return shown(await client.markRead({ body }));
}

test('messages of others are unread until they are read', async () => {
  const { ann, ben, chat_id } = await makePlaces();
  await say(ann, chat_id, 'one');
  await say(ann, chat_id, 'two');

  assert.deepEqual(await readingOf(ann, chat_id), [2, 0]);
  assert.deepEqual(await readingOf(ben, chat_id), [0, 2]);
  const reading = await mark(ben, 'chat', chat_id, 1);
  assert.deepEqual(reading, { place: 'chat', place_id: chat_id, number: 1, unread: 1 });
  assert.deepEqual(await readingOf(ben, chat_id), [1, 1]);
  assert.deepEqual(shown(await ben.client.getHome()).readings, await listOf(ben));
});

async function listOf({ client }: Visitor) {
  return shown(await client.listReadings()).readings;
}

test('a position moves back only when that is asked for', async () => {
  const { ann, ben, chat_id } = await makePlaces();
  for (const text of ['one', 'two', 'three']) await say(ann, chat_id, text);

  await mark(ben, 'chat', chat_id, 3);
  const forward = await mark(ben, 'chat', chat_id, 1);
  const back = await mark(ben, 'chat', chat_id, 1, true);

  assert.deepEqual([forward.number, forward.unread], [3, 0]);
  assert.deepEqual([back.number, back.unread], [1, 2]);
});

test('nobody has read what is not there yet', async () => {
  const { ann, ben, channel_id, chat_id } = await makePlaces();
  await say(ann, chat_id, 'one');
  const { thread_id } = await startThread(ann, channel_id, 'x');
  const beyond = Number.MAX_SAFE_INTEGER;

  const marked = [
    await mark(ben, 'chat', chat_id, beyond),
    await mark(ben, 'channel', channel_id, beyond, true),
    await mark(ben, 'thread', thread_id, beyond),
    await mark(ben, 'inbox', ben.user_id, beyond),
  ];
  await say(ann, chat_id, 'two');
  await startThread(ann, channel_id, 'y');
  await answer(ann, thread_id, `<@${ben.user_id}|Ben>`);

  assert.deepEqual(
    marked.map(({ number }) => number),
    [1, 1, 0, 0],
  );
  assert.deepEqual((await readingOf(ben, chat_id))[1], 1);
  assert.deepEqual((await readingOf(ben, channel_id))[1], 2);
  assert.deepEqual((await unreadIn(ben, thread_id))[1], 1);
  assert.deepEqual((await readingOf(ben, ben.user_id))[1], 1);
});

test('what is deleted is not unread, and own posts never were', async () => {
  const { ann, ben, channel_id, chat_id } = await makePlaces();
  const { message_id } = await say(ann, chat_id, 'one');
  const kept = await startThread(ann, channel_id, 'kept');
  const { thread_id } = await startThread(ann, channel_id, 'gone');
  await startThread(ben, channel_id, 'own');
  const { comment_id } = await answer(ann, kept.thread_id, 'gone');
  await mark(ben, 'thread', kept.thread_id, 0);
  assert.deepEqual((await readingOf(ben, channel_id))[1], 2);

  await ann.client.removeMessage({ params: { message_id } });
  await ann.client.removeThread({ params: { thread_id } });
  await ann.client.removeComment({ params: { comment_id } });

  assert.deepEqual((await readingOf(ben, chat_id))[1], 0);
  assert.deepEqual(await unreadIn(ben, kept.thread_id), [0, 0]);
  assert.deepEqual((await readingOf(ben, channel_id))[1], 0);
});

test('a channel has unread threads: new ones, and those with something new in them', async () => {
  const { ann, ben, channel_id } = await makePlaces();
  const first = await startThread(ann, channel_id, 'first');
  const second = await startThread(ann, channel_id, 'second');
  assert.deepEqual(await readingOf(ben, channel_id), [0, 2]);

  await mark(ben, 'channel', channel_id, second.number);
  assert.deepEqual(await readingOf(ben, channel_id), [2, 0]);
  await answer(ann, first.thread_id, 'again');
  assert.deepEqual(await readingOf(ben, channel_id), [2, 1]);
  await mark(ben, 'thread', first.thread_id, 1);

  assert.deepEqual(await readingOf(ben, channel_id), [2, 0]);
  assert.deepEqual(await unreadIn(ben, first.thread_id), [1, 0]);
  await answer(ben, first.thread_id, 'own');
  assert.deepEqual(await readingOf(ben, channel_id), [2, 0]);
  assert.deepEqual(await readingOf(ann, channel_id), [0, 1]);
});

test('who comes later has read what was there before', async () => {
  const { ann, cleo, channel_id } = await makePlaces();
  const group = await openChat(ann, [ann], 'Lunch');
  await startThread(ann, channel_id, 'before');
  await say(ann, group, 'before');

  const { user_id } = cleo;
  shown(await cleo.client.addChannelMember({ params: { channel_id, user_id } }));
  shown(await ann.client.addChatMember({ params: { chat_id: group, user_id } }));
  assert.deepEqual(await readingOf(cleo, channel_id), [1, 0]);
  assert.deepEqual(await readingOf(cleo, group), [1, 0]);
  await startThread(ann, channel_id, 'after');
  await say(ann, group, 'after');

  assert.deepEqual(await readingOf(cleo, channel_id), [1, 1]);
  assert.deepEqual(await readingOf(cleo, group), [1, 1]);
});

test('comments in a thread that was never opened are unread until it is opened', async () => {
  const { ann, ben, cleo, channel_id } = await makePlaces();
  const { thread_id } = await startThread(ann, channel_id, 'first');
  const unreadOfThread = async ({ client }: Visitor) => {
    const { readings } = shown(await client.listThreads({ params: { channel_id } }));
    return readings.map(({ number, unread }) => [number, unread]);
  };
  const unopened = await unreadOfThread(ben);

  await answer(ann, thread_id, 'one');
  await answer(ann, thread_id, 'two');
  await mark(ben, 'channel', channel_id, 3);
  const looked = await unreadOfThread(ben);
  const outside = await unreadOfThread(cleo);
  shown(await cleo.client.addChannelMember({ params: { channel_id, user_id: cleo.user_id } }));
  const joined = await unreadOfThread(cleo);
  await answer(ann, thread_id, 'three');
  const later = await unreadOfThread(cleo);
  await mark(ben, 'thread', thread_id, 3);

  assert.deepEqual([unopened, looked], [[], [[0, 2]]]);
  assert.deepEqual([outside, joined, later], [[], [], [[2, 1]]]);
  assert.deepEqual(await unreadIn(cleo, thread_id), [2, 1]);
  assert.deepEqual(await unreadOfThread(ben), [[3, 0]]);
});

test('the readings of some threads can be asked for, of those that the member may read', async () => {
  const { ann, ben, cleo, channel_id } = await makePlaces();
  const { thread_id } = await startThread(ann, channel_id, 'first');
  await answer(ann, thread_id, 'one');
  const secret = await openChannel(ann, 'secret', [], 'private');
  const hidden = await startThread(ann, secret, 'hidden');
  const threads = `${thread_id},${hidden.thread_id},12345678901,${thread_id}`;
  const asked = async ({ client }: Visitor) => {
    const { readings } = shown(await client.listReadings({ query: { threads } }));
    return readings.filter(({ place }) => place === 'thread').map(({ place_id }) => place_id);
  };

  assert.deepEqual((await asked(ann)).toSorted(), [thread_id, hidden.thread_id].toSorted());
  assert.deepEqual(await asked(ben), [thread_id]);
  assert.deepEqual(await asked(cleo), []);
  refused(await ann.client.listReadings({ query: { threads: 'a' } }), 400, 'invalid_request');
});

test('places that somebody is not in have no reading, and none after leaving', async () => {
  const { ann, ben, cleo, channel_id, chat_id } = await makePlaces();
  const group = await openChat(ann, [ben], 'Lunch');
  const before = await listOf(ben);
  const params = { user_id: ben.user_id };
  shown(await ben.client.removeChannelMember({ params: { ...params, channel_id } }));
  shown(await ben.client.removeChatMember({ params: { ...params, chat_id: group } }));

  const after = await listOf(ben);
  const places = (readings: { place_id: string }[]) => readings.map(({ place_id }) => place_id);
  assert.deepEqual(places(before).sort(), [channel_id, chat_id, group, ben.user_id].sort());
  assert.deepEqual(places(after).sort(), [chat_id, ben.user_id].sort());
  assert.deepEqual(places(await listOf(cleo)), [cleo.user_id]);
});

test('each member reads for themselves, and at once nothing is lost', async () => {
  const { organization, ann, ben, chat_id } = await makePlaces();
  const other = await visit(app, organization);
  for (let at = 0; at < 8; at += 1) await say(ann, chat_id, 'x');

  await Promise.all([5, 2, 8, 3, 1, 7].map((number) => mark(ben, 'chat', chat_id, number)));

  assert.deepEqual(await readingOf(ben, chat_id), [8, 0]);
  const body = { place: 'chat' as const, place_id: chat_id, number: 1 };
  refused(await other.client.markRead({ body }), 404, 'chat_not_found');
});

test('unread things are counted up to a hundred', async () => {
  const { ann, ben, chat_id } = await makePlaces();
  await Promise.all(Array.from({ length: 103 }, () => say(ann, chat_id, 'x')));

  assert.deepEqual(await readingOf(ben, chat_id), [0, 100]);
});

test('there is nothing to read in a place that is not there', async () => {
  const { ann } = await makePlaces();
  const marks: [Place, string, string][] = [
    ['channel', '12345678901', 'channel_not_found'],
    ['channel', 'nothing', 'channel_not_found'],
    ['thread', '12345678901', 'thread_not_found'],
    ['chat', '00000000-0000-4000-8000-000000000000', 'chat_not_found'],
    ['chat', 'nothing', 'chat_not_found'],
  ];

  for (const [place, place_id, word] of marks) {
    refused(await ann.client.markRead({ body: { place, place_id, number: 1 } }), 404, word);
  }
  for (const number of [-1, 1.5, 1e21]) {
    const body = { place: 'inbox' as const, place_id: 'me', number };
    refused(await ann.client.markRead({ body }), 400, 'invalid_request');
  }
});

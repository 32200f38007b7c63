import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../../../contract/messaging/website/feed.ts';
import { bodyOf, makeSignedIn } from '../../platform/testing/website.ts';
import { shortId } from '../../runtime/ids.ts';
import { startServer } from '../../testing/server.ts';
import { makeBot, resultOf } from '../testing/scene.ts';
import {
  answer,
  makeOffice,
  openChannel,
  openChat,
  say,
  shown,
  startThread,
  visit,
} from '../testing/website.ts';
import { type Hearing, listen, request } from './testing/hearing.ts';

const app = await startServer();
const { organization, ann, ben, cleo, zoe } = await makeOffice(app);
const everybody = await openChannel(ann, 'Everybody', [ben, cleo]);
let things = 0;

function nameless(): string {
  things += 1;
  return `Thing ${things}`;
}

const privately = (...others: (typeof ben)[]) => openChannel(ann, nameless(), others, 'private');

/** Posts something that all hear, and waits for it: what was not heard by then is not heard. */
async function untilHeard(...hearings: Hearing[]): Promise<void> {
  const text = `Marker ${nameless()}`;
  await startThread(ann, everybody, text);
  await Promise.all(hearings.map((hearing) => hearing.until(text)));
}

/** They hear what happens from now on: of what was before, a part may not have been told yet. */
async function listening<P extends (typeof ben)[]>(...people: P) {
  const settling = await listen(app.url, ann);
  await untilHeard(settling);
  settling.close();
  const after = settling.position;
  const opened = await Promise.all(people.map((person) => listen(app.url, person, { after })));
  return opened as { [At in keyof P]: Hearing };
}

const without = (changes: Change[], channel: string) =>
  changes.filter((one) => !('thread' in one && one.thread.channel_id === channel));

const joinOf = (channel_id: string, { user_id }: typeof ben) => ({
  params: { channel_id, user_id },
});

test('another organization hears nothing', async () => {
  const [stranger, member] = await listening(zoe, ben);

  const { thread_id } = await startThread(ann, everybody, 'Ours');
  await answer(ann, thread_id, 'Ours too');
  await member.until('Ours too');
  const theirs = await openChannel(zoe, 'Theirs');
  await startThread(zoe, theirs, 'Theirs');
  await stranger.until('Theirs');

  assert.doesNotMatch(JSON.stringify(stranger.frames), new RegExp(`Ours|${everybody}`));
  assert.doesNotMatch(JSON.stringify(member.frames), /Theirs/);
});

test('what happens in a private channel is heard by its members only', async () => {
  const [inside, outside] = await listening(ben, cleo);

  const channel = await privately(ben);
  const { thread_id } = await startThread(ann, channel, 'Secret');
  const { comment_id } = await answer(ben, thread_id, 'Secret answer');
  await ann.client.react({ body: { comment_id, emoji: '🤫', reacted: true } });
  await ann.client.changeChannel({
    params: { channel_id: channel },
    body: { description: 'Secret description' },
  });
  await ben.client.markRead({ body: { place: 'thread', place_id: thread_id, number: 1 } });
  await inside.until('Secret description');
  await untilHeard(outside);

  assert.match(JSON.stringify(inside.changes), /Secret answer.*🤫|🤫.*Secret answer/s);
  assert.deepEqual(without(outside.changes, everybody), []);
});

test('a chat is heard by its members only', async () => {
  const [inside, outside] = await listening(ben, cleo);

  const direct = await openChat(ann, [ben]);
  await say(ann, direct, 'Between us');
  const group = await openChat(ann, [ben], nameless());
  await say(ben, group, 'In the group');
  await ben.client.changeChat({ params: { chat_id: group }, body: { name: 'Renamed' } });
  await inside.until('Renamed');
  await untilHeard(outside);

  const chats = inside.of('chat').map(({ chat }) => chat.chat_id);
  assert.ok(chats.includes(direct) && chats.includes(group));
  assert.deepEqual(without(outside.changes, everybody), []);
});

test('who is added to a private channel hears of it, and of what follows', async () => {
  const channel = await privately();
  const [newcomer] = await listening(cleo);
  await startThread(ann, channel, 'Before she came');
  await untilHeard(newcomer);

  await ann.client.addChannelMember(joinOf(channel, cleo));
  await startThread(ann, channel, 'After she came');
  await newcomer.until('After she came');

  assert.doesNotMatch(JSON.stringify(newcomer.frames), /Before she came/);
  assert.deepEqual(newcomer.of('places').at(-1)?.channel_ids, [channel]);
  assert.equal(newcomer.of('channel').at(-1)?.channel.member_count, 2);
});

test('who is taken out of a private channel hears that, and nothing of what follows', async () => {
  const channel = await privately(ben, cleo);
  const [stays, goes] = await listening(ben, cleo);

  await startThread(ann, channel, 'While she is there');
  await goes.until('While she is there');
  await ann.client.removeChannelMember(joinOf(channel, cleo));
  const { thread_id } = await startThread(ann, channel, 'Behind her back');
  await ann.client.editThread({ params: { thread_id }, body: { text: 'Behind her back, again' } });
  await stays.until('Behind her back, again');
  await untilHeard(goes);

  assert.doesNotMatch(JSON.stringify(goes.frames), /Behind her back/);
  assert.deepEqual(goes.of('places').at(-1)?.channel_ids, [channel]);
  assert.deepEqual(stays.of('places'), []);
});

test('what was written after somebody left is not shown as the present state of before', async () => {
  const channel = await privately(cleo);
  const { thread_id } = await startThread(ann, channel, 'Harmless');
  const [before] = await listening(cleo);
  await ann.client.editThread({ params: { thread_id }, body: { text: 'Still harmless' } });
  await before.until('Still harmless');
  await ann.client.removeChannelMember(joinOf(channel, cleo));
  await ann.client.editThread({ params: { thread_id }, body: { text: 'About Cleo' } });

  const late = await listen(app.url, cleo, { after: before.frames[0]?.id as string });
  await untilHeard(late);

  assert.deepEqual(
    late.of('thread').filter(({ thread }) => thread.thread_id === thread_id),
    [],
  );
  assert.doesNotMatch(JSON.stringify(late.frames), /About Cleo/);
});

test('a channel that turns private is gone for who is not in it', async () => {
  const channel = await openChannel(ann, nameless(), [ben]);
  const params = { channel_id: channel };
  const [inside, outside] = await listening(ben, cleo);
  await startThread(ann, channel, 'In the open');
  await outside.until('In the open');

  await ann.client.changeChannel({ params, body: { privacy: 'private' } });
  await startThread(ann, channel, 'Behind the door');
  await ann.client.changeChannel({ params, body: { description: 'Ours alone' } });
  await inside.until('Ours alone');
  await untilHeard(outside);

  assert.deepEqual(outside.of('places'), [{ kind: 'places', channel_ids: [channel] }]);
  assert.doesNotMatch(JSON.stringify(outside.frames), /Behind the door|Ours alone/);
  assert.match(JSON.stringify(inside.frames), /Behind the door/);
  assert.deepEqual(inside.of('places'), []);
});

test('a channel that turns public is there for everybody', async () => {
  const channel = await privately(ben);
  const [outside] = await listening(cleo);

  const body = { privacy: 'public' as const };
  await ann.client.changeChannel({ params: { channel_id: channel }, body });
  await startThread(ann, channel, 'Come in');
  await outside.until('Come in');

  assert.equal(outside.of('channel').at(-1)?.channel.privacy, 'public');
  assert.deepEqual(outside.of('places').at(-1)?.channel_ids, [channel]);
});

test('who joins or leaves a public channel hears so on their other pages; the count is for all', async () => {
  const channel = await openChannel(ann, nameless());
  const [own, others] = await listening(cleo, ben);

  shown(await cleo.client.addChannelMember(joinOf(channel, cleo)));
  await untilHeard(own, others);
  shown(await cleo.client.removeChannelMember(joinOf(channel, cleo)));
  await untilHeard(own, others);

  const counts = others.of('channel').map((one) => one.channel.member_count);
  assert.deepEqual([counts[0], counts.at(-1)], [2, 1]);
  assert.deepEqual(new Set(own.of('places').flatMap((one) => one.channel_ids)), new Set([channel]));
  assert.deepEqual(others.of('places'), []);
});

test('members come into a group chat and leave it', async () => {
  const chat = await openChat(ann, [ben], nameless());
  const [hearing] = await listening(cleo);
  const params = { chat_id: chat, user_id: cleo.user_id };

  await ann.client.addChatMember({ params });
  await say(ann, chat, 'With Cleo');
  await hearing.until('With Cleo');
  const members = hearing.of('chat').at(-1)?.chat.member_ids;
  await ann.client.removeChatMember({ params });
  await say(ann, chat, 'Without her again');
  await untilHeard(hearing);

  assert.ok(members?.includes(cleo.user_id));
  assert.doesNotMatch(JSON.stringify(hearing.frames), /Without her again/);
  assert.ok(hearing.of('places').length >= 2);
});

test('a deleted chat is heard as deleted, and what was said in it no more', async () => {
  const bot = await makeBot(app, shortId('organization', organization), nameless());
  const created = await bot.client.createChat({
    body: { name: nameless(), userIDs: [ben.user_id] },
  });
  const { chatID } = resultOf(created);
  const [before] = await listening(ben);
  await bot.client.postChatMessage({ body: { chatID, body: 'Gone with the chat' } });
  await before.until('Gone with the chat');

  await bot.client.deleteChat({ body: { chatID } });
  await untilHeard(before);
  const late = await listen(app.url, ben, { after: before.frames[0]?.id as string });
  await untilHeard(late);

  assert.ok(before.of('chat').at(-1)?.chat.deleted_at);
  assert.ok(late.of('chat').at(-1)?.chat.deleted_at);
  assert.doesNotMatch(JSON.stringify(late.frames), /Gone with the chat/);
});

test('whose membership ends hears nothing any more', async () => {
  const owner = await makeSignedIn(app, organization, 'owner');
  const dave = await visit(app, organization, { name: 'Dave' });
  const [stays, goes] = await listening(ben, dave);

  const params = { id: shortId('member', dave.member.id) };
  bodyOf(await owner.website.endMember({ params }));
  await goes.untilEnded();
  await untilHeard(stays);

  assert.equal((await request(app.url, dave)).status, 401);
  const last = stays.of('user').at(-1)?.user;
  assert.deepEqual([last?.name, last?.is_active], ['Dave', false]);
});

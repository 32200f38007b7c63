import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import {
  answer,
  makeOffice,
  openChannel,
  openChat,
  say,
  shown,
  startThread,
  type Visitor,
} from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

const named = ({ user_id }: Visitor) => `hello <@${user_id}|you>`;

async function makePlaces() {
  const office = await makeOffice(app);
  const { ann, ben } = office;
  const channel_id = await openChannel(ann, 'news', [ben]);
  const chat_id = await openChat(ann, [ben], 'Lunch');
  return { ...office, channel_id, chat_id };
}

async function inboxOf({ client }: Visitor, query: object = {}) {
  return shown(await client.listNotices({ query }));
}

async function numbersOf(visitor: Visitor): Promise<number[]> {
  return (await inboxOf(visitor)).notices.map(({ number }) => number);
}

async function unreadOf({ client, user_id }: Visitor) {
  const { readings } = shown(await client.listReadings());
  return readings.find(({ place_id }) => place_id === user_id)?.unread;
}

test('mentions and replies are in the inbox, the latest first, with the posts as they are', async () => {
  const { ann, ben, channel_id, chat_id } = await makePlaces();
  const thread = await startThread(ann, channel_id, named(ben));
  const own = await startThread(ben, channel_id, 'mine');
  const reply = await answer(ann, own.thread_id, 'a reply');
  const message = await say(ann, chat_id, named(ben));
  const edited = shown(
    await ann.client.editMessage({
      params: { message_id: message.message_id },
      body: { text: `${named(ben)}, in other words` },
    }),
  ).message;

  const { notices, has_more } = await inboxOf(ben);

  assert.equal(has_more, false);
  const posts = notices.map(({ number, reason, thread: t, comment, message: m }) => {
    return { number, reason, post: t ?? comment ?? m };
  });
  assert.deepEqual(posts, [
    { number: 3, reason: 'mention', post: edited },
    { number: 2, reason: 'reply', post: reply },
    { number: 1, reason: 'mention', post: { ...thread } },
  ]);
  assert.equal(await unreadOf(ben), 3);
});

test('nobody is told of their own posts, and everybody once of each', async () => {
  const { ann, ben, channel_id } = await makePlaces();
  const thread = await startThread(ben, channel_id, `${named(ben)} ${named(ann)} ${named(ann)}`);
  const comment = await answer(ann, thread.thread_id, named(ben));
  await answer(ben, thread.thread_id, named(ben), comment.comment_id);

  const [mention, ...more] = (await inboxOf(ben)).notices;
  assert.equal(mention?.reason, 'mention');
  assert.deepEqual(more, []);
  assert.deepEqual(
    (await inboxOf(ann)).notices.map(({ reason }) => reason),
    ['reply', 'mention'],
  );
});

test('who is named later, by an edit, is told then, and nobody twice', async () => {
  const { ann, ben, cleo, channel_id } = await makePlaces();
  const { thread_id } = await startThread(ann, channel_id, named(ben));

  const text = `${named(ben)} ${named(cleo)}`;
  shown(await ann.client.editThread({ params: { thread_id }, body: { text } }));

  assert.deepEqual(await numbersOf(ben), [1]);
  assert.deepEqual(await numbersOf(cleo), [1]);
});

test('who is no longer named after an edit is told no more, unless they were answered', async () => {
  const { ann, ben, cleo, channel_id, chat_id } = await makePlaces();
  const own = await startThread(ben, channel_id, 'mine');
  const { thread_id } = await startThread(ann, channel_id, `${named(ben)} ${named(cleo)}`);
  const { comment_id } = await answer(ann, own.thread_id, `${named(ben)} ${named(cleo)}`);
  const { message_id } = await say(ann, chat_id, named(ben));
  const body = { text: `only ${named(cleo)} now` };

  shown(await ann.client.editThread({ params: { thread_id }, body }));
  shown(await ann.client.editComment({ params: { comment_id }, body }));
  shown(await ann.client.editMessage({ params: { message_id }, body }));

  const reasons = (await inboxOf(ben)).notices.map(({ number, reason }) => [number, reason]);
  assert.deepEqual(reasons, [[2, 'reply']]);
  assert.equal(await unreadOf(ben), 1);
  assert.deepEqual(await numbersOf(cleo), [2, 1]);
});

test('what is deleted leaves the inbox', async () => {
  const { ann, ben, channel_id, chat_id } = await makePlaces();
  const { thread_id } = await startThread(ann, channel_id, named(ben));
  const { comment_id } = await answer(ann, thread_id, named(ben));
  const { message_id } = await say(ann, chat_id, named(ben));

  await ann.client.removeComment({ params: { comment_id } });
  await ann.client.removeThread({ params: { thread_id } });
  await ann.client.removeMessage({ params: { message_id } });

  assert.deepEqual(await numbersOf(ben), []);
  assert.equal(await unreadOf(ben), 0);
});

test('what the member may not read is not there, nor counted, until they may', async () => {
  const { ann, cleo } = await makePlaces();
  const secret = await openChannel(ann, 'secret', [], 'private');
  const group = await openChat(ann, [ann], 'Group');
  const { thread_id } = await startThread(ann, secret, named(cleo));
  await answer(ann, thread_id, named(cleo));
  await say(ann, group, named(cleo));
  assert.deepEqual([await numbersOf(cleo), await unreadOf(cleo)], [[], 0]);

  const { user_id } = cleo;
  shown(await ann.client.addChannelMember({ params: { channel_id: secret, user_id } }));
  shown(await ann.client.addChatMember({ params: { chat_id: group, user_id } }));
  const inside = [await numbersOf(cleo), await unreadOf(cleo)];
  shown(await cleo.client.removeChannelMember({ params: { channel_id: secret, user_id } }));
  shown(await cleo.client.removeChatMember({ params: { chat_id: group, user_id } }));

  assert.deepEqual(inside, [[3, 2, 1], 3]);
  assert.deepEqual([await numbersOf(cleo), await unreadOf(cleo)], [[], 0]);
});

test('of a chat that was deleted nothing is left', async () => {
  const { ann, ben, chat_id } = await makePlaces();
  await say(ann, chat_id, named(ben));
  await app.server.platform.database.system.transaction((tx) =>
    tx.rows('update messaging.chat set deleted_at = now() where id = $1', [chat_id]),
  );

  assert.deepEqual([await numbersOf(ben), await unreadOf(ben)], [[], 0]);
});

test('pages are everything once, though some of it may not be read and more comes', async () => {
  const { ann, ben, channel_id } = await makePlaces();
  const secret = await openChannel(ann, 'secret', [], 'private');
  for (let at = 0; at < 17; at += 1) {
    await startThread(ann, at % 3 === 0 ? secret : channel_id, named(ben));
  }
  const readable = Array.from({ length: 17 }, (_, at) => at + 1).filter((one) => one % 3 !== 1);

  const numbers: number[] = [];
  for (let more = true, before = 18; more; before = numbers.at(-1) ?? 0) {
    const page = await inboxOf(ben, { before, limit: 4 });
    numbers.push(...page.notices.map(({ number }) => number));
    more = page.has_more;
    if (more) assert.equal(page.notices.length, 4);
    await startThread(ann, channel_id, named(ben));
  }

  assert.deepEqual(numbers, readable.toReversed());
});

test('posts at once give numbers without gaps', async () => {
  const { ann, ben, cleo, channel_id, chat_id } = await makePlaces();

  await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      at % 2
        ? startThread(cleo, channel_id, `${named(ben)} ${named(ann)}`)
        : say(ann, chat_id, named(ben)),
    ),
  );

  assert.deepEqual(
    await numbersOf(ben),
    Array.from({ length: 20 }, (_, at) => 20 - at),
  );
  assert.equal((await numbersOf(ann)).length, 10);
});

test('the inbox is read up to a number', async () => {
  const { ann, ben, channel_id } = await makePlaces();
  for (let at = 0; at < 3; at += 1) await startThread(ann, channel_id, named(ben));
  const body = { place: 'inbox' as const, place_id: 'me', number: 2 };

  const reading = shown(await ben.client.markRead({ body }));

  assert.deepEqual(reading, { place: 'inbox', place_id: ben.user_id, number: 2, unread: 1 });
  assert.equal(await unreadOf(ben), 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
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

async function nameOf({ client }: Visitor, id: string) {
  return shown(await client.findName({ params: { id } }));
}

async function endMembership(memberId: number): Promise<void> {
  await app.server.platform.database.system.transaction((tx) =>
    tx.rows('update platform.member set ended_at = now() where id = $1', [memberId]),
  );
}

test('the home shows the people, and the places that the member may read', async () => {
  const { ann, ben, cleo, zoe } = await makeOffice(app);
  const open = await openChannel(ann, 'b-open');
  const secret = await openChannel(ann, 'a-secret', [ben], 'private');
  const chat = await openChat(ann, [ben]);

  const home = async ({ client }: Visitor) => {
    const { users, channels, joined_channel_ids, chats, user_id } = shown(await client.getHome());
    return {
      user_id,
      users: users.map(({ name }) => name),
      channels: channels.map(({ channel_id }) => channel_id),
      joined: joined_channel_ids,
      chats: chats.map(({ chat_id }) => chat_id),
    };
  };

  const users = ['Ann', 'Ben', 'Cleo'];
  assert.deepEqual(await home(ben), {
    user_id: ben.user_id,
    users,
    channels: [secret, open],
    joined: [secret],
    chats: [chat],
  });
  assert.deepEqual(await home(cleo), {
    user_id: cleo.user_id,
    users,
    channels: [open],
    joined: [],
    chats: [],
  });
  assert.deepEqual((await home(zoe)).channels, []);
  assert.deepEqual((await home(zoe)).users, ['Zoe']);
});

test('who left is no longer active, and what they wrote stays', async () => {
  const { ann, ben } = await makeOffice(app);
  const channel_id = await openChannel(ann, 'news', [ben]);
  const { thread_id } = await startThread(ben, channel_id, 'bye');

  await endMembership(ben.member.id);

  const { users } = shown(await ann.client.getHome());
  const activity = users.map(({ name, is_active }) => [name, is_active]);
  assert.deepEqual(activity, [
    ['Ann', true],
    ['Ben', false],
    ['Cleo', true],
  ]);
  const { thread } = shown(await ann.client.getThread({ params: { thread_id } }));
  assert.equal(thread.author_id, ben.user_id);
  const answers = [
    await ben.client.getHome(),
    await ben.client.getThread({ params: { thread_id } }),
    await ben.client.startThread({ body: { channel_id, text: 'again' } }),
    await ben.client.search({ query: { q: 'bye' } }),
  ];
  for (const one of answers) refused(one, 401, 'invalid_auth');
});

test('every id in a URL names one thing and its place', async () => {
  const { ann, ben } = await makeOffice(app);
  const channel_id = await openChannel(ann, 'news', [ben]);
  const chat_id = await openChat(ann, [ben]);
  const { thread_id } = await startThread(ann, channel_id, 'x');
  const { comment_id } = await answer(ann, thread_id, 'x');
  await say(ann, chat_id, 'x');
  const { message_id } = await say(ann, chat_id, 'y');
  const none = { channel_id: null, thread_id: null, chat_id: null, number: null };

  const found = [
    await nameOf(ben, channel_id),
    await nameOf(ben, thread_id),
    await nameOf(ben, comment_id),
    await nameOf(ben, ann.user_id),
    await nameOf(ben, chat_id),
    await nameOf(ben, message_id.toUpperCase()),
  ];

  assert.deepEqual(found, [
    { ...none, kind: 'channel', channel_id },
    { ...none, kind: 'thread', channel_id, thread_id },
    { ...none, kind: 'comment', channel_id, thread_id, number: 1 },
    { ...none, kind: 'user' },
    { ...none, kind: 'chat', chat_id },
    { ...none, kind: 'message', chat_id, number: 2 },
  ]);
});

test('what the member may not read has no name', async () => {
  const { ann, cleo, zoe } = await makeOffice(app);
  const channel_id = await openChannel(ann, 'secret', [], 'private');
  const chat_id = await openChat(ann, [ann], 'Own');
  const { thread_id } = await startThread(ann, channel_id, 'x');
  const { comment_id } = await answer(ann, thread_id, 'x');
  const { message_id } = await say(ann, chat_id, 'x');
  const ids = [channel_id, thread_id, comment_id, chat_id, message_id];

  for (const { client } of [cleo, zoe]) {
    const strange = ['12345678901', '00000000-0000-4000-8000-000000000000', 'x', '%'];
    for (const id of [...ids, ...strange]) {
      refused(await client.findName({ params: { id } }), 404, 'not_found');
    }
  }
  refused(await zoe.client.findName({ params: { id: ann.user_id } }), 404, 'not_found');
});

test('a deleted thread has a name while it has comments', async () => {
  const { ann } = await makeOffice(app);
  const channel_id = await openChannel(ann, 'news');
  const { thread_id: id } = await startThread(ann, channel_id, 'x');
  const { comment_id } = await answer(ann, id, 'x');
  await ann.client.removeThread({ params: { thread_id: id } });

  assert.equal((await nameOf(ann, id)).kind, 'thread');
  await app.server.platform.database.system.transaction((tx) =>
    tx.rows('update messaging.thread set comment_count = 0 where id = $1', [id]),
  );
  refused(await ann.client.findName({ params: { id } }), 404, 'not_found');
  refused(await ann.client.findName({ params: { id: comment_id } }), 404, 'not_found');
});

test('a member who comes later is in the channels that are for everybody', async () => {
  const { organization, ann } = await makeOffice(app);
  const channel_id = await openChannel(ann, 'by a member');

  const late = await visit(app, organization);

  const { channels, joined_channel_ids } = shown(await late.client.getHome());
  assert.deepEqual(
    channels.map((one) => one.channel_id),
    [channel_id],
  );
  assert.deepEqual(joined_channel_ids, []);
});

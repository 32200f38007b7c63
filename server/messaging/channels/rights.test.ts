import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortId } from '../../runtime/ids.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import { makeBot, refused } from '../testing/scene.ts';
import {
  answer,
  makeOffice,
  openChannel,
  openChat,
  shown,
  startThread,
  type Visitor,
  visit,
} from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

/** An office with an owner, in which Ann has opened a channel with Ben and the owner in it. */
async function makeChannel(privacy: 'public' | 'private' = 'public') {
  const office = await makeOffice(app);
  const owner = await visit(app, office.organization, { name: 'Olga', role: 'owner' });
  const admin = await visit(app, office.organization, { name: 'Adam', role: 'admin' });
  const channel_id = await openChannel(office.ann, 'news', [office.ben, owner], privacy);
  return { ...office, owner, admin, channel_id, params: { channel_id } };
}

async function stateOf({ client }: Visitor, id: string) {
  return shown(await client.getHome()).channels.find(({ channel_id }) => channel_id === id);
}

async function membersOf({ client }: Visitor, channel_id: string): Promise<string[]> {
  return shown(await client.listChannelMembers({ params: { channel_id } })).user_ids;
}

test('a plain member takes nobody out of a channel that somebody else opened', async () => {
  const { ann, ben, owner, admin, channel_id } = await makeChannel();
  const remove = ({ client }: Visitor, { user_id }: Visitor) =>
    client.removeChannelMember({ params: { channel_id, user_id } });

  refused(await remove(ben, owner), 403, 'not_allowed');
  refused(await remove(ben, ann), 403, 'not_allowed');
  const others = await membersOf(ann, channel_id);
  shown(await remove(ben, ben));
  shown(await remove(admin, owner));
  shown(await remove(ann, owner));

  assert.deepEqual(others, [ann, ben, owner].map(({ user_id }) => user_id).sort());
  assert.deepEqual(await membersOf(ann, channel_id), [ann.user_id]);
});

test('who opened it, admins and owners change name, privacy and rights, and archive it', async () => {
  const { ann, ben, owner, admin, params } = await makeChannel();
  const bodies = [
    { name: 'mine' },
    { privacy: 'private' },
    { members_may_change: false },
    { is_archived: true },
  ] as const;

  for (const body of bodies) {
    refused(await ben.client.changeChannel({ params, body }), 403, 'not_allowed');
  }
  for (const { client } of [ann, owner, admin]) {
    for (const body of [{ name: 'other' }, { members_may_change: false }, { is_archived: true }]) {
      shown(await client.changeChannel({ params, body }));
    }
    const body = { name: 'news', members_may_change: true, is_archived: false };
    shown(await client.changeChannel({ params, body }));
  }
});

test('what a form sends back unchanged is no change', async () => {
  const { ben, params } = await makeChannel();
  const body = {
    name: 'news',
    description: 'Of the day',
    privacy: 'public',
    members_may_change: true,
    is_archived: false,
  } as const;

  const { channel } = shown(await ben.client.changeChannel({ params, body }));

  assert.equal(channel.description, 'Of the day');
});

test('members add people and say what it is about as long as the channel lets them', async () => {
  const { ann, ben, cleo, params } = await makeChannel();
  const add = ({ client }: Visitor, { user_id }: Visitor) =>
    client.addChannelMember({ params: { ...params, user_id } });
  const describe = ({ client }: Visitor, description: string) =>
    client.changeChannel({ params, body: { description } });

  refused(await describe(cleo, 'a'), 403, 'not_allowed');
  refused(await add(cleo, ann), 403, 'not_allowed');
  shown(await add(ben, cleo));
  shown(await describe(ben, 'b'));
  shown(await ann.client.changeChannel({ params, body: { members_may_change: false } }));
  refused(await add(ben, cleo), 403, 'not_allowed');
  refused(await describe(ben, 'c'), 403, 'not_allowed');
  shown(await cleo.client.removeChannelMember({ params: { ...params, user_id: cleo.user_id } }));
  shown(await add(cleo, cleo));
  shown(await describe(ann, 'd'));
});

test('an archived channel is read, and nothing is written in it, until it is opened again', async () => {
  const { organization, ann, ben, cleo, params, channel_id } = await makeChannel();
  const { thread_id } = await startThread(ben, channel_id, 'hello');
  const { comment_id } = await answer(ben, thread_id, 'again');
  shown(await ann.client.changeChannel({ params, body: { is_archived: true } }));
  const write = (text: string) => [
    ben.client.startThread({ body: { channel_id, text } }),
    ben.client.answerThread({ body: { thread_id, text } }),
    ben.client.editThread({ params: { thread_id }, body: { text } }),
    ben.client.editComment({ params: { comment_id }, body: { text } }),
    ben.client.react({ body: { thread_id, emoji: '👍', reacted: true } }),
    ben.client.react({ body: { comment_id, emoji: '👍', reacted: true } }),
    cleo.client.addChannelMember({ params: { channel_id, user_id: cleo.user_id } }),
  ];

  for (const one of write('no')) refused(await one, 403, 'not_allowed');
  const { threads } = shown(await cleo.client.listThreads({ params }));
  assert.deepEqual(
    threads.map(({ blocks }) => blocks),
    [['hello']],
  );
  assert.equal((await stateOf(ben, channel_id))?.is_archived, true);
  shown(await ben.client.removeComment({ params: { comment_id } }));
  const newcomer = await visit(app, organization);
  assert.deepEqual(shown(await newcomer.client.getHome()).joined_channel_ids, []);
  shown(await ann.client.changeChannel({ params, body: { is_archived: false } }));
  await startThread(ben, channel_id, 'yes');
});

test('a bot neither sees an archived channel in its list nor posts in it', async () => {
  const { organization, ann, params } = await makeChannel();
  const { client } = await makeBot(app, shortId('organization', organization), 'Reporter');
  shown(await ann.client.changeChannel({ params, body: { is_archived: true } }));

  const listed = await client.listChannels();
  const posted = await client.postThread({ body: { channel: 'news', blocks: ['x'] } });

  assert.deepEqual(listed.ok && listed.body.result, []);
  refused(posted, 403, 'not_allowed');
});

test('owners and admins see the names of private channels, and nothing of what is in them', async () => {
  const { organization, ann, owner, admin, cleo, params, channel_id } =
    await makeChannel('private');
  await startThread(ann, channel_id, 'secret');
  const stranger = await visit(app, organization, { role: 'owner' });

  for (const { client } of [admin, stranger]) {
    const { channels } = shown(await client.listPrivateChannels());
    assert.deepEqual(channels, [{ channel_id, name: 'news', member_count: 3, is_archived: false }]);
    refused(await client.listThreads({ params }), 404, 'channel_not_found');
  }
  // Who is in it has it in their home.
  assert.deepEqual(shown(await owner.client.listPrivateChannels()).channels, []);
  refused(await cleo.client.listPrivateChannels(), 403, 'not_allowed');
  refused(await ann.client.listPrivateChannels(), 403, 'not_allowed');
});

test('an admin takes a private channel over, which is audited and told in the channel', async () => {
  const { ann, admin, cleo, zoe, params, channel_id } = await makeChannel('private');

  refused(await cleo.client.takeChannelOver({ params }), 403, 'not_allowed');
  refused(await zoe.client.takeChannelOver({ params }), 403, 'not_allowed');
  const { channel } = shown(await admin.client.takeChannelOver({ params }));
  const again = shown(await admin.client.takeChannelOver({ params }));

  assert.equal(channel.member_count, 4);
  assert.equal(again.channel.revision, channel.revision, 'there is nothing to take any more');
  assert.ok((await membersOf(ann, channel_id)).includes(admin.user_id));
  const { threads } = shown(await ann.client.listThreads({ params }));
  const told = threads.map(({ author_id, blocks, is_announcement }) => ({
    author_id,
    blocks,
    is_announcement,
  }));
  const blocks = [
    'I have joined this private channel as an owner or admin. Owners and admins can join any ' +
      'private channel, and its members are told when they do.',
  ];
  assert.deepEqual(told, [{ author_id: admin.user_id, blocks, is_announcement: true }]);
  const select = 'select from platform.audit where subject = $1 and action = $2';
  const audited = await asOwner(app.address, select, [channel_id, 'channel.take']);
  assert.equal(audited.length, 1);
  shown(await admin.client.changeChannel({ params, body: { privacy: 'public' } }));
});

test('what tells of a takeover can be answered, and neither edited nor deleted', async () => {
  const { ann, admin, params } = await makeChannel('private');
  shown(await admin.client.takeChannelOver({ params }));
  const { threads } = shown(await ann.client.listThreads({ params }));
  const thread_id = threads[0]?.thread_id ?? '';
  const body = { text: 'Nothing happened' };

  refused(await admin.client.editThread({ params: { thread_id }, body }), 403, 'not_allowed');
  refused(await admin.client.removeThread({ params: { thread_id } }), 403, 'not_allowed');
  await answer(ann, thread_id, 'Why?');
});

test('a private channel that nobody is in, or that is archived, can be taken over', async () => {
  const { ann, ben, owner, admin, params, channel_id } = await makeChannel('private');
  shown(await ann.client.changeChannel({ params, body: { is_archived: true } }));
  for (const { client, user_id } of [ben, owner, ann]) {
    shown(await client.removeChannelMember({ params: { channel_id, user_id } }));
  }

  const listed = shown(await admin.client.listPrivateChannels()).channels;
  const { channel } = shown(await admin.client.takeChannelOver({ params }));

  assert.deepEqual(listed, [{ channel_id, name: 'news', member_count: 0, is_archived: true }]);
  assert.deepEqual([channel.member_count, channel.is_archived], [1, true]);
  const { threads } = shown(await admin.client.listThreads({ params }));
  assert.equal(threads.length, 1);
});

test('of two admins who take a channel over at once both are in it, and both are told of', async () => {
  const { organization, ann, admin, params } = await makeChannel('private');
  const other = await visit(app, organization, { role: 'admin' });

  const takers = [admin, other, admin];
  const answers = await Promise.all(takers.map(({ client }) => client.takeChannelOver({ params })));

  for (const one of answers) shown(one);
  assert.equal(shown(await ann.client.listThreads({ params })).threads.length, 2);
  assert.equal((await stateOf(ann, params.channel_id))?.member_count, 5);
});

test('a public channel is there for everybody and is not taken over', async () => {
  const { admin, params } = await makeChannel();

  const { channel } = shown(await admin.client.takeChannelOver({ params }));

  assert.equal(channel.member_count, 3);
});

test('posting in a channel joins it, and answering does', async () => {
  const { ann, cleo, admin, channel_id } = await makeChannel();
  const { thread_id } = await startThread(cleo, channel_id, 'hello');
  await answer(admin, thread_id, 'welcome');
  await startThread(cleo, channel_id, 'and again');

  const members = await membersOf(ann, channel_id);
  assert.ok(members.includes(cleo.user_id) && members.includes(admin.user_id));
  const home = shown(await cleo.client.getHome());
  assert.deepEqual(home.joined_channel_ids, [channel_id]);
  assert.equal(home.channels[0]?.member_count, 5);
  const reading = home.readings.find(({ place_id }) => place_id === channel_id);
  assert.equal(reading?.unread, 1, 'what came after they joined');
});

test('in a group chat whoever opened it takes people out, and owners and admins who are in it', async () => {
  const { ann, ben, cleo, owner } = await makeChannel();
  const chat_id = await openChat(ann, [ben, cleo, owner], 'Lunch');
  const remove = ({ client }: Visitor, { user_id }: Visitor) =>
    client.removeChatMember({ params: { chat_id, user_id } });

  refused(await remove(ben, cleo), 403, 'not_allowed');
  shown(await remove(cleo, cleo));
  shown(await remove(owner, ben));
  shown(await remove(ann, owner));
});

test('once nobody of them is in a group chat, whoever is in it takes people out', async () => {
  const { ann, ben, cleo } = await makeChannel();
  const chat_id = await openChat(ann, [ben, cleo], 'Lunch');
  shown(await ann.client.removeChatMember({ params: { chat_id, user_id: ann.user_id } }));

  shown(await ben.client.removeChatMember({ params: { chat_id, user_id: cleo.user_id } }));
});

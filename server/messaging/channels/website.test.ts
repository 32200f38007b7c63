import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { refused } from '../testing/scene.ts';
import {
  answer,
  makeOffice,
  openChannel,
  shown,
  startThread,
  type Visitor,
  visit,
} from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

async function joined({ client }: Visitor): Promise<string[]> {
  return shown(await client.getHome()).joined_channel_ids;
}

async function stateOf({ client }: Visitor, id: string) {
  return shown(await client.getHome()).channels.find(({ channel_id }) => channel_id === id);
}

test('a channel is opened with whoever opens it and those invited in it', async () => {
  const { ann, ben, cleo } = await makeOffice(app);
  const user_ids = [ben.user_id, ben.user_id, ann.user_id];
  const body = { name: ' #News ', description: 'Of the day', user_ids };

  const { channel } = shown(await ann.client.openChannel({ body }));

  const { channel_id, ...state } = channel;
  assert.match(channel_id, /^[1-9]\d{10}$/);
  assert.deepEqual(state, {
    name: 'News',
    description: 'Of the day',
    privacy: 'public',
    opened_by: ann.user_id,
    members_may_change: true,
    is_archived: false,
    member_count: 2,
    last_number: 0,
    revision: 1,
  });
  const places = await Promise.all([ann, ben, cleo].map(joined));
  assert.deepEqual(places, [[channel_id], [channel_id], []]);
  assert.deepEqual(await stateOf(cleo, channel_id), channel);
});

test('a channel needs a name that is free, and users that there are', async () => {
  const { ann, zoe } = await makeOffice(app);
  await openChannel(ann, 'news');

  const bodies = [
    { name: 'NEWS' },
    { name: ' # ' },
    { name: '' },
    { name: 'x'.repeat(81) },
    { name: 'long', description: 'x'.repeat(1_001) },
    { name: 'strangers', user_ids: [zoe.user_id] },
    { name: 'nobody', user_ids: ['12345678901'] },
  ];
  for (const body of bodies) {
    refused(await ann.client.openChannel({ body }), 400, 'invalid_request');
  }
});

test('two channels of one name opened at once are one channel', async () => {
  const { ann, ben } = await makeOffice(app);

  const answers = await Promise.all(
    [ann, ben, ann].map(({ client }) => client.openChannel({ body: { name: 'one' } })),
  );

  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 400, 400]);
});

test('a repeated opening with the same Idempotency-Key is one channel', async () => {
  const { ann } = await makeOffice(app);
  const options = { headers: { 'idempotency-key': 'open news' } };
  const open = (name: string) => ann.client.openChannel({ body: { name } }, options);

  const [first, again] = [await open('news'), await open('news')];
  const other = await open('other');

  assert.deepEqual(shown(again), shown(first));
  refused(other, 400, 'invalid_request');
});

test('its members say what a channel is about, and owners and admins; others join first', async () => {
  const { organization, ann, ben, cleo } = await makeOffice(app);
  const admin = await visit(app, organization, { role: 'admin' });
  const params = { channel_id: await openChannel(ann, 'news', [ben]) };
  const change = ({ client }: Visitor, description: string) =>
    client.changeChannel({ params, body: { description } });

  const answers = [await change(ann, 'a'), await change(ben, 'b'), await change(admin, 'c')];
  const refusal = await change(cleo, 'd');

  const changed = answers.map((one) => shown(one).channel);
  assert.deepEqual(
    changed.map(({ description, revision }) => ({ description, revision })),
    [
      { description: 'a', revision: 2 },
      { description: 'b', revision: 3 },
      { description: 'c', revision: 4 },
    ],
  );
  refused(refusal, 403, 'not_allowed');
});

test('a name that another channel has is refused, its own is not', async () => {
  const { ann } = await makeOffice(app);
  await openChannel(ann, 'taken');
  const params = { channel_id: await openChannel(ann, 'news') };
  const rename = (name: string) => ann.client.changeChannel({ params, body: { name } });

  for (const name of ['#Taken', ' ']) refused(await rename(name), 400, 'invalid_request');
  assert.equal(shown(await rename('NEWS')).channel.name, 'NEWS');
});

test('the name of a private channel of others is free, and the refusal tells nothing of it', async () => {
  const { ann, ben } = await makeOffice(app);
  const secret = { channel_id: await openChannel(ann, 'secret', [], 'private') };
  const params = { channel_id: await openChannel(ben, 'news') };
  const publish = { privacy: 'public' } as const;

  const renamed = await ben.client.changeChannel({ params, body: { name: 'Secret' } });
  const published = await ann.client.changeChannel({ params: secret, body: publish });
  const other = await ann.client.changeChannel({
    params: secret,
    body: { ...publish, name: 'not so secret' },
  });

  assert.equal(shown(renamed).channel.name, 'Secret');
  refused(published, 400, 'invalid_request');
  assert.equal(shown(other).channel.privacy, 'public');
});

test('a private channel keeps the name that it shares with a public one, and all else can change', async () => {
  const { ann, ben } = await makeOffice(app);
  const params = { channel_id: await openChannel(ann, 'shared', [], 'private') };
  await openChannel(ben, 'Shared');
  const body = { name: 'shared', description: 'Ours', privacy: 'private' } as const;

  const changed = await ann.client.changeChannel({ params, body });
  const published = await ann.client.changeChannel({
    params,
    body: { ...body, privacy: 'public' },
  });

  assert.equal(shown(changed).channel.description, 'Ours');
  refused(published, 400, 'invalid_request');
});

test('of two channels that take one name at once, one gets it', async () => {
  const { ann } = await makeOffice(app);
  const ids = await Promise.all(['a', 'b', 'c', 'd'].map((name) => openChannel(ann, name)));

  const answers = await Promise.all(
    ids.map((channel_id) =>
      ann.client.changeChannel({ params: { channel_id }, body: { name: 'wanted' } }),
    ),
  );

  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400, 400]);
});

test('a channel that becomes private is there for its members alone', async () => {
  const { ann, ben, cleo } = await makeOffice(app);
  const channel_id = await openChannel(ann, 'news', [ben]);
  const params = { channel_id };
  const { thread_id } = await startThread(ann, channel_id, 'hello');

  shown(await ann.client.changeChannel({ params, body: { privacy: 'private' } }));

  assert.equal((await stateOf(ben, channel_id))?.privacy, 'private');
  assert.equal(await stateOf(cleo, channel_id), undefined);
  refused(await cleo.client.listThreads({ params }), 404, 'channel_not_found');
  refused(await cleo.client.getThread({ params: { thread_id } }), 404, 'thread_not_found');
});

test('for who is not in it a private channel does not exist', async () => {
  const { ann, ben, zoe } = await makeOffice(app);
  const channel_id = await openChannel(ann, 'secret', [], 'private');

  for (const { client, user_id } of [ben, zoe]) {
    const params = { channel_id };
    const member = { channel_id, user_id };
    const answers = [
      await client.changeChannel({ params, body: { name: 'mine' } }),
      await client.listChannelMembers({ params }),
      await client.addChannelMember({ params: member }),
      await client.removeChannelMember({ params: member }),
      await client.listThreads({ params }),
      await client.startThread({ body: { channel_id, text: 'x' } }),
    ];
    for (const one of answers) refused(one, 404, 'channel_not_found');
    assert.equal(await stateOf({ client } as Visitor, channel_id), undefined);
  }
});

test('people join and leave, add others and take them out; again is no error', async () => {
  const { ann, ben, cleo } = await makeOffice(app);
  const channel_id = await openChannel(ann, 'news');
  const of = ({ user_id }: Visitor) => ({ params: { channel_id, user_id } });
  const members = async () =>
    shown(await ann.client.listChannelMembers({ params: { channel_id } })).user_ids;

  const join = shown(await ben.client.addChannelMember(of(ben))).channel;
  const again = shown(await ben.client.addChannelMember(of(ben))).channel;
  const added = shown(await ben.client.addChannelMember(of(cleo))).channel;
  const three = await members();
  shown(await ann.client.removeChannelMember(of(cleo)));
  shown(await ann.client.removeChannelMember(of(cleo)));
  shown(await ben.client.removeChannelMember(of(ben)));

  assert.deepEqual(
    [join, again, added].map(({ member_count }) => member_count),
    [2, 2, 3],
  );
  assert.ok(added.revision > join.revision, 'a count is newer by its revision');
  assert.deepEqual(three, [ann, ben, cleo].map(({ user_id }) => user_id).sort());
  assert.deepEqual(await members(), [ann.user_id]);
  assert.equal((await stateOf(ann, channel_id))?.member_count, 1);
});

test('who is not there cannot be added', async () => {
  const { ann, zoe } = await makeOffice(app);
  const channel_id = await openChannel(ann, 'news');

  for (const user_id of [zoe.user_id, '12345678901', 'nobody']) {
    const params = { channel_id, user_id };
    refused(await ann.client.addChannelMember({ params }), 400, 'invalid_request');
  }
});

test('threads are listed by their last activity, without deleted ones', async () => {
  const { ann, ben } = await makeOffice(app);
  const channel_id = await openChannel(ann, 'news');
  const first = await startThread(ann, channel_id, 'first');
  const second = await startThread(ben, channel_id, 'second');
  const gone = await startThread(ann, channel_id, 'gone');
  await answer(ben, first.thread_id, 'again');
  await ann.client.removeThread({ params: { thread_id: gone.thread_id } });

  const list = shown(await ann.client.listThreads({ params: { channel_id } }));

  assert.deepEqual(
    list.threads.map(({ thread_id, number, comment_count }) => [thread_id, number, comment_count]),
    [
      [first.thread_id, 4, 1],
      [second.thread_id, 2, 0],
    ],
  );
  assert.deepEqual(list.readings, [
    { place: 'thread', place_id: first.thread_id, number: 0, unread: 1 },
  ]);
  assert.equal(list.has_more, false);
});

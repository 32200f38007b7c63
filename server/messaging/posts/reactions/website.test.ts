import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { refused } from '../../testing/scene.ts';
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
} from '../../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

type Post = { thread_id?: string; comment_id?: string; message_id?: string };

async function makePosts() {
  const office = await makeOffice(app);
  const channel_id = await openChannel(office.ann, 'news');
  const chat_id = await openChat(office.ann, [office.ben]);
  const { thread_id } = await startThread(office.ann, channel_id, 'x');
  const { comment_id } = await answer(office.ann, thread_id, 'x');
  const { message_id } = await say(office.ann, chat_id, 'x');
  return { ...office, chat_id, thread_id, posts: [{ thread_id }, { comment_id }, { message_id }] };
}

function react({ client }: Visitor, post: Post, emoji = '👍', reacted = true) {
  return client.react({ body: { ...post, emoji, reacted } });
}

test('every kind of post can be reacted to, and reactions are taken back', async () => {
  const { ann, ben, posts } = await makePosts();

  for (const post of posts) {
    const first = shown(await react(ann, post));
    const second = shown(await react(ben, post));
    const other = shown(await react(ben, post, '🎉'));
    const taken = shown(await react(ann, post, '👍', false));
    const gone = shown(await react(ben, post, '👍', false));

    const both = { emoji: '👍', user_ids: [ann.user_id, ben.user_id] };
    const party = { emoji: '🎉', user_ids: [ben.user_id] };
    assert.deepEqual(first.reactions, [{ emoji: '👍', user_ids: [ann.user_id] }]);
    assert.deepEqual(second.reactions, [both]);
    assert.deepEqual(other.reactions, [both, party]);
    assert.deepEqual(taken.reactions, [{ emoji: '👍', user_ids: [ben.user_id] }, party]);
    assert.deepEqual(gone.reactions, [party]);
    assert.ok(second.revision > first.revision);
  }
});

test('to react again, or take back what is not there, changes nothing', async () => {
  const { ann, thread_id } = await makePosts();

  const first = shown(await react(ann, { thread_id }));
  const again = shown(await react(ann, { thread_id }));
  const nothing = shown(await react(ann, { thread_id }, '🎉', false));

  assert.deepEqual(again, first);
  assert.deepEqual(nothing, first);
  const { thread } = shown(await ann.client.getThread({ params: { thread_id } }));
  assert.deepEqual([thread.reactions, thread.revision], [first.reactions, first.revision]);
});

test('an emoji is one emoji', async () => {
  const { ann, thread_id } = await makePosts();

  for (const emoji of ['👍🏽', '🇩🇪', '1️⃣', '👩‍👩‍👧‍👦', '❤️']) {
    assert.equal((await react(ann, { thread_id }, emoji)).status, 200, emoji);
  }
  for (const emoji of ['', 'x', '1', '👍👍', ':+1:', '<b>', '👍 ', '\u200d']) {
    refused(await react(ann, { thread_id }, emoji), 400, 'invalid_request');
  }
});

test('a post has at most 20 different emoji, each from any number of people', async () => {
  const { ann, ben, thread_id } = await makePosts();
  const emoji = [...'😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎😏😐😑😒😓'];
  for (const one of emoji) shown(await react(ann, { thread_id }, one));

  refused(await react(ben, { thread_id }, '🎉'), 400, 'invalid_request');
  const { reactions } = shown(await react(ben, { thread_id }, emoji[0]));
  assert.deepEqual(reactions[0]?.user_ids, [ann.user_id, ben.user_id]);
  assert.equal(reactions.length, 20);
});

test('what is reacted to is one post that is there', async () => {
  const { ann, posts, thread_id } = await makePosts();
  await ann.client.removeThread({ params: { thread_id } });

  refused(await react(ann, {}), 400, 'invalid_request');
  refused(await react(ann, Object.assign({}, ...posts)), 400, 'invalid_request');
  refused(await react(ann, { thread_id }), 404, 'thread_not_found');
  refused(await react(ann, { thread_id: '12345678901' }), 404, 'thread_not_found');
  refused(await react(ann, { comment_id: '12345678901' }), 404, 'comment_not_found');
  const message_id = '00000000-0000-4000-8000-000000000000';
  refused(await react(ann, { message_id }), 404, 'message_not_found');
});

test('of twenty people who react at once every one counts', async () => {
  const { organization, ann, thread_id } = await makePosts();
  const people = await Promise.all(Array.from({ length: 20 }, () => visit(app, organization)));

  const answers = await Promise.all(people.map((one) => react(one, { thread_id })));

  for (const one of answers) assert.equal(one.status, 200);
  const { thread } = shown(await ann.client.getThread({ params: { thread_id } }));
  const [thumbs] = thread.reactions;
  const everybody = people.map(({ user_id }) => user_id).sort();
  assert.deepEqual([...(thumbs?.user_ids ?? [])].sort(), everybody);
  assert.equal(thread.revision, Math.max(...answers.map((one) => shown(one).revision)));
});

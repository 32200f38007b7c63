import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { refused } from '../../testing/scene.ts';
import {
  answer,
  makeOffice,
  openChannel,
  shown,
  startThread,
  type Visitor,
} from '../../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

async function makeThread(privacy: 'public' | 'private' = 'public') {
  const office = await makeOffice(app);
  const channel_id = await openChannel(office.ann, 'news', [office.ben], privacy);
  const { thread_id } = await startThread(office.ann, channel_id, 'hello');
  return { ...office, channel_id, thread_id };
}

async function list({ client }: Visitor, thread_id: string, query: object = {}) {
  return shown(await client.listComments({ params: { thread_id }, query }));
}

test('a comment answers the thread or a comment, and says whom', async () => {
  const { ann, ben, cleo, channel_id, thread_id } = await makeThread();

  const first = await answer(ben, thread_id, 'one');
  const second = await answer(cleo, thread_id, 'two', first.comment_id);

  const { comment_id, created_at, ...rest } = first;
  assert.match(comment_id, /^[1-9]\d{10}$/);
  assert.deepEqual(rest, {
    thread_id,
    channel_id,
    parent_id: null,
    answers_id: ann.user_id,
    author_id: ben.user_id,
    blocks: ['one'],
    mention_ids: [],
    reactions: [],
    edited_at: null,
    deleted_at: null,
    revision: 1,
    sent_id: null,
    number: 1,
  });
  assert.equal(second.parent_id, comment_id);
  assert.equal(second.answers_id, ben.user_id);
  assert.equal(second.number, 2);
  assert.deepEqual((await list(ann, thread_id)).comments, [first, second]);
  const { thread } = shown(await ann.client.getThread({ params: { thread_id } }));
  assert.deepEqual([thread.comment_count, thread.last_number, thread.number], [2, 2, 3]);
});

test('a comment of another thread, a deleted one or none is no parent', async () => {
  const { ann, channel_id, thread_id } = await makeThread();
  const other = await startThread(ann, channel_id, 'other');
  const elsewhere = await answer(ann, other.thread_id, 'elsewhere');
  const gone = await answer(ann, thread_id, 'gone');
  await ann.client.removeComment({ params: { comment_id: gone.comment_id } });

  for (const parent_id of [elsewhere.comment_id, gone.comment_id, '12345678901', thread_id]) {
    const body = { thread_id, parent_id, text: 'x' };
    refused(await ann.client.answerThread({ body }), 404, 'comment_not_found');
  }
});

test('comments posted at once have numbers without gaps', async () => {
  const { ann, ben, cleo, thread_id } = await makeThread();

  const posts = Array.from({ length: 24 }, (_, at) =>
    answer([ann, ben, cleo][at % 3] as Visitor, thread_id, `comment ${at}`),
  );
  const made = await Promise.all(posts);

  const numbers = made.map(({ number }) => number).sort((one, other) => one - other);
  assert.deepEqual(numbers, upTo(24));
  const { thread } = shown(await ann.client.getThread({ params: { thread_id } }));
  assert.deepEqual([thread.comment_count, thread.last_number, thread.number], [24, 24, 25]);
});

test('only its author edits a comment', async () => {
  const { ann, ben, thread_id } = await makeThread();
  const { comment_id } = await answer(ben, thread_id, 'old');
  const params = { comment_id };

  const byOther = await ann.client.editComment({ params, body: { text: 'mine' } });
  const edited = shown(await ben.client.editComment({ params, body: { text: 'new' } })).comment;
  const blank = await ben.client.editComment({ params, body: { text: ' ' } });
  const foreign = await ben.client.editComment({ params, body: { text: '<!12345678910|>' } });

  refused(byOther, 403, 'not_allowed');
  assert.deepEqual([edited.blocks, edited.revision], [['new'], 2]);
  assert.ok(edited.edited_at);
  refused(blank, 400, 'invalid_request');
  refused(foreign, 404, 'file_not_found');
  assert.deepEqual((await list(ann, thread_id)).comments, [edited]);
});

test('only its author deletes a comment; its answers stay around a stub', async () => {
  const { ann, ben, thread_id } = await makeThread();
  const { comment_id } = await answer(ben, thread_id, 'one');
  await answer(ann, thread_id, 'two', comment_id);
  const params = { comment_id };

  const byOther = await ann.client.removeComment({ params });
  const byAuthor = await ben.client.removeComment({ params });
  const again = await ben.client.removeComment({ params });
  const edit = await ben.client.editComment({ params, body: { text: 'x' } });

  refused(byOther, 403, 'not_allowed');
  assert.equal(byAuthor.status, 200);
  for (const one of [again, edit]) refused(one, 404, 'comment_not_found');
  const [stub, reply] = (await list(ann, thread_id)).comments;
  assert.deepEqual([stub?.comment_id, stub?.blocks], [comment_id, []]);
  assert.ok(stub?.deleted_at);
  assert.deepEqual([reply?.parent_id, reply?.blocks], [comment_id, ['two']]);
  const { thread } = shown(await ann.client.getThread({ params: { thread_id } }));
  assert.deepEqual([thread.comment_count, thread.last_number], [1, 2]);
});

test('comments of a deleted thread can be read and deleted, and not changed', async () => {
  const { ann, ben, thread_id } = await makeThread();
  const { comment_id } = await answer(ben, thread_id, 'one');
  await answer(ann, thread_id, 'two');
  await ann.client.removeThread({ params: { thread_id } });
  const params = { comment_id };

  assert.equal((await list(ben, thread_id)).comments.length, 2);
  const edit = await ben.client.editComment({ params, body: { text: 'x' } });
  refused(edit, 404, 'comment_not_found');
  const reaction = { comment_id, emoji: '👍', reacted: true };
  refused(await ben.client.react({ body: reaction }), 404, 'comment_not_found');
  refused(await ann.client.removeComment({ params }), 403, 'not_allowed');
  assert.equal((await ben.client.removeComment({ params })).status, 200);
  refused(await ben.client.removeComment({ params }), 404, 'comment_not_found');
  const [stub] = (await list(ann, thread_id)).comments;
  assert.deepEqual([stub?.comment_id, stub?.blocks], [comment_id, []]);
});

test('for who may not read its channel a comment does not exist', async () => {
  const { ann, cleo, zoe, thread_id } = await makeThread('private');
  const { comment_id } = await answer(ann, thread_id, 'hush');
  const params = { comment_id };

  for (const { client } of [cleo, zoe]) {
    const answers = [
      await client.editComment({ params, body: { text: 'x' } }),
      await client.removeComment({ params }),
      await client.react({ body: { comment_id, emoji: '👍', reacted: true } }),
    ];
    for (const one of answers) refused(one, 404, 'comment_not_found');
  }
});

test('a comment under an Idempotency-Key is one comment', async () => {
  const { ann, thread_id } = await makeThread();
  const sent_id = randomUUID();
  const post = () =>
    ann.client.answerThread(
      { body: { thread_id, text: 'once', sent_id } },
      { headers: { 'idempotency-key': 'once' } },
    );

  const answers = await Promise.all([post(), post(), post()]);

  assert.equal(new Set(answers.map((one) => shown(one).comment.comment_id)).size, 1);
  const { comments } = await list(ann, thread_id);
  assert.deepEqual(
    comments.map((one) => one.sent_id),
    [sent_id],
  );
});

test('pages of comments in both directions are everything once, while others post', async () => {
  const { ann, ben, thread_id } = await makeThread();
  for (let at = 1; at <= 13; at += 1) await answer(ann, thread_id, `comment ${at}`);

  const newer: number[] = [];
  for (let more = true, after = 0; more; after = newer.at(-1) ?? after) {
    const page = await list(ann, thread_id, { after, limit: 5 });
    newer.push(...page.comments.map(({ number }) => number));
    more = page.has_more;
    if (newer.length <= 10) await answer(ben, thread_id, 'meanwhile');
  }
  const older: number[] = [];
  for (let more = true, before = newer.length + 1; more; before = older[0] ?? before) {
    const page = await list(ann, thread_id, { before, limit: 5 });
    older.unshift(...page.comments.map(({ number }) => number));
    more = page.has_more;
  }

  assert.deepEqual(newer, upTo(15));
  assert.deepEqual(older, newer);
});

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

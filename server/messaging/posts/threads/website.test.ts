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

async function makeChannel() {
  const office = await makeOffice(app);
  return { ...office, channel_id: await openChannel(office.ann, 'news', [office.ben]) };
}

async function get({ client }: Visitor, thread_id: string) {
  return client.getThread({ params: { thread_id } });
}

test('a thread is posted, and read by whoever may read its channel', async () => {
  const { ann, ben, cleo, channel_id } = await makeChannel();

  const thread = await startThread(
    ann,
    channel_id,
    `Hello <@${ben.user_id}|Ben>\n\n*Second* block`,
  );

  const { thread_id, created_at, active_at, share_token, ...rest } = thread;
  assert.match(thread_id, /^[1-9]\d{10}$/);
  assert.match(share_token, /^[A-Za-z0-9_-]{22}$/);
  assert.equal(active_at, created_at);
  assert.deepEqual(rest, {
    channel_id,
    author_id: ann.user_id,
    blocks: [`Hello <@${ben.user_id}|Ben>`, '*Second* block'],
    mention_ids: [ben.user_id],
    reactions: [],
    edited_at: null,
    deleted_at: null,
    revision: 1,
    sent_id: null,
    number: 1,
    comment_count: 0,
    last_number: 0,
    is_announcement: false,
  });
  for (const visitor of [ben, cleo]) {
    assert.deepEqual(shown(await get(visitor, thread_id)).thread, thread);
  }
});

test('a text must say something, and has an end', async () => {
  const { ann, channel_id } = await makeChannel();
  const { thread_id } = await startThread(ann, channel_id, 'x'.repeat(25_000));

  for (const text of ['', ' \n ', '\u200b\u202e', 'x'.repeat(25_001)]) {
    const body = { text };
    const answers = [
      await ann.client.startThread({ body: { channel_id, text } }),
      await ann.client.editThread({ params: { thread_id }, body }),
      await ann.client.answerThread({ body: { thread_id, text } }),
    ];
    for (const one of answers) refused(one, 400, 'invalid_request');
  }
});

test('a file that is not there cannot be embedded, neither at first nor later', async () => {
  const { ann, channel_id } = await makeChannel();
  const { thread_id } = await startThread(ann, channel_id, 'x');
  const text = '<!12345678910|>';

  const posted = await ann.client.startThread({ body: { channel_id, text } });
  const edited = await ann.client.editThread({ params: { thread_id }, body: { text } });

  for (const one of [posted, edited]) refused(one, 404, 'file_not_found');
});

test('a post under an Idempotency-Key is one post, also when it is sent at once', async () => {
  const { ann, channel_id } = await makeChannel();
  const sent_id = randomUUID();
  const post = (text: string) =>
    ann.client.startThread(
      { body: { channel_id, text, sent_id } },
      { headers: { 'idempotency-key': 'once' } },
    );

  const answers = await Promise.all([post('hello'), post('hello'), post('hello')]);
  const other = await post('something else');

  const ids = new Set(answers.map((one) => shown(one).thread.thread_id));
  assert.equal(ids.size, 1);
  refused(other, 400, 'invalid_request');
  const { threads } = shown(await ann.client.listThreads({ params: { channel_id } }));
  assert.deepEqual(
    threads.map((one) => one.sent_id),
    [sent_id],
  );
});

test('only its author edits a thread, and everybody sees what it says now', async () => {
  const { ann, ben, channel_id } = await makeChannel();
  const { thread_id } = await startThread(ann, channel_id, 'old');
  const params = { thread_id };
  const body = { text: `new <@${ben.user_id}|>` };
  app.clock.advance({ minutes: 1 });

  const byOther = await ben.client.editThread({ params, body });
  const edited = shown(await ann.client.editThread({ params, body })).thread;

  refused(byOther, 403, 'not_allowed');
  assert.deepEqual(edited.blocks, [body.text]);
  assert.deepEqual(edited.mention_ids, [ben.user_id]);
  assert.equal(edited.revision, 2);
  assert.ok(edited.edited_at && edited.edited_at > edited.created_at);
  assert.deepEqual(shown(await get(ben, thread_id)).thread, edited);
});

test('only its author deletes a thread; nothing of it is left', async () => {
  const { ann, ben, channel_id } = await makeChannel();
  const { thread_id } = await startThread(ann, channel_id, 'soon gone');
  const params = { thread_id };

  const byOther = await ben.client.removeThread({ params });
  const byAuthor = await ann.client.removeThread({ params });

  refused(byOther, 403, 'not_allowed');
  assert.equal(byAuthor.status, 200);
  const answers = [
    await get(ann, thread_id),
    await ann.client.listComments({ params }),
    await ann.client.removeThread({ params }),
    await ann.client.editThread({ params, body: { text: 'x' } }),
    await ann.client.answerThread({ body: { thread_id, text: 'x' } }),
  ];
  for (const one of answers) refused(one, 404, 'thread_not_found');
});

test('a deleted thread that has comments stays as a stub', async () => {
  const { ann, ben, channel_id } = await makeChannel();
  const { thread_id } = await startThread(ann, channel_id, 'soon gone');
  const { comment_id } = await answer(ben, thread_id, 'why?');

  await ann.client.removeThread({ params: { thread_id } });
  const { thread } = shown(await get(ben, thread_id));
  const { comments } = shown(await ben.client.listComments({ params: { thread_id } }));

  assert.deepEqual([thread.blocks, thread.mention_ids, thread.reactions], [[], [], []]);
  assert.ok(thread.deleted_at);
  assert.deepEqual(
    comments.map((one) => one.comment_id),
    [comment_id],
  );
});

test('for who may not read its channel a thread does not exist', async () => {
  const { ann, ben, zoe } = await makeOffice(app);
  const channel_id = await openChannel(ann, 'secret', [], 'private');
  const { thread_id } = await startThread(ann, channel_id, 'hush');
  const params = { thread_id };

  for (const { client } of [ben, zoe]) {
    const answers = [
      await client.getThread({ params }),
      await client.listComments({ params }),
      await client.editThread({ params, body: { text: 'x' } }),
      await client.removeThread({ params }),
      await client.answerThread({ body: { thread_id, text: 'x' } }),
      await client.react({ body: { thread_id, emoji: '👍', reacted: true } }),
      await client.markRead({ body: { place: 'thread', place_id: thread_id, number: 1 } }),
    ];
    for (const one of answers) refused(one, 404, 'thread_not_found');
  }
});

test('pages of threads in both directions are everything once, while others post', async () => {
  const { ann, ben, channel_id } = await makeChannel();
  for (let at = 1; at <= 23; at += 1) await startThread(ann, channel_id, `thread ${at}`);
  const list = (query: object) => ann.client.listThreads({ params: { channel_id }, query });

  const older: number[] = [];
  let before: { before?: number } = {};
  for (let more = true; more; ) {
    const page = shown(await list({ ...before, limit: 5 }));
    older.push(...page.threads.map(({ number }) => number));
    more = page.has_more;
    before = { before: page.threads.at(-1)?.number ?? 0 };
    await startThread(ben, channel_id, 'meanwhile');
  }
  const newer: number[] = [];
  for (let more = true, after = 0; more; after = newer.at(-1) ?? after) {
    const page = shown(await list({ after, limit: 5 }));
    newer.push(...page.threads.map(({ number }) => number).reverse());
    more = page.has_more;
  }

  assert.deepEqual(older, upTo(23).reverse());
  assert.deepEqual(newer, upTo(28));
});

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

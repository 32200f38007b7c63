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
} from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

async function find({ client }: Visitor, q: string, more: object = {}) {
  return shown(await client.search({ query: { q, ...more } }));
}

/** The texts that were found, with what matched in brackets. */
async function textsFor(visitor: Visitor, q: string, more: object = {}): Promise<string[]> {
  const { found } = await find(visitor, q, more);
  return found.map(({ excerpt }) =>
    excerpt.map(({ text, is_match }) => (is_match ? `[${text}]` : text)).join(''),
  );
}

async function makePlaces() {
  const office = await makeOffice(app);
  const { ann, ben } = office;
  const open = await openChannel(ann, 'general');
  const hidden = await openChannel(ann, 'hidden', [ben], 'private');
  const chat = await openChat(ann, [ben]);
  return { ...office, open, hidden, chat };
}

test('threads, comments and messages are found, and say where they are', async () => {
  const { ann, open, chat } = await makePlaces();
  const thread = await startThread(ann, open, 'The *quarterly* report');
  const comment = await answer(ann, thread.thread_id, 'Quarterly it is');
  const message = await say(ann, chat, 'the quarterly one');

  const { found, has_more } = await find(ann, 'quarterly');

  assert.equal(has_more, false);
  const places = found.map(({ author_id, created_at, excerpt, ...place }) => place);
  const byKind = (kind: 'comment_id' | 'message_id') => places.find((one) => one[kind]);
  assert.equal(places.length, 3);
  assert.ok(found.every(({ author_id }) => author_id === ann.user_id));
  assert.deepEqual(byKind('message_id'), {
    thread_id: null,
    comment_id: null,
    message_id: message.message_id,
    channel_id: null,
    chat_id: chat,
  });
  assert.deepEqual(byKind('comment_id'), {
    thread_id: thread.thread_id,
    comment_id: comment.comment_id,
    message_id: null,
    channel_id: open,
    chat_id: null,
  });
});

test('words match from their beginning, without case or accents, and are marked', async () => {
  const { ann, chat } = await makePlaces();
  await say(ann, chat, 'Das Café in Zürich');

  for (const q of ['caf', 'CAFE', 'cafés'.slice(0, 4), 'zurich', 'zür', 'das zur']) {
    const [text] = await textsFor(ann, q);
    assert.match(text ?? '', /\[/, q);
  }
  assert.deepEqual(await textsFor(ann, 'afé'), []);
  assert.deepEqual(await textsFor(ann, 'cafe zur'), ['Das [Café] in [Zürich]']);
});

test('one letter is a word of its own', async () => {
  const { ann, chat } = await makePlaces();
  await say(ann, chat, 'plan b');
  await say(ann, chat, 'plan better');

  assert.deepEqual(await textsFor(ann, 'plan b'), ['[plan] [b]']);
});

test('words in quotes match as they stand, and -words leave out', async () => {
  const { ann, chat } = await makePlaces();
  await say(ann, chat, 'red apples and green pears');
  await say(ann, chat, 'green apples and red pears');
  await say(ann, chat, 'green applesauce');

  const phrase = await textsFor(ann, '"green apples"');
  const without = await textsFor(ann, 'green -pears');
  const withoutPhrase = await textsFor(ann, 'apples -"red apples"');
  const unclosed = await textsFor(ann, '"red app');

  assert.deepEqual(phrase, ['[green apples] and red pears']);
  assert.deepEqual(without, ['[green] applesauce']);
  assert.deepEqual(withoutPhrase.length, 2);
  assert.deepEqual(unclosed, []);
});

test('the parts of addresses, file names and versions are words', async () => {
  const { ann, chat } = await makePlaces();
  await say(ann, chat, 'see report_v2.final.pdf of ann@team.example, version 1.4.2');

  const queries = ['report', 'final', 'pdf', 'v2.fin', 'ann@team', 'team.ex', '1.4', 'v2_final'];
  for (const q of queries) assert.equal((await textsFor(ann, q)).length, 1, q);
  assert.deepEqual(await textsFor(ann, '4.1'), []);
});

test('no input is an error of syntax', async () => {
  const { ann, chat } = await makePlaces();
  await say(ann, chat, 'something');
  const odd = ["' | !", '&:* x', '<-> some', "some'thing", '\\', 'a & (b', '🦷 some', '\0some'];

  for (const q of [...odd, '"some" "', '--some', '-"', 'some:*', 'x'.repeat(200), '%', 'ﬁ']) {
    const { status } = await ann.client.search({ query: { q } });
    assert.ok(status === 200 || status === 400, q);
  }
});

test('a query without a word to look for names q in its refusal', async () => {
  const { ann } = await makePlaces();

  for (const q of [' ', '"', '🦷', '-word', '-', '!!', '\0']) {
    const refusal = await ann.client.search({ query: { q } });
    refused(refusal, 400, 'invalid_request');
    assert.match(JSON.stringify(refusal), /\bq\b/);
  }
});

test('what the member may not read is not found', async () => {
  const { ann, ben, cleo, zoe, hidden, chat } = await makePlaces();
  const thread = await startThread(ann, hidden, 'secret sauce');
  await answer(ann, thread.thread_id, 'secret answer');
  await say(ann, chat, 'secret message');

  assert.equal((await textsFor(ben, 'secret')).length, 3);
  for (const stranger of [cleo, zoe]) {
    assert.deepEqual(await textsFor(stranger, 'secret'), []);
    assert.deepEqual(await textsFor(stranger, 'secret', { channel_id: hidden }), []);
    assert.deepEqual(await textsFor(stranger, 'secret', { chat_id: chat }), []);
  }
});

test('what was left is found no more, and again after coming back', async () => {
  const { ann, ben, hidden } = await makePlaces();
  await startThread(ann, hidden, 'secret sauce');
  const params = { channel_id: hidden, user_id: ben.user_id };

  await ben.client.removeChannelMember({ params });
  const gone = await textsFor(ben, 'secret');
  await ann.client.addChannelMember({ params });
  const back = await textsFor(ben, 'secret');

  assert.deepEqual([gone.length, back.length], [0, 1]);
});

test('deleted posts are not found, and edited ones by what they say now', async () => {
  const { ann, open, chat } = await makePlaces();
  const { thread_id } = await startThread(ann, open, 'apple');
  const { comment_id } = await answer(ann, thread_id, 'apple');
  const { message_id } = await say(ann, chat, 'apple');

  await ann.client.editMessage({ params: { message_id }, body: { text: 'pear' } });
  await ann.client.removeComment({ params: { comment_id } });
  await ann.client.removeThread({ params: { thread_id } });

  assert.deepEqual(await textsFor(ann, 'apple'), []);
  assert.deepEqual(await textsFor(ann, 'pear'), ['[pear]']);
});

test('a search may be narrowed to a channel, a chat, an author', async () => {
  const { ann, ben, open, hidden, chat } = await makePlaces();
  await startThread(ann, open, 'word one');
  await startThread(ben, hidden, 'word two');
  await say(ann, chat, 'word three');

  const narrowed = [{ channel_id: open }, { channel_id: hidden }, { chat_id: chat }];
  const texts = await Promise.all(narrowed.map((more) => textsFor(ann, 'word', more)));
  const both = await textsFor(ann, 'word', { channel_id: open, chat_id: chat });
  const byBen = await textsFor(ann, 'word', { author_id: ben.user_id });

  assert.deepEqual(texts, [['[word] one'], ['[word] two'], ['[word] three']]);
  assert.equal(both.length, 2);
  assert.deepEqual(byBen, ['[word] two']);
});

test('pages do not overlap and together are everything', async () => {
  const { ann, chat } = await makePlaces();
  for (let at = 0; at < 23; at += 1) await say(ann, chat, `page number${at}`);

  const ids: string[] = [];
  let skip = 0;
  for (let more = true; more; skip += 5) {
    const { found, has_more } = await find(ann, 'page', { skip, limit: 5 });
    ids.push(...found.map(({ message_id }) => message_id ?? ''));
    more = has_more;
  }

  assert.equal(ids.length, 23);
  assert.equal(new Set(ids).size, 23);
});

test('of equals the newer one is first, and what says it more often before', async () => {
  const { ann, chat } = await makePlaces();
  await say(ann, chat, 'plain mention of cement here');
  app.clock.advance({ hours: 1 });
  await say(ann, chat, 'later mention of cement here');
  await say(ann, chat, 'cement cement cement');

  const texts = await textsFor(ann, 'cement');

  assert.match(texts[0] ?? '', /^\[cement\] \[cement\]/);
  assert.match(texts[1] ?? '', /^later/);
});

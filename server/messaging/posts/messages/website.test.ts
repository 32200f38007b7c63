import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { refused } from '../../testing/scene.ts';
import { makeOffice, openChat, say, shown, type Visitor } from '../../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

async function makeChat() {
  const office = await makeOffice(app);
  return { ...office, chat_id: await openChat(office.ann, [office.ben]) };
}

async function list({ client }: Visitor, chat_id: string, query: object = {}) {
  const { messages, ...ends } = shown(await client.listMessages({ params: { chat_id }, query }));
  return { ...ends, messages, numbers: messages.map(({ number }) => number) };
}

async function sayMany(visitor: Visitor, chat_id: string, count: number) {
  for (let at = 0; at < count; at += 1) await say(visitor, chat_id, `message ${at}`);
}

test('a message is posted, and there for everybody in the chat', async () => {
  const { ann, ben, chat_id } = await makeChat();

  const message = await say(ann, chat_id, `*Hi* <@${ben.user_id}|Ben>\n\nand more`);

  const { message_id, created_at, ...rest } = message;
  assert.match(message_id, /^[0-9a-f-]{36}$/);
  assert.deepEqual(rest, {
    chat_id,
    author_id: ann.user_id,
    blocks: [`*Hi* <@${ben.user_id}|Ben>\n\nand more`],
    mention_ids: [ben.user_id],
    reactions: [],
    edited_at: null,
    deleted_at: null,
    revision: 1,
    sent_id: null,
    number: 1,
  });
  assert.deepEqual((await list(ben, chat_id)).messages, [message]);
  const [chat] = shown(await ben.client.getHome()).chats;
  assert.deepEqual([chat?.last_number, chat?.last_at], [1, created_at]);
});

test('a text must say something, in at most 10,000 characters, counted as code points', async () => {
  const { ann, chat_id } = await makeChat();
  const { message_id } = await say(ann, chat_id, '🦷'.repeat(10_000));

  for (const text of ['', ' \n', 'x'.repeat(10_001)]) {
    const body = { text };
    const sent = await ann.client.sendMessage({ params: { chat_id }, body });
    const edited = await ann.client.editMessage({ params: { message_id }, body });
    for (const one of [sent, edited]) refused(one, 400, 'invalid_request');
  }
});

test('a file that is not there cannot be embedded, neither at first nor later', async () => {
  const { ann, chat_id } = await makeChat();
  const { message_id } = await say(ann, chat_id, 'x');
  const body = { text: '<!12345678910|>' };

  const sent = await ann.client.sendMessage({ params: { chat_id }, body });
  const edited = await ann.client.editMessage({ params: { message_id }, body });

  for (const one of [sent, edited]) refused(one, 404, 'file_not_found');
});

test('messages sent at once have numbers without gaps', async () => {
  const { ann, ben, chat_id } = await makeChat();

  const sent = await Promise.all(
    Array.from({ length: 30 }, (_, at) => say(at % 2 ? ann : ben, chat_id, `message ${at}`)),
  );

  const numbers = sent.map(({ number }) => number).sort((one, other) => one - other);
  assert.deepEqual(numbers, fromTo(1, 30));
  assert.deepEqual((await list(ann, chat_id)).numbers, fromTo(1, 30));
});

test('a message under an Idempotency-Key is one message', async () => {
  const { ann, chat_id } = await makeChat();
  const sent_id = randomUUID();
  const send = () =>
    ann.client.sendMessage(
      { params: { chat_id }, body: { text: 'once', sent_id } },
      { headers: { 'idempotency-key': 'once' } },
    );

  const answers = await Promise.all([send(), send(), send()]);

  assert.equal(new Set(answers.map((one) => shown(one).message.message_id)).size, 1);
  assert.equal(shown(answers[0]).message.sent_id, sent_id);
  assert.deepEqual((await list(ann, chat_id)).numbers, [1]);
});

test('an Idempotency-Key of one chat is refused in another', async () => {
  const { ann, ben, chat_id } = await makeChat();
  const other = await openChat(ann, [ben], 'Another');
  const say = (id: string) =>
    ann.client.sendMessage(
      { params: { chat_id: id }, body: { text: 'the same words' } },
      { headers: { 'idempotency-key': 'daily' } },
    );

  const first = shown(await say(chat_id)).message;
  const elsewhere = await say(other);
  const again = shown(await say(chat_id)).message;

  refused(elsewhere, 400, 'invalid_request');
  assert.equal(again.message_id, first.message_id);
  assert.deepEqual((await list(ann, other)).numbers, []);
});

test('only its author edits and deletes a message; a deleted one is a stub', async () => {
  const { ann, ben, chat_id } = await makeChat();
  const { message_id } = await say(ann, chat_id, 'old');
  const params = { message_id };

  const refusals = [
    await ben.client.editMessage({ params, body: { text: 'mine' } }),
    await ben.client.removeMessage({ params }),
  ];
  const edited = shown(await ann.client.editMessage({ params, body: { text: 'new' } })).message;
  const [read] = (await list(ben, chat_id)).messages;
  shown(await ann.client.removeMessage({ params }));
  const [stub] = (await list(ben, chat_id)).messages;

  for (const one of refusals) refused(one, 403, 'not_allowed');
  assert.deepEqual([edited.blocks, edited.revision], [['new'], 2]);
  assert.ok(edited.edited_at);
  assert.deepEqual(read, edited);
  assert.deepEqual([stub?.blocks, stub?.number, stub?.revision], [[], 1, 3]);
  assert.ok(stub?.deleted_at);
  const late = [
    await ann.client.removeMessage({ params }),
    await ann.client.editMessage({ params, body: { text: 'x' } }),
    await ann.client.removeMessage({ params: { message_id: 'nothing' } }),
  ];
  for (const one of late) refused(one, 404, 'message_not_found');
});

test('without a place the last messages are listed, in their order', async () => {
  const { ann, chat_id } = await makeChat();
  await sayMany(ann, chat_id, 12);

  const { messages, ...page } = await list(ann, chat_id, { limit: 5 });
  const { messages: none, ...empty } = await list(ann, await openChat(ann, [ann]));

  assert.deepEqual(page, { numbers: fromTo(8, 12), has_older: true, has_newer: false });
  assert.deepEqual(empty, { numbers: [], has_older: false, has_newer: false });
});

test('around a message there are as many on both sides, and never more than asked for', async () => {
  const { ann, chat_id } = await makeChat();
  await sayMany(ann, chat_id, 12);
  const around = async (number: number, limit: number) => {
    const { messages, ...page } = await list(ann, chat_id, { around: number, limit });
    return page;
  };

  assert.deepEqual(await around(6, 4), {
    numbers: fromTo(4, 7),
    has_older: true,
    has_newer: true,
  });
  assert.deepEqual(await around(6, 1), { numbers: [6], has_older: true, has_newer: true });
  assert.equal((await around(6, 5)).numbers.length, 5);
  assert.deepEqual(await around(1, 6), {
    numbers: fromTo(1, 3),
    has_older: false,
    has_newer: true,
  });
  assert.deepEqual(await around(12, 6), {
    numbers: fromTo(9, 12),
    has_older: true,
    has_newer: false,
  });
  assert.deepEqual((await around(999, 6)).numbers, fromTo(10, 12));
});

test('pages in both directions are everything once, while others write', async () => {
  const { ann, ben, chat_id } = await makeChat();
  await sayMany(ann, chat_id, 13);

  const older: number[] = [];
  for (let more = true, before = 14; more; before = older[0] ?? before) {
    const page = await list(ann, chat_id, { before, limit: 5 });
    older.unshift(...page.numbers);
    more = page.has_older;
    await say(ben, chat_id, 'meanwhile');
    assert.equal(page.has_newer, before < 14);
  }
  const newer: number[] = [];
  for (let more = true, after = 0; more; after = newer.at(-1) ?? after) {
    const page = await list(ann, chat_id, { after, limit: 5 });
    newer.push(...page.numbers);
    more = page.has_newer;
    assert.equal(page.has_older, after > 0);
  }

  assert.deepEqual(older, fromTo(1, 13));
  assert.deepEqual(newer, fromTo(1, 16));
});

function fromTo(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { QueryClient } from '@tanstack/react-query';
import type { CommentState, MessageState } from '../../../contract/messaging/website/shapes.ts';
import { until } from '../../../server/runtime/testing/until.ts';
import { type Home, homeQuery } from '../home.ts';
import { hear } from './hear.ts';
import { catchingUp } from './log.ts';
import { changeMessages, messagesKey } from './messages.ts';
import { changePending, pendingKey, setStatus } from './pending-list.ts';
import type { Pending } from './pending-post.ts';
import type { MessageWindow } from './windows.ts';

const me = '10000000001';
const chatId = '00000000-0000-4000-8000-000000000001';

const home: Home = {
  position: '1-1',
  user_id: me,
  users: [],
  channels: [],
  joined_channel_ids: [],
  chats: [
    {
      chat_id: chatId,
      name: 'Round',
      is_direct: false,
      opened_by: null,
      member_ids: [me],
      last_number: 4,
      last_at: null,
      deleted_at: null,
      is_closed: false,
      revision: 1,
    },
  ],
  readings: [{ place: 'chat', place_id: chatId, number: 4, unread: 0 }],
};

const message = (number: number, author_id: string): MessageState => ({
  message_id: `m${number}`,
  chat_id: chatId,
  author_id,
  blocks: ['hello'],
  mention_ids: [],
  reactions: [],
  created_at: '2026-01-01T00:00:00.000Z',
  edited_at: null,
  deleted_at: null,
  revision: 1,
  sent_id: null,
  number,
});

const comment = (thread_id: string): CommentState => ({
  ...message(1, '10000000002'),
  comment_id: `c${thread_id}`,
  thread_id,
  channel_id: '30000000001',
  parent_id: null,
  answers_id: '10000000003',
});

function makeCache(): QueryClient {
  const client = new QueryClient();
  client.setQueryData(homeQuery.queryKey, home);
  return client;
}

const readingIn = (client: QueryClient) =>
  client.getQueryData<Home>(homeQuery.queryKey)?.readings[0];

test('a message of somebody else is unread, once however often it is heard', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const client = makeCache();

  hear(client, [{ kind: 'message', message: message(5, '10000000002') }]);
  hear(client, [{ kind: 'message', message: message(5, '10000000002') }]);

  assert.deepEqual(readingIn(client), { place: 'chat', place_id: chatId, number: 4, unread: 1 });
});

test('after a message of one’s own everything is read', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const client = makeCache();

  hear(client, [{ kind: 'message', message: message(5, '10000000002') }]);
  hear(client, [{ kind: 'message', message: message(6, me) }]);

  assert.deepEqual(readingIn(client), { place: 'chat', place_id: chatId, number: 6, unread: 0 });
});

test('what happens while something is loaded is in it', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const client = makeCache();
  const { promise, resolve } = Promise.withResolvers<MessageWindow>();

  const loading = catchingUp(() => promise, changeMessages);
  hear(client, [{ kind: 'message', message: message(5, me) }]);
  resolve({ messages: [message(4, me)], has_older: false, has_newer: false });
  const window = await loading;

  assert.deepEqual(
    window.messages.map(({ number }) => number),
    [4, 5],
  );
});

test('what was sent and arrives before its answer is not shown twice, even when it seemed lost', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const client = makeCache();
  const sent: Pending = {
    key: 'k1',
    text: 'hello',
    parentId: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    status: 'sending',
  };
  const failed: Pending = { ...sent, key: 'k2', status: 'failed', error: 'It was not sent.' };
  changePending(client, { chatId }, () => [sent, failed, { ...sent, key: 'k3' }]);
  client.setQueryData<MessageWindow>(messagesKey(chatId), {
    messages: [],
    has_older: false,
    has_newer: false,
  });

  hear(client, [
    { kind: 'message', message: { ...message(5, me), sent_id: 'k1' } },
    { kind: 'message', message: { ...message(6, me), sent_id: 'k2' } },
    { kind: 'message', message: message(7, me) },
  ]);

  const left = client.getQueryData<Pending[]>(pendingKey({ chatId })) ?? [];
  assert.deepEqual(
    left.map(({ key }) => key),
    ['k3'],
  );
});

test('what is unread is counted at once, and then after a rest', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 10_000_000 });
  const asked: string[] = [];
  t.mock.method(globalThis, 'fetch', async (address: string) => {
    asked.push(String(address));
    const readings = [{ place: 'inbox', place_id: me, number: 0, unread: asked.length }];
    return Response.json({ readings });
  });
  const client = makeCache();
  const [one, other] = ['20000000001', '20000000002'];

  hear(client, [{ kind: 'comment', comment: comment(one) }]);
  hear(client, [{ kind: 'comment', comment: comment(other) }]);
  t.mock.timers.tick(1);
  hear(client, [{ kind: 'message', message: message(5, '10000000002') }]);
  t.mock.timers.tick(1_499);
  await setImmediate();
  const before = asked.length;
  t.mock.timers.tick(1);
  t.mock.timers.reset();
  await until('the count is there', () => readingIn(client)?.unread === 2);

  assert.equal(before, 1);
  assert.deepEqual(asked, [
    `/api/messaging/readings?threads=${one}%2C${other}`,
    '/api/messaging/readings',
  ]);
});

test('what is tried again loses its reason, and nothing else does', () => {
  const client = makeCache();
  const failed = (key: string): Pending => ({
    key,
    text: key,
    parentId: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    status: 'failed',
    error: 'too long',
  });
  changePending(client, { chatId }, () => [failed('k1'), failed('k2')]);

  setStatus(client, { chatId }, 'k1', { status: 'sending' });

  const [first, second] = client.getQueryData<Pending[]>(pendingKey({ chatId })) ?? [];
  assert.deepEqual([first?.status, first?.error], ['sending', undefined]);
  assert.deepEqual([second?.status, second?.error], ['failed', 'too long']);
});

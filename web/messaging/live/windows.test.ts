import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageState, ThreadState } from '../../../contract/messaging/website/shapes.ts';
import {
  addNewerMessages,
  addOlderMessages,
  addOlderThreads,
  type MessageWindow,
  putMessage,
  putThread,
  type ThreadWindow,
} from './windows.ts';

const post = {
  author_id: '10000000001',
  blocks: ['x'],
  mention_ids: [],
  reactions: [],
  created_at: '2026-01-01T00:00:00.000Z',
  edited_at: null,
  deleted_at: null,
  revision: 1,
  sent_id: null,
};

const message = (number: number, more: Partial<MessageState> = {}): MessageState => ({
  ...post,
  message_id: `m${number}`,
  chat_id: 'c',
  number,
  ...more,
});

const thread = (id: number, number: number, more: Partial<ThreadState> = {}): ThreadState => ({
  ...post,
  thread_id: `t${id}`,
  channel_id: 'c',
  number,
  active_at: post.created_at,
  comment_count: 0,
  last_number: 0,
  share_token: 's',
  is_announcement: false,
  ...more,
});

const chat = (numbers: number[], has_older: boolean, has_newer: boolean): MessageWindow => ({
  messages: numbers.map((number) => message(number)),
  has_older,
  has_newer,
});

const numbersOf = ({ messages }: MessageWindow) => messages.map(({ number }) => number);
const idsOf = ({ threads }: ThreadWindow) => threads.map(({ thread_id }) => thread_id);

test('a new message is put at the end, also when two arrive the other way round', () => {
  const window = [6, 5].map((number) => message(number)).reduce(putMessage, chat([4], true, false));

  assert.deepEqual(numbersOf(window), [4, 5, 6]);
});

test('a message that is heard twice is there once', () => {
  const window = [5, 5].map((number) => message(number)).reduce(putMessage, chat([4], true, false));

  assert.deepEqual(numbersOf(window), [4, 5]);
});

test('of two states the later one stays, whichever is heard last', () => {
  const edited = message(4, { blocks: ['edited'], revision: 3 });
  const window = [edited, message(4, { revision: 2 })].reduce(putMessage, chat([4], true, false));

  assert.deepEqual(window.messages[0]?.blocks, ['edited']);
});

test('what lies outside of the stretch that is loaded leaves no gap in it', () => {
  const window = [2, 9]
    .map((number) => message(number))
    .reduce(putMessage, chat([4, 5], true, true));

  assert.deepEqual(numbersOf(window), [4, 5]);
});

test('pages on both sides join the stretch, and say whether there is more', () => {
  const window = chat([4, 5], true, true);

  const older = addOlderMessages(window, chat([2, 3], false, true));
  const both = addNewerMessages(older, chat([6], true, false));

  assert.deepEqual(numbersOf(both), [2, 3, 4, 5, 6]);
  assert.deepEqual([both.has_older, both.has_newer], [false, false]);
});

test('a thread with a new comment moves to the top, a deleted one goes', () => {
  const window: ThreadWindow = {
    threads: [thread(2, 8), thread(1, 5)],
    readings: [],
    has_more: true,
  };

  const moved = putThread(window, thread(1, 9, { revision: 2 }));
  const left = putThread(moved, thread(2, 8, { deleted_at: post.created_at, revision: 2 }));

  assert.deepEqual(idsOf(moved), ['t1', 't2']);
  assert.deepEqual(idsOf(left), ['t1']);
});

test('a change of a thread that is not loaded yet waits for its page', () => {
  const window: ThreadWindow = { threads: [thread(2, 8)], readings: [], has_more: true };

  const same = putThread(window, thread(1, 3, { revision: 2 }));
  const page = { threads: [thread(1, 3, { revision: 2 })], readings: [], has_more: false };
  const widened = addOlderThreads(same, page);

  assert.deepEqual(idsOf(same), ['t2']);
  assert.deepEqual(idsOf(widened), ['t2', 't1']);
});

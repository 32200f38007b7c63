import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reading, ThreadState } from '../../../contract/messaging/website/shapes.ts';
import { feedRows } from './feed-rows.ts';

function thread(number: number, author = 'ann', comments = 0): ThreadState {
  return {
    thread_id: `t${number}`,
    channel_id: 'c',
    author_id: author,
    blocks: [],
    mention_ids: [],
    reactions: [],
    created_at: '2026-01-01T00:00:00Z',
    edited_at: null,
    deleted_at: null,
    revision: 1,
    sent_id: null,
    number,
    active_at: '2026-01-01T00:00:00Z',
    comment_count: comments,
    last_number: comments,
    share_token: '',
    is_announcement: false,
  };
}

const read = (id: string, unread: number): [string, Reading] => [
  id,
  { place: 'thread', place_id: id, number: 0, unread },
];

function drawn(
  threads: ThreadState[],
  newAfter: number | undefined,
  ...opened: [string, Reading][]
): string[] {
  const readings = new Map(opened);
  const rows = feedRows({ threads, pending: [], newAfter, readings, own: 'me' });
  return rows.map((row) => (row.kind === 'thread' && row.isNew ? `new ${row.key}` : row.key));
}

test('a line parts what is new from what was read', () => {
  assert.deepEqual(drawn([thread(3), thread(2), thread(1)], 1), ['new t3', 'new t2', 'line', 't1']);
});

test('there is no line where all is new, nothing is, or nobody knows', () => {
  assert.deepEqual(drawn([thread(3), thread(2)], 1), ['new t3', 'new t2']);
  assert.deepEqual(drawn([thread(3), thread(2)], 3), ['t3', 't2']);
  assert.deepEqual(drawn([thread(3), thread(2)], undefined), ['t3', 't2']);
});

test('one’s own thread is not new until somebody else says something to it', () => {
  const threads = [thread(3, 'me', 1), thread(1)];

  assert.deepEqual(drawn([thread(3, 'me'), thread(1)], 1), ['t3', 't1']);
  assert.deepEqual(drawn(threads, 1), ['t3', 't1']);
  assert.deepEqual(drawn(threads, 1, read('t3', 0)), ['t3', 't1']);
  assert.deepEqual(drawn(threads, 1, read('t3', 1)), ['new t3', 'line', 't1']);
});

test('a thread of another is not new for what one said there oneself', () => {
  assert.deepEqual(drawn([thread(3, 'ann', 1), thread(1)], 1, read('t3', 0)), ['t3', 't1']);
});

test('what is being sent stands above, the latest first', () => {
  const one = { text: '', parentId: null, createdAt: '', status: 'sending' } as const;
  const pending = [
    { ...one, key: 'a' },
    { ...one, key: 'b' },
  ];

  const rows = feedRows({
    threads: [thread(1)],
    pending,
    newAfter: undefined,
    readings: new Map(),
    own: 'me',
  });

  assert.deepEqual(
    rows.map(({ key }) => key),
    ['pending-b', 'pending-a', 't1'],
  );
});

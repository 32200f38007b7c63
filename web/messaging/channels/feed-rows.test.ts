import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ThreadState } from '../../../contract/messaging/website/shapes.ts';
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
    number,
    active_at: '2026-01-01T00:00:00Z',
    comment_count: comments,
    last_number: comments,
    share_token: '',
    is_announcement: false,
  };
}

function drawn(threads: ThreadState[], newAfter: number | undefined): string[] {
  const rows = feedRows({ threads, pending: [], newAfter, own: 'me' });
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

test('one’s own thread is not new until somebody says something to it', () => {
  assert.deepEqual(drawn([thread(3, 'me'), thread(1)], 1), ['t3', 't1']);
  assert.deepEqual(drawn([thread(3, 'me', 1), thread(1)], 1), ['new t3', 'line', 't1']);
});

test('what is being sent stands above, the latest first', () => {
  const one = { text: '', parentId: null, createdAt: '', status: 'sending' } as const;
  const pending = [
    { ...one, key: 'a' },
    { ...one, key: 'b' },
  ];

  const rows = feedRows({ threads: [thread(1)], pending, newAfter: undefined, own: 'me' });

  assert.deepEqual(
    rows.map(({ key }) => key),
    ['pending-b', 'pending-a', 't1'],
  );
});

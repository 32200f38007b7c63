import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommentState } from '../../../contract/messaging/website/shapes.ts';
import { ancestorsOf, commentRows } from './comment-tree.ts';

const none = new Set<string>();

function comment(number: number, parent: number | null, isDeleted = false): CommentState {
  return {
    comment_id: String(number),
    thread_id: '1',
    channel_id: '1',
    parent_id: parent === null ? null : String(parent),
    answers_id: '1',
    author_id: '1',
    blocks: [],
    mention_ids: [],
    reactions: [],
    created_at: '2026-01-01T00:00:00Z',
    edited_at: null,
    deleted_at: isDeleted ? '2026-01-01T00:00:00Z' : null,
    revision: 1,
    sent_id: null,
    number,
  };
}

function drawn(rows: ReturnType<typeof commentRows>): string {
  return rows.map(({ comment, depth }) => `${'-'.repeat(depth)}${comment.number}`).join(' ');
}

test('answers stand below what they answer, in the order of their numbers', () => {
  const comments = [
    comment(1, null),
    comment(2, null),
    comment(3, 1),
    comment(4, 3),
    comment(5, 1),
    comment(6, 2),
  ];

  const rows = commentRows(comments, none);

  assert.equal(drawn(rows), '1 -3 --4 -5 2 -6');
  assert.deepEqual(
    rows.map(({ answers }) => answers),
    [3, 1, 0, 0, 1, 0],
  );
});

test('a deleted comment is left out unless something below it lives', () => {
  const comments = [
    comment(1, null, true),
    comment(2, 1, true),
    comment(3, null, true),
    comment(4, 3, true),
    comment(5, 4),
  ];

  assert.equal(drawn(commentRows(comments, none)), '3 -4 --5');
  assert.equal(drawn(commentRows(comments, none, '2')), '1 -2 3 -4 --5');
});

test('a collapsed branch shows its root and how many are below', () => {
  const comments = [comment(1, null), comment(2, 1), comment(3, 2), comment(4, null)];

  const rows = commentRows(comments, new Set(['1']));

  assert.equal(drawn(rows), '1 4');
  assert.equal(rows[0]?.answers, 2);
});

test('what is very deep stands flat, and breaks nothing', () => {
  const comments = Array.from({ length: 20_000 }, (_, index) =>
    comment(index + 1, index === 0 ? null : index),
  );

  const rows = commentRows(comments, none);

  assert.equal(rows.length, 20_000);
  assert.equal(rows.at(-1)?.depth, 4);
  assert.equal(rows.at(-1)?.isFlat, true);
  assert.equal(rows[4]?.isFlat, false);
});

test('a comment stands below its ancestors', () => {
  const comments = [comment(1, null), comment(2, 1), comment(3, 2), comment(4, null)];

  assert.deepEqual(ancestorsOf(comments, '3'), ['2', '1']);
  assert.deepEqual(ancestorsOf(comments, '4'), []);
});

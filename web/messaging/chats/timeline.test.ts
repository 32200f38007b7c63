import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MessageState } from '../../../contract/messaging/website/shapes.ts';
import { firstNewAfter, timeline } from './timeline.ts';

const me = '10000000001';
const ann = '10000000002';

function messageAt(number: number, at: string, author = ann): MessageState {
  return {
    message_id: `message-${number}`,
    chat_id: 'chat',
    author_id: author,
    blocks: [`Message ${number}`],
    mention_ids: [],
    reactions: [],
    created_at: new Date(at).toISOString(),
    edited_at: null,
    deleted_at: null,
    revision: 1,
    sent_id: null,
    number,
  };
}

function rowsOf(messages: MessageState[], given: Partial<Parameters<typeof timeline>[0]> = {}) {
  const whole = { pending: [], me, hasOlder: false, firstNew: undefined, seams: new Set<number>() };
  return timeline({ messages, ...whole, ...given });
}

// Without a zone: as the clock on the reader's wall.
const noon = '2026-03-02T12:00:00';
const soon = '2026-03-02T12:02:00';
const later = '2026-03-02T12:30:00';
const tomorrow = '2026-03-03T00:01:00';

describe('the lines of a chat', () => {
  test('messages of one author within five minutes stand under one name', () => {
    const messages = [messageAt(1, noon), messageAt(2, soon), messageAt(3, later)];

    const rows = rowsOf([...messages, messageAt(4, later, me)]);

    assert.deepEqual(
      rows.map((row) => row.isContinued),
      [false, true, false, false],
    );
  });

  test('a day begins where the reader’s clock says so', () => {
    const rows = rowsOf([messageAt(1, noon), messageAt(2, later), messageAt(3, tomorrow)]);

    assert.deepEqual(
      rows.map(({ day }) => day !== undefined),
      [true, false, true],
    );
  });

  test('the first line names no day while there are older ones', () => {
    const rows = rowsOf([messageAt(7, noon)], { hasOlder: true });

    assert.equal(rows[0]?.day, undefined);
  });

  test('a line does not change when older ones are put before it', () => {
    const seams = new Set([2]);
    const before = rowsOf([messageAt(2, soon)], { hasOlder: true, seams });

    const after = rowsOf([messageAt(1, noon), messageAt(2, soon)], { seams });

    assert.deepEqual(after[1], before[0]);
  });

  test('what is being sent comes last, and under one’s own name', () => {
    const pending = {
      key: 'k',
      text: 'Hello',
      parentId: null,
      createdAt: new Date(soon).toISOString(),
      status: 'sending' as const,
    };

    const rows = rowsOf([messageAt(1, noon, me)], { pending: [pending] });

    assert.deepEqual(
      rows.map(({ key, isContinued }) => ({ key, isContinued })),
      [
        { key: 'message-1', isContinued: false },
        { key: 'k', isContinued: true },
      ],
    );
  });
});

describe('what is new in a chat', () => {
  test('begins at the first message of somebody else that was not read', () => {
    const messages = [messageAt(1, noon), messageAt(2, noon, me), messageAt(3, noon)];

    assert.equal(firstNewAfter(messages, 1, me), 3);
  });

  test('is nothing when all was read, written by oneself, or deleted', () => {
    const deleted = { ...messageAt(3, noon), deleted_at: new Date(later).toISOString() };

    assert.equal(
      firstNewAfter([messageAt(1, noon), messageAt(2, noon, me), deleted], 1, me),
      undefined,
    );
  });
});

import type { MessageState } from '../../../contract/messaging/website/shapes.ts';
import type { Pending } from '../live/pending-post.ts';

/** One row of a chat: a message, or one that is being sent. */
export type Row = {
  key: string;
  message?: MessageState;
  pending?: Pending;
  /** The day that begins here, as the time of its first message. */
  day?: string;
  /** Whether the new messages begin here. */
  isFirstNew: boolean;
  /** It follows another by the same author closely enough that their name is not repeated. */
  isContinued: boolean;
};

const continuedMilliseconds = 5 * 60_000;

type Given = {
  messages: readonly MessageState[];
  pending: readonly Pending[];
  /** The member's own user id. */
  me: string;
  hasOlder: boolean;
  /** Number of the first new message; undefined when there is none. */
  firstNew: number | undefined;
  /** Numbers at which a page began: there the author is repeated, so that nothing moves later. */
  seams: ReadonlySet<number>;
};

/** The rows of a chat, in order. */
export function timeline({ messages, pending, me, hasOlder, firstNew, seams }: Given): Row[] {
  const rows: Row[] = [];
  let before: { author: string; at: string } | undefined;
  for (const message of messages) {
    const { author_id: author, created_at: at } = message;
    const isFirstNew = message.number === firstNew;
    const beginsDay = before ? !isSameDay(before.at, at) : !hasOlder;
    const isContinued =
      !beginsDay && !isFirstNew && !seams.has(message.number) && continues(before, { author, at });
    const day = beginsDay ? { day: at } : {};
    rows.push({ key: message.message_id, message, isFirstNew, isContinued, ...day });
    before = { author, at };
  }
  for (const one of pending) {
    const now = { author: me, at: one.createdAt };
    const isContinued = continues(before, now);
    rows.push({ key: one.key, pending: one, isFirstNew: false, isContinued });
    before = now;
  }
  return rows;
}

/** The first message by somebody else after a number that is not deleted. */
export function firstNewAfter(
  messages: readonly MessageState[],
  readNumber: number | undefined,
  me: string,
): number | undefined {
  if (readNumber === undefined) return undefined;
  return messages.find((one) => one.number > readNumber && isNews(one, me))?.number;
}

/** Whether a message counts as new: it is by somebody else, and not deleted. */
export function isNews({ author_id, deleted_at }: MessageState, me: string): boolean {
  return author_id !== me && deleted_at === null;
}

type Said = { author: string; at: string };

function continues(before: Said | undefined, now: Said): boolean {
  if (!before || before.author !== now.author || !isSameDay(before.at, now.at)) return false;
  return Date.parse(now.at) - Date.parse(before.at) < continuedMilliseconds;
}

function isSameDay(one: string, other: string): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}

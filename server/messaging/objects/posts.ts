import {
  CommentRecord,
  MessageRecord,
  NewComment,
  NewMessage,
  NewThread,
  ThreadRecord,
} from '../../../contract/messaging/records.ts';
import { joinText } from '../../../contract/messaging/text.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import type { Members, ObjectRecord, ProductObject, Reading } from '../../platform/objects.ts';
import { type Content, readBlocks, readText } from '../formatting/content.ts';
import { isUuid, readNumber } from '../names/names.ts';
import { deleteComment, postCommentIn } from '../posts/comments/api.ts';
import { type CommentRow, commentTable } from '../posts/comments/store.ts';
import { deleteChatMessage, postChatMessage } from '../posts/messages/api.ts';
import { type MessageRow, messageTable } from '../posts/messages/store.ts';
import type { PostRow } from '../posts/post.ts';
import { type Picked, type PostTable, selectReadablePosts } from '../posts/store.ts';
import { deleteThread } from '../posts/threads/api.ts';
import { type ThreadRow, threadTable } from '../posts/threads/store.ts';
import { postThreadIn } from '../posts/threads/threads.ts';
import { findActor } from '../users/users.ts';

const pageMax = 500;
/** No user has this number: what it may read is open to all. */
const nobody = 0;
// What is given has passed the schema of its object before it comes here.
const unread = { params: {}, query: {} };

type Stored = PostRow & { id: number | string };
type Kind<Row extends Stored> = {
  noun: string;
  show(row: Row): Members;
  /** An id before all others. */
  first: number | string;
  isId(key: string): boolean;
};

function reading<Row extends Stored>(
  table: PostTable<Row>,
  { noun, show, first, isId }: Kind<Row>,
): Pick<Reading, 'scope' | 'pageMax' | 'page' | 'find' | 'open'> {
  const pick = async (ctx: ReadContext, picked: Picked): Promise<ObjectRecord[]> => {
    const { id } = await findActor(ctx, ctx.latest);
    return pickAs(ctx, id, picked);
  };
  const pickAs = async (
    { latest, organization }: Omit<ReadContext, 'caller'>,
    userId: number,
    picked: Picked,
  ): Promise<ObjectRecord[]> => {
    const rows = await selectReadablePosts(latest, organization, table, userId, picked);
    return rows.map((row) => ({
      place: String(row.id),
      members: { ...show(row), ...shownOf(row) },
      subject: `${noun} ${row.id}`,
    }));
  };
  return {
    scope: null,
    pageMax,
    page: (ctx, after, limit) =>
      pick(ctx, { after: after !== undefined && isId(after) ? after : first, limit }),
    find: (ctx, keys) => pick(ctx, { ids: keys.filter(isId) }),
    open: (ctx, keys) => pickAs(ctx, nobody, { ids: keys.filter(isId) }),
  };
}

function shownOf({ author_id, created_at, edited_at }: PostRow): Members {
  return {
    authorID: String(author_id),
    created_at: created_at.toISOString(),
    edited_at: edited_at?.toISOString() ?? null,
  };
}

const ofNumbers = { first: 0, isId: (key: string) => readNumber(key) > 0 };

export const threads: ProductObject = {
  name: 'threads',
  shape: ThreadRecord,
  key: 'threadID',
  read: {
    changes: {
      'thread.posted': ({ subject }) => subject,
      'thread.edited': ({ subject }) => subject,
    },
    gone: { 'thread.deleted': ({ subject }) => subject },
    ...reading<ThreadRow>(threadTable, {
      noun: 'thread',
      show: ({ id, channel_id, blocks }) => ({
        threadID: String(id),
        channelID: String(channel_id),
        ...textOf(blocks),
      }),
      ...ofNumbers,
    }),
  },
  insert: {
    scope: null,
    given: NewThread,
    write: async (ctx, given) => {
      const { id } = await postThreadIn(ctx, given, contentOf(given));
      return String(id);
    },
  },
  delete: {
    scope: null,
    write: (ctx, threadID) => deleteThread(ctx, { ...unread, body: { threadID } }),
  },
};

export const comments: ProductObject = {
  name: 'comments',
  shape: CommentRecord,
  key: 'commentID',
  read: {
    changes: {
      'comment.posted': ({ subject }) => subject,
      'comment.edited': ({ subject }) => subject,
    },
    gone: { 'comment.deleted': ({ subject }) => subject },
    ...reading<CommentRow>(commentTable, {
      noun: 'comment',
      show: ({ id, thread_id, channel_id, parent_id, blocks }) => ({
        commentID: String(id),
        threadID: String(thread_id),
        channelID: String(channel_id),
        parentID: String(parent_id ?? thread_id),
        ...textOf(blocks),
      }),
      ...ofNumbers,
    }),
  },
  insert: {
    scope: null,
    given: NewComment,
    write: async (ctx: WriteContext, given) => {
      const { id } = await postCommentIn(ctx, given as never, contentOf(given));
      return String(id);
    },
  },
  delete: {
    scope: null,
    write: (ctx, commentID) => deleteComment(ctx, { ...unread, body: { commentID } }),
  },
};

export const messages: ProductObject = {
  name: 'messages',
  shape: MessageRecord,
  key: 'chatMessageID',
  read: {
    changes: {
      'message.posted': ({ subject }) => subject,
      'message.edited': ({ subject }) => subject,
    },
    gone: { 'message.deleted': ({ subject }) => subject },
    ...reading<MessageRow>(messageTable, {
      noun: 'message',
      show: ({ id, chat_id, body }) => ({ chatMessageID: id, chatID: chat_id, body }),
      first: '00000000-0000-0000-0000-000000000000',
      isId: isUuid,
    }),
  },
  insert: {
    scope: null,
    given: NewMessage,
    write: async (ctx, body) => {
      const { result } = await postChatMessage(ctx, { ...unread, body: body as never });
      return result.chatMessageID;
    },
  },
  delete: {
    scope: null,
    write: (ctx, messageID) => deleteChatMessage(ctx, { ...unread, body: { messageID } }),
  },
};

function textOf(blocks: string[]) {
  return { blocks, text: joinText(blocks) };
}

/** @throws AppError 400 */
function contentOf({ text, blocks }: Members): Content {
  return typeof text === 'string' ? readText(text) : readBlocks((blocks ?? []) as string[]);
}

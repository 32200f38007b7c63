import Type from 'typebox';
import { Optionally, OrNull, Timestamp } from '../shapes.ts';
import { AnyLongId, Blocks, LongId, messageLengthMax, Uuid } from './shapes.ts';

/** Posts as records, as they are read and written from elsewhere; the names are those of the API. */

const written = { authorID: LongId, created_at: Timestamp, edited_at: OrNull(Timestamp) };
const blocks = {
  blocks: Type.Array(Type.String()),
  text: Type.String({ description: 'The blocks, with a blank line between them.' }),
};
const NewText = Optionally(
  Type.String({
    minLength: 1,
    maxLength: messageLengthMax,
    description: 'In place of blocks: a blank line begins a new one.',
  }),
);

export const ThreadRecord = Type.Object({
  threadID: LongId,
  channelID: LongId,
  ...blocks,
  ...written,
});

export const NewThread = Type.Object({
  channel: Optionally(Type.String({ maxLength: 200 })),
  channelID: Optionally(AnyLongId),
  blocks: Optionally(Blocks),
  text: NewText,
});

export const CommentRecord = Type.Object({
  commentID: LongId,
  threadID: LongId,
  channelID: LongId,
  parentID: Type.String({ ...LongId, description: 'What it answers: a comment, or the thread.' }),
  ...blocks,
  ...written,
});

export const NewComment = Type.Object({
  threadID: AnyLongId,
  parentID: Optionally(AnyLongId),
  blocks: Optionally(Blocks),
  text: NewText,
});

export const MessageRecord = Type.Object({
  chatMessageID: Uuid,
  chatID: Uuid,
  body: Type.String(),
  ...written,
});

export const NewMessage = Type.Object({
  chat: Optionally(Type.String({ maxLength: 200 })),
  chatID: Optionally(Type.String({ minLength: 1, maxLength: 64 })),
  body: Type.String({ minLength: 1, maxLength: messageLengthMax }),
});

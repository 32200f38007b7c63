import Type from 'typebox';
import { Timestamp } from '../shapes.ts';
import { LongId, Uuid } from './shapes.ts';
import { Place } from './website/shapes.ts';

const Privacy = Type.Union([Type.Literal('public'), Type.Literal('private')]);
const channel = { channelID: LongId };
const chat = { chatID: Uuid };
const thread = { threadID: LongId, ...channel };
const comment = { commentID: LongId, ...thread };
const message = { chatMessageID: Uuid, ...chat };
const user = { userID: LongId };
const posted = { authorID: LongId, created_at: Timestamp };

const Bot = Type.Object(user);
const ChannelMember = Type.Object({ ...channel, ...user });
const ChatMember = Type.Object({ ...chat, ...user });
const Members = Type.Object({ ...chat, memberIDs: Type.Array(LongId) });
const Thread = Type.Object({ ...thread, ...posted });
const Comment = Type.Object({ ...comment, parentID: LongId, ...posted });
const Message = Type.Object({ ...message, number: Type.Integer(), ...posted });

/** Ids are text throughout, as the API shows them. */
export const events = {
  'channel.created': Type.Object({
    ...channel,
    name: Type.String(),
    description: Type.String(),
    privacy: Privacy,
    memberIDs: Type.Array(LongId),
  }),
  'channel.updated': Type.Object({
    ...channel,
    name: Type.String(),
    description: Type.String(),
    privacy: Privacy,
    previous_privacy: Privacy,
  }),
  'channel.joined': ChannelMember,
  'channel.left': ChannelMember,
  'thread.posted': Thread,
  'thread.edited': Thread,
  'thread.reacted': Type.Object(thread),
  'thread.deleted': Type.Object(thread),
  'comment.posted': Comment,
  'comment.edited': Comment,
  'comment.reacted': Type.Object(comment),
  'comment.deleted': Type.Object(comment),
  'chat.created': Members,
  'chat.updated': Type.Object(chat),
  'chat.joined': ChatMember,
  'chat.left': ChatMember,
  'chat.deleted': Members,
  'message.posted': Message,
  'message.edited': Message,
  'message.reacted': Type.Object(message),
  'message.deleted': Type.Object(message),
  'reading.moved': Type.Object({
    ...user,
    place: Place,
    place_id: Type.String(),
  }),
  'bot.created': Bot,
  'bot.ended': Bot,
  'user.updated': Type.Object({ ...user, name: Type.String() }),
};

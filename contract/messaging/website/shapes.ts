import Type, { type Static } from 'typebox';
import { OrNull } from '../../shapes.ts';
import { LongId, Uuid } from '../shapes.ts';

export const textLengthMax = 25_000;
export const pageMax = 100;
/** Unread things are counted up to here; more is shown as "99+". */
export const unreadMax = 100;
/** How many different emoji one post may have. */
export const emojiMax = 20;

const Time = Type.String({ format: 'date-time' });

/** A count within a place (a channel, thread, chat, inbox), which grows by one with each post. */
export const PlaceNumber = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const UserState = Type.Object({
  user_id: LongId,
  name: Type.String(),
  kind: Type.Union([Type.Literal('member'), Type.Literal('bot')]),
  /** False once the membership ended or the key was revoked. */
  is_active: Type.Boolean(),
});
export type UserState = Static<typeof UserState>;

export const ChannelState = Type.Object({
  channel_id: LongId,
  name: Type.String(),
  description: Type.String(),
  privacy: Type.Union([Type.Literal('public'), Type.Literal('private')]),
  /** Null: the operator, or somebody who has left the organization. */
  opened_by: OrNull(LongId),
  /**
   * Whether every member may add people and change the description; otherwise only its creator,
   * owners and admins may.
   */
  members_may_change: Type.Boolean(),
  is_archived: Type.Boolean(),
  member_count: Type.Integer(),
  /** Grows with each thread and comment in it. */
  last_number: PlaceNumber,
  revision: Type.Integer(),
});
export type ChannelState = Static<typeof ChannelState>;

export const Reaction = Type.Object({ emoji: Type.String(), user_ids: Type.Array(LongId) });
export type Reaction = Static<typeof Reaction>;

/** What every post has. A deleted one keeps its place and has no blocks. */
const post = {
  author_id: LongId,
  blocks: Type.Array(Type.String()),
  /** The users that it mentions. */
  mention_ids: Type.Array(LongId),
  reactions: Type.Array(Reaction),
  created_at: Time,
  edited_at: OrNull(Time),
  deleted_at: OrNull(Time),
  /** Grows with each change: of two states, the one with the higher revision is the later. */
  revision: Type.Integer(),
  /** The `sent_id` that it was posted with. */
  sent_id: OrNull(Uuid),
};

export const ThreadState = Type.Object({
  thread_id: LongId,
  channel_id: LongId,
  ...post,
  /** Number of its last activity in the channel: what channels are sorted by. */
  number: PlaceNumber,
  active_at: Time,
  comment_count: Type.Integer(),
  /** Number of its last comment. */
  last_number: PlaceNumber,
  share_token: Type.String(),
  /** Announces what was done to the channel; its author can neither edit nor delete it. */
  is_announcement: Type.Boolean(),
});
export type ThreadState = Static<typeof ThreadState>;

export const CommentState = Type.Object({
  comment_id: LongId,
  thread_id: LongId,
  channel_id: LongId,
  /** The comment that it answers; null: the thread itself. */
  parent_id: OrNull(LongId),
  /** The user who is answered. */
  answers_id: LongId,
  ...post,
  /** Its place in the thread: 1, 2, … A parent has a lower one than its answers. */
  number: PlaceNumber,
});
export type CommentState = Static<typeof CommentState>;

export const ChatState = Type.Object({
  chat_id: Uuid,
  /** Empty for a direct chat, which is named after the other member. */
  name: Type.String(),
  is_direct: Type.Boolean(),
  /** Null: the operator, or somebody who has left the organization. */
  opened_by: OrNull(LongId),
  member_ids: Type.Array(LongId),
  last_number: PlaceNumber,
  last_at: OrNull(Time),
  deleted_at: OrNull(Time),
  /** A direct chat whose other member has left the organization: it is read-only. */
  is_closed: Type.Boolean(),
  revision: Type.Integer(),
});
export type ChatState = Static<typeof ChatState>;

export const MessageState = Type.Object({
  message_id: Uuid,
  chat_id: Uuid,
  ...post,
  /** Its place in the chat: 1, 2, … */
  number: PlaceNumber,
});
export type MessageState = Static<typeof MessageState>;

export const Place = Type.Union([
  Type.Literal('channel'),
  Type.Literal('thread'),
  Type.Literal('chat'),
  Type.Literal('inbox'),
]);
export type Place = Static<typeof Place>;

/** How far a member has read in one place. */
export const Reading = Type.Object({
  place: Place,
  /** The id of the channel, thread or chat; for the inbox, the user's own. */
  place_id: Type.String(),
  /** Everything up to this number has been read. */
  number: PlaceNumber,
  /** How many new ones there are by others; counted up to 100. */
  unread: Type.Integer(),
});
export type Reading = Static<typeof Reading>;

/** A post in somebody's inbox, and why it is there. */
export const Notice = Type.Object({
  number: PlaceNumber,
  reason: Type.Union([Type.Literal('mention'), Type.Literal('reply')]),
  created_at: Time,
  /** The post, and where it is: one of the three, with its place. */
  thread: OrNull(ThreadState),
  comment: OrNull(CommentState),
  message: OrNull(MessageState),
});
export type Notice = Static<typeof Notice>;

export const Text = Type.String({
  minLength: 1,
  maxLength: textLengthMax,
  description: 'With formatting; blank lines part the blocks of a thread or comment.',
});

export const SentId = Type.Optional(
  Type.String({
    format: 'uuid',
    description:
      'Comes again in the post, also where others tell of it: so whoever sends it recognizes it ' +
      'before the answer is there.',
  }),
);

export const Cursor = Type.Optional(PlaceNumber);
export const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: pageMax, default: 50 }));
export { LongId, Time, Uuid };

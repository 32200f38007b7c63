import Type, { type Static } from 'typebox';
import { endpoint } from '../../endpoint.ts';
import { LogPosition } from '../../platform/feed.ts';
import {
  ChannelState,
  ChatState,
  CommentState,
  LongId,
  MessageState,
  Reading,
  ThreadState,
  UserState,
} from './shapes.ts';

const kind = <const K extends string>(name: K) => ({ kind: Type.Literal(name) });

/**
 * The present state of something that changed. Receiving it twice, or an older one late (see
 * `revision`), does no harm.
 */
export const Change = Type.Union([
  Type.Object({ ...kind('user'), user: UserState }),
  Type.Object({ ...kind('channel'), channel: ChannelState }),
  Type.Object({ ...kind('thread'), thread: ThreadState }),
  Type.Object({ ...kind('comment'), comment: CommentState }),
  Type.Object({ ...kind('chat'), chat: ChatState }),
  Type.Object({ ...kind('message'), message: MessageState }),
  /** The member's own, from another tab or device. */
  Type.Object({ ...kind('reading'), reading: Reading }),
  /** The member may read more or fewer places than before: get the home again. */
  Type.Object({ ...kind('places'), channel_ids: Type.Array(LongId) }),
]);
export type Change = Static<typeof Change>;

/** Server-sent events; `?after=` or the header Last-Event-ID gives the position to start from. */
export const feedPath = '/api/messaging/feed';

export const feed = {
  /** Long polling, for clients behind a proxy that holds streams back. */
  pollFeed: endpoint({
    method: 'GET',
    path: '/api/messaging/feed/poll',
    summary: 'Wait for changes after a position',
    description: 'Answers as soon as there are some, or with none after some seconds.',
    scope: 'member',
    query: Type.Object({
      after: LogPosition,
      wait_seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 30, default: 25 })),
    }),
    status: 200,
    answer: Type.Object({
      position: LogPosition,
      changes: Type.Array(Change),
      /** The position is too old to continue from: load everything again. */
      resync: Type.Boolean(),
    }),
    errors: ['invalid_request'],
  }),
};

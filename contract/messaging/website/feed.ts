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
 * What a listener is told: the state of something as it is now, so that hearing it twice, or an older
 * one late (see `revision`), does no harm.
 */
export const Change = Type.Union([
  Type.Object({ ...kind('user'), user: UserState }),
  Type.Object({ ...kind('channel'), channel: ChannelState }),
  Type.Object({ ...kind('thread'), thread: ThreadState }),
  Type.Object({ ...kind('comment'), comment: CommentState }),
  Type.Object({ ...kind('chat'), chat: ChatState }),
  Type.Object({ ...kind('message'), message: MessageState }),
  /** One's own, from another tab or device. */
  Type.Object({ ...kind('reading'), reading: Reading }),
  /** What one may read became more or less: get the home again. */
  Type.Object({ ...kind('places'), channel_ids: Type.Array(LongId) }),
]);
export type Change = Static<typeof Change>;

/** A server-sent event stream; `?after=` or the header Last-Event-ID says from where. */
export const feedPath = '/api/messaging/feed';

export const feed = {
  /** For where a proxy holds back streams. */
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
      /** The position is too old: load everything afresh. */
      resync: Type.Boolean(),
    }),
    errors: ['invalid_request'],
  }),
};

import Type from 'typebox';
import { endpoint } from '../../endpoint.ts';
import { LogPosition } from '../../platform/feed.ts';
import { OrNull } from '../../shapes.ts';
import {
  ChannelState,
  ChatState,
  LongId,
  Place,
  PlaceNumber,
  Reading,
  UserState,
  Uuid,
} from './shapes.ts';

const NamedKind = Type.Union([
  Type.Literal('channel'),
  Type.Literal('thread'),
  Type.Literal('comment'),
  Type.Literal('user'),
  Type.Literal('chat'),
  Type.Literal('message'),
]);

const ThreadIds = Type.String({
  pattern: '^\\d{1,20}(,\\d{1,20}){0,99}$',
  description: 'Up to a hundred ids, with commas between them.',
});

export const home = {
  getHome: endpoint({
    method: 'GET',
    path: '/api/messaging/home',
    summary: 'Everything that is shown around a page',
    description:
      'Users, the channels and chats that the member may read, how far they have been read. What ' +
      'changes after `position` comes through the feed; things that were read may come again there.',
    scope: 'member',
    status: 200,
    answer: Type.Object({
      position: LogPosition,
      user_id: LongId,
      users: Type.Array(UserState),
      channels: Type.Array(ChannelState),
      /** Ids of those of the channels that the member has joined. */
      joined_channel_ids: Type.Array(LongId),
      chats: Type.Array(ChatState),
      /** Of the channels and chats that the member is in, and of the inbox. */
      readings: Type.Array(Reading),
    }),
  }),
  findName: endpoint({
    method: 'GET',
    path: '/api/messaging/names/:id',
    summary: 'What an id in a URL names',
    description: 'A channel, thread, comment, user, chat or message that the member may read.',
    scope: 'member',
    params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }),
    status: 200,
    answer: Type.Object({
      kind: NamedKind,
      channel_id: OrNull(LongId),
      thread_id: OrNull(LongId),
      chat_id: OrNull(Uuid),
      /** Of a comment or message: its number in the thread or chat. */
      number: OrNull(PlaceNumber),
    }),
  }),
  listReadings: endpoint({
    method: 'GET',
    path: '/api/messaging/readings',
    summary: 'How far the member has read, and what is unread',
    description:
      'Of every channel and chat that the member is in, and of the inbox; also of those threads ' +
      'among `threads` that the member opened before, or in which something is new.',
    scope: 'member',
    query: Type.Object({ threads: Type.Optional(ThreadIds) }),
    status: 200,
    answer: Type.Object({ readings: Type.Array(Reading) }),
    errors: ['invalid_request'],
  }),
  markRead: endpoint({
    method: 'PUT',
    path: '/api/messaging/readings',
    summary: 'Say how far something has been read',
    description: 'A position only moves forward, unless `back` is true ("mark as unread").',
    scope: 'member',
    body: Type.Object({
      place: Place,
      place_id: Type.String({ minLength: 1, maxLength: 64 }),
      number: PlaceNumber,
      back: Type.Optional(Type.Boolean()),
    }),
    status: 200,
    answer: Reading,
    errors: ['invalid_request', 'channel_not_found', 'thread_not_found', 'chat_not_found'],
  }),
};

import Type from 'typebox';
import { endpoint } from '../../endpoint.ts';
import { nameLengthMax } from '../shapes.ts';
import { ChannelState, Cursor, Limit, LongId, Reading, ThreadState } from './shapes.ts';

const ById = Type.Object({ channel_id: Type.String({ maxLength: 64 }) });
const MemberById = Type.Object({
  channel_id: Type.String({ maxLength: 64 }),
  user_id: Type.String({ maxLength: 64 }),
});
const Privacy = Type.Union([Type.Literal('public'), Type.Literal('private')]);
const Name = Type.String({ minLength: 1, maxLength: nameLengthMax });
const Description = Type.String({ maxLength: 1_000 });

export const channels = {
  openChannel: endpoint({
    method: 'POST',
    path: '/api/messaging/channels',
    summary: 'Open a channel',
    scope: 'member',
    body: Type.Object({
      name: Name,
      description: Type.Optional(Description),
      privacy: Type.Optional(Privacy),
      user_ids: Type.Optional(Type.Array(LongId, { maxItems: 1_000 })),
    }),
    idempotent: true,
    status: 201,
    answer: Type.Object({ channel: ChannelState }),
    errors: ['invalid_request', 'idempotency_mismatch'],
  }),
  changeChannel: endpoint({
    method: 'PATCH',
    path: '/api/messaging/channels/:channel_id',
    summary: 'Change name, description or privacy of a channel',
    description: 'Its members may, and those who administer the organization.',
    scope: 'member',
    params: ById,
    body: Type.Object({
      name: Type.Optional(Name),
      description: Type.Optional(Description),
      privacy: Type.Optional(Privacy),
    }),
    status: 200,
    answer: Type.Object({ channel: ChannelState }),
    errors: ['invalid_request', 'channel_not_found'],
  }),
  listChannelMembers: endpoint({
    method: 'GET',
    path: '/api/messaging/channels/:channel_id/members',
    summary: 'Who is in a channel',
    scope: 'member',
    params: ById,
    status: 200,
    answer: Type.Object({ user_ids: Type.Array(LongId) }),
    errors: ['channel_not_found'],
  }),
  addChannelMember: endpoint({
    method: 'PUT',
    path: '/api/messaging/channels/:channel_id/members/:user_id',
    summary: 'Join a channel, or add somebody to it',
    scope: 'member',
    params: MemberById,
    status: 200,
    answer: Type.Object({ channel: ChannelState }),
    errors: ['invalid_request', 'channel_not_found'],
  }),
  removeChannelMember: endpoint({
    method: 'DELETE',
    path: '/api/messaging/channels/:channel_id/members/:user_id',
    summary: 'Leave a channel, or take somebody out of it',
    scope: 'member',
    params: MemberById,
    status: 200,
    answer: Type.Object({}),
    errors: ['channel_not_found'],
  }),
  listThreads: endpoint({
    method: 'GET',
    path: '/api/messaging/channels/:channel_id/threads',
    summary: 'The threads of a channel, the latest active first',
    description:
      '`before` pages to older ones, `after` to newer ones (by `number`, excluding it). Deleted ' +
      'threads are left out.',
    scope: 'member',
    params: ById,
    query: Type.Object({ before: Cursor, after: Cursor, limit: Limit }),
    status: 200,
    answer: Type.Object({
      threads: Type.Array(ThreadState),
      /** How far the member has read in those that were ever opened. */
      readings: Type.Array(Reading),
      has_more: Type.Boolean(),
    }),
    errors: ['invalid_request', 'channel_not_found'],
  }),
};

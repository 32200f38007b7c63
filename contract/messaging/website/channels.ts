import Type, { type Static } from 'typebox';
import { endpoint } from '../../endpoint.ts';
import { nameLengthMax } from '../shapes.ts';
import { ChannelState, LongId } from './shapes.ts';

const ById = Type.Object({ channel_id: Type.String({ maxLength: 64 }) });
const MemberById = Type.Object({
  channel_id: Type.String({ maxLength: 64 }),
  user_id: Type.String({ maxLength: 64 }),
});
const Privacy = Type.Union([Type.Literal('public'), Type.Literal('private')]);
const Name = Type.String({ minLength: 1, maxLength: nameLengthMax });
const Description = Type.String({ maxLength: 1_000 });
const mayChange =
  'Whether its members add people and say what it is about; otherwise only those who run it do.';

/** What owners and admins see of a private channel that they are not in. */
export const PrivateChannel = Type.Object({
  channel_id: LongId,
  name: Type.String(),
  member_count: Type.Integer(),
  is_archived: Type.Boolean(),
});
export type PrivateChannel = Static<typeof PrivateChannel>;

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
      members_may_change: Type.Optional(Type.Boolean({ description: mayChange, default: true })),
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
    summary: 'Change a channel, or archive it',
    description:
      'Whoever opened it may, and owners and admins. Members may change the description, unless ' +
      'the channel says otherwise. An archived channel can be read, and nothing is written in it.',
    scope: 'member',
    params: ById,
    body: Type.Object({
      name: Type.Optional(Name),
      description: Type.Optional(Description),
      privacy: Type.Optional(Privacy),
      members_may_change: Type.Optional(Type.Boolean({ description: mayChange })),
      is_archived: Type.Optional(Type.Boolean()),
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
    description:
      'Members add others, unless the channel says otherwise; whoever opened it, owners and ' +
      'admins do in any case.',
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
    description: 'Others are taken out by whoever opened it, and by owners and admins.',
    scope: 'member',
    params: MemberById,
    status: 200,
    answer: Type.Object({}),
    errors: ['channel_not_found'],
  }),
  listPrivateChannels: endpoint({
    method: 'GET',
    path: '/api/messaging/private-channels',
    summary: 'The private channels that one is not in, by name',
    description: 'For owners and admins, who see nothing of what is in them.',
    scope: 'member',
    status: 200,
    answer: Type.Object({ channels: Type.Array(PrivateChannel) }),
  }),
  takeChannelOver: endpoint({
    method: 'POST',
    path: '/api/messaging/private-channels/:channel_id/takeover',
    summary: 'Come into a private channel that one is not in',
    description:
      'For owners and admins. A thread in the channel tells of it, and so does the audit.',
    scope: 'member',
    params: ById,
    status: 200,
    answer: Type.Object({ channel: ChannelState }),
    errors: ['channel_not_found'],
  }),
};

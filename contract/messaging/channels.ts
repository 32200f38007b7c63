import Type, { type Static } from 'typebox';
import { endpoint } from '../endpoint.ts';
import { Optionally } from '../shapes.ts';
import { AnyLongId, LongId, nameLengthMax, OkWith } from './shapes.ts';

export const Channel = Type.Object({
  channelID: LongId,
  name: Type.String(),
  description: Type.String(),
  privacy: Type.Union([Type.Literal('public'), Type.Literal('private')]),
  memberIDs: Type.Array(LongId),
});
export type Channel = Static<typeof Channel>;

export const NewChannel = Type.Object({
  name: Type.String({ minLength: 1, maxLength: nameLengthMax, description: 'With or without #.' }),
  description: Optionally(Type.String({ maxLength: 1_000 })),
  userIDs: Optionally(Type.Array(AnyLongId, { maxItems: 1_000 })),
  emails: Optionally(Type.Array(Type.String({ maxLength: 254 }), { maxItems: 1_000 })),
  privacy: Optionally(Type.Union([Type.Literal('public'), Type.Literal('private')])),
});

const listing = {
  summary: 'List channels',
  description:
    'The public ones, and the private ones that the bot is in, by name; no archived ones.',
  status: 200,
  answer: OkWith(Type.Array(Channel)),
} as const;

export const channels = {
  ping: endpoint({
    method: 'GET',
    path: '/api/public/ping',
    summary: 'Test a key',
    description: 'Answers the name of the key.',
    scope: 'messages/get',
    status: 200,
    answer: OkWith(Type.Object({ name: Type.String() })),
  }),
  listChannels: endpoint({
    method: 'GET',
    path: '/api/public/channels',
    scope: 'messages/get',
    ...listing,
  }),
  listChannelsByPost: endpoint({
    method: 'POST',
    path: '/api/public/channels',
    scope: 'messages/post',
    ...listing,
    description: `${listing.description} No body is needed; one that is sent has to be JSON.`,
    errors: ['invalid_request', 'payload_too_large', 'unsupported_media_type'],
  }),
  createChannel: endpoint({
    method: 'POST',
    path: '/api/public/createChannel',
    summary: 'Create a channel',
    description:
      'Public unless told otherwise. The bot and the users named are its members; an address that ' +
      'no member has is a 400.',
    scope: 'messages/post',
    body: NewChannel,
    idempotent: true,
    status: 200,
    answer: OkWith(Type.Object({ channelID: LongId, channelURL: Type.String() })),
    errors: ['invalid_request', 'idempotency_mismatch'],
  }),
};

import Type, { type Static } from 'typebox';
import { endpoint } from '../../endpoint.ts';
import { OrNull } from '../../shapes.ts';
import { nameLengthMax } from '../shapes.ts';
import { LongId, Time } from './shapes.ts';

export const Key = Type.Object({
  id: Type.String(),
  name: Type.String(),
  last_four: Type.String(),
  /** The bot that posts with it. */
  user_id: LongId,
  created_at: Time,
  last_used_at: OrNull(Time),
  revoked_at: OrNull(Time),
  /** Whether the member may revoke it: they made it, or they administer the organization. */
  is_revocable: Type.Boolean(),
});
export type Key = Static<typeof Key>;

export const keys = {
  listKeys: endpoint({
    method: 'GET',
    path: '/api/messaging/keys',
    summary: 'The API keys of the organization, the latest first',
    scope: 'member',
    status: 200,
    answer: Type.Object({ keys: Type.Array(Key) }),
  }),
  makeKey: endpoint({
    method: 'POST',
    path: '/api/messaging/keys',
    summary: 'Make an API key, and the bot of its name',
    description:
      'The key is shown now and never again. A member makes at most ten an hour; all keys that ' +
      'members make share the limits of one, of the plan Professional.',
    scope: 'member',
    body: Type.Object({ name: Type.String({ minLength: 1, maxLength: nameLengthMax }) }),
    status: 201,
    answer: Type.Object({ key: Key, text: Type.String() }),
    errors: ['invalid_request'],
  }),
  revokeKey: endpoint({
    method: 'DELETE',
    path: '/api/messaging/keys/:id',
    summary: 'Revoke an API key, at once and everywhere',
    scope: 'member',
    params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
    status: 200,
    answer: Type.Object({}),
  }),
};

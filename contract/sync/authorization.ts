import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { ConnectionStatus, Id } from './shapes.ts';

const Text = Type.String({ minLength: 1, maxLength: 8_000 });

export const authorization = {
  finishAuthorization: endpoint({
    method: 'GET',
    path: '/v1/oauth/callback',
    summary: 'Come back from a system that was asked for access',
    description:
      'The redirect URI to register at the vendor. Whoever opened the `authorize_url` of a connection is ' +
      'sent here, once and within ten minutes; the connection is active from then on (RFC 6749, section ' +
      '4.1, with PKCE). Its tokens are renewed before they end.',
    scope: 'public',
    query: Type.Object({
      state: Text,
      code: Type.Optional(Text),
      error: Type.Optional(Text),
    }),
    status: 200,
    answer: Type.Object({ connection_id: Id('connection'), status: ConnectionStatus }),
    errors: ['invalid_request', 'upstream_error'],
  }),
};

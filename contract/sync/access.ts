import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { parameterLengthMax as maxLength } from '../oauth.ts';
import { Optionally } from '../shapes.ts';
import { OneOf } from './shapes.ts';

const Parameter = Type.String({ maxLength });

export const grantTypes = ['client_credentials', 'refresh_token'] as const;

export const access = {
  issueToken: endpoint({
    method: 'POST',
    path: '/v1/auth/token',
    summary: 'Get an access token and a refresh token',
    description:
      'RFC 6749, sections 4.4 and 6, as JSON or form-encoded. The access token lives for an hour. A ' +
      'refresh token works once, for 30 days, and its answer brings the next one; used again within 30 ' +
      'seconds it answers that same next one, later it ends all refresh tokens that came from it.',
    scope: 'public',
    formEncoded: true,
    body: Type.Object({
      client_id: Parameter,
      client_secret: Parameter,
      grant_type: OneOf(grantTypes),
      refresh_token: Optionally(Parameter),
      scope: Optionally(
        Type.String({
          maxLength,
          description: 'Scopes, separated by spaces; by default all that were granted.',
        }),
      ),
    }),
    example: {
      grant_type: 'client_credentials',
      client_id: '13kokms0ebl0q3',
      client_secret: 'the secret that was shown with it',
    },
    status: 200,
    answer: Type.Object({
      access_token: Type.String({ description: 'A JWT, signed with RS256.' }),
      token_type: Type.Literal('Bearer'),
      expires_in: Type.Integer({ description: 'Seconds.', examples: [3600] }),
      refresh_token: Type.String(),
      scope: Type.String(),
    }),
    errors: ['invalid_request'],
  }),
};

import Type from 'typebox';
import { endpoint } from './endpoint.ts';

/** Of a parameter of a token request, in characters. */
export const parameterLengthMax = 4_000;
const maxLength = parameterLengthMax;

export const TokenRequest = Type.Object({
  grant_type: Type.String({
    maxLength,
    description: 'Always client_credentials.',
    examples: ['client_credentials'],
  }),
  scope: Type.Optional(
    Type.String({
      maxLength,
      description: 'Scopes, separated by spaces; by default all that were granted.',
    }),
  ),
  client_id: Type.Optional(Type.String({ maxLength, description: 'Instead of the Basic header.' })),
  client_secret: Type.Optional(
    Type.String({ maxLength, description: 'Instead of the Basic header.' }),
  ),
});

export const TokenAnswer = Type.Object({
  access_token: Type.String({ description: 'A JWT, signed with RS256.' }),
  expires_in: Type.Integer({ description: 'Seconds.', examples: [3600] }),
  token_type: Type.Literal('Bearer'),
});

/** RFC 6749, section 5.2. */
export const tokenErrors = {
  invalid_request: 400,
  invalid_client: 401,
  unsupported_grant_type: 400,
  invalid_scope: 400,
} as const;
export type TokenErrorCode = keyof typeof tokenErrors;

export const TokenError = Type.Object({
  error: Type.Union([
    Type.Literal('invalid_request'),
    Type.Literal('invalid_client'),
    Type.Literal('unsupported_grant_type'),
    Type.Literal('invalid_scope'),
  ]),
  error_description: Type.Optional(Type.String()),
});

const Jwk = Type.Object(
  {
    kty: Type.String(),
    kid: Type.String(),
    use: Type.String(),
    alg: Type.String(),
    n: Type.String(),
    e: Type.String(),
  },
  { additionalProperties: false },
);

export const oauth = {
  createToken: endpoint({
    method: 'POST',
    path: '/oauth2/token',
    summary: 'Get an access token',
    description:
      'RFC 6749, section 4.4. Id and secret come as `Authorization: Basic` or as members of the ' +
      'body; the body is form-encoded or JSON. The token lives for an hour; there is no refresh ' +
      'token. Failures have the form of section 5.2 of that RFC: `{"error":"invalid_client"}` (401), ' +
      '`unsupported_grant_type`, `invalid_scope`, `invalid_request` (400).',
    scope: 'public',
    body: TokenRequest,
    status: 200,
    answer: TokenAnswer,
    errors: ['too_many_requests'],
  }),
  getJwks: endpoint({
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'Get the public keys of access tokens',
    description: 'RFC 7517. While keys are being rotated there are two.',
    scope: 'public',
    status: 200,
    answer: Type.Object({ keys: Type.Array(Jwk) }),
  }),
};

import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { oauth, type TokenErrorCode, tokenErrors } from '../../../contract/oauth.ts';
import { AppError } from '../../runtime/errors.ts';
import { noteRoute } from '../../runtime/http/http.ts';
import type { FailureLimit } from '../../runtime/limits/failures.ts';
import { secretFits } from './consumers.ts';
import { type SigningKeys, tokenSeconds } from './signing.ts';
import type { ConsumerRow } from './store.ts';
import type { Tokens } from './tokens.ts';

type Services = { tokens: Tokens; keys: SigningKeys; failures: FailureLimit };

/** A refusal in the form of RFC 6749, section 5.2. */
class TokenRefusal extends Error {
  readonly error: TokenErrorCode;

  constructor(error: TokenErrorCode, description: string) {
    super(description);
    this.error = error;
  }
}

/** `POST /oauth2/token` and the public keys. */
export function mountOauth(app: FastifyInstance, services: Services): void {
  noteRoute(app, 'POST', oauth.createToken.path);
  noteRoute(app, 'GET', oauth.getJwks.path);
  app.register(async (scope) => {
    await scope.register(formbody);
    scope.post(oauth.createToken.path, (request, reply) => answerToken(services, request, reply));
    scope.get(oauth.getJwks.path, async (_, reply) => {
      reply.header('cache-control', 'public, max-age=300');
      return services.keys.jwks();
    });
  });
}

async function answerToken(services: Services, request: FastifyRequest, reply: FastifyReply) {
  reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
  try {
    return await issueToken(services, request);
  } catch (thrown) {
    if (!(thrown instanceof TokenRefusal)) throw thrown;
    if (thrown.error === 'invalid_client') {
      await services.failures.note(request.ip);
      reply.header('www-authenticate', 'Basic realm="heddle"');
    }
    reply.code(tokenErrors[thrown.error]);
    return { error: thrown.error, error_description: thrown.message };
  }
}

async function issueToken({ tokens, failures }: Services, request: FastifyRequest) {
  const retryAfterSeconds = failures.retryAfterSeconds(request.ip);
  if (retryAfterSeconds > 0) {
    throw new AppError('too_many_requests', {
      message: 'Too many failed attempts from this address; wait as long as Retry-After says.',
      headers: { 'retry-after': String(retryAfterSeconds) },
    });
  }
  const body = readBody(request.body);
  const consumer = await authenticateClient(tokens, request.headers.authorization, body);
  if (body.grant_type === undefined) {
    throw new TokenRefusal('invalid_request', 'grant_type is required; send client_credentials.');
  }
  if (body.grant_type !== 'client_credentials') {
    throw new TokenRefusal('unsupported_grant_type', 'Only client_credentials is supported.');
  }
  const scopes = grantedScopes(consumer, body.scope);
  return {
    access_token: await tokens.issue(consumer, scopes),
    expires_in: tokenSeconds,
    token_type: 'Bearer',
  };
}

type Body = { grant_type?: string; scope?: string; client_id?: string; client_secret?: string };

function readBody(body: unknown): Body {
  if (body === undefined || body === null) return {};
  const members =
    typeof body === 'object' && !Array.isArray(body) ? Object.entries(body) : [['', 0]];
  if (members.some(([, value]) => typeof value !== 'string')) {
    throw new TokenRefusal('invalid_request', 'Every parameter is a text that comes once.');
  }
  return Object.fromEntries(members);
}

async function authenticateClient(tokens: Tokens, authorization: string | undefined, body: Body) {
  const given = readBasic(authorization) ?? { id: body.client_id, secret: body.client_secret };
  const refusal = new TokenRefusal('invalid_client', 'Unknown client id or wrong secret.');
  if (!given.id || !given.secret || given.id.length > 200) throw refusal;
  const consumer = await tokens.consumers.get(given.id);
  if (!consumer || !secretFits(consumer, given.secret)) throw refusal;
  return consumer;
}

function readBasic(authorization: string | undefined) {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization?.trim() ?? '')?.[1];
  if (!encoded) return undefined;
  const [, id, secret] =
    /^([^:]*):([\s\S]*)$/.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return { id, secret };
}

function grantedScopes(consumer: ConsumerRow, asked: string | undefined): string[] {
  const scopes = asked?.split(' ').filter(Boolean) ?? [];
  if (scopes.length === 0) return consumer.scopes;
  const missing = scopes.find((scope) => !consumer.scopes.includes(scope));
  if (missing)
    throw new TokenRefusal('invalid_scope', 'A scope was asked for that was not granted.');
  return scopes;
}

import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  oauth,
  parameterLengthMax,
  type TokenErrorCode,
  tokenErrors,
} from '../../../contract/oauth.ts';
import { outwardError } from '../../runtime/http/edge.ts';
import { noteRoute } from '../../runtime/http/http.ts';
import type { FailureLimit } from '../../runtime/limits/failures.ts';
import type { MaintenanceMode } from '../maintenance/maintenance.ts';
import { findClient } from './clients.ts';
import { countFailure } from './failures.ts';
import { type SigningKeys, tokenSeconds } from './signing.ts';
import type { ConsumerRow } from './store.ts';
import type { Tokens } from './tokens.ts';

type Services = {
  tokens: Tokens;
  keys: SigningKeys;
  failures: FailureLimit;
  maintenance: MaintenanceMode;
};

const bodyBytesMax = 64 * 1024;

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
    scope.setErrorHandler((thrown, _, reply) => refuseUnreadable(thrown, reply));
    scope.route({
      method: 'POST',
      url: oauth.createToken.path,
      bodyLimit: bodyBytesMax,
      onRequest: async () => services.maintenance.check(),
      handler: (request, reply) => answerToken(services, request, reply),
    });
    scope.get(oauth.getJwks.path, async (_, reply) => {
      reply.header('cache-control', 'public, max-age=300');
      return services.keys.jwks();
    });
  });
}

/** A body that cannot be parsed is an invalid_request in the form of the RFC, too. */
function refuseUnreadable(thrown: unknown, reply: FastifyReply) {
  const code = outwardError(thrown)?.code;
  if (code !== 'invalid_request' && code !== 'unsupported_media_type') throw thrown;
  const description = 'The body cannot be read; send a form or JSON, with its Content-Type.';
  return refuse(reply, new TokenRefusal('invalid_request', description));
}

function refuse(reply: FastifyReply, { error, message }: TokenRefusal) {
  reply.code(tokenErrors[error]).header('cache-control', 'no-store').header('pragma', 'no-cache');
  if (error === 'invalid_client') reply.header('www-authenticate', 'Basic realm="heddle"');
  return reply.send({ error, error_description: message });
}

async function answerToken(services: Services, request: FastifyRequest, reply: FastifyReply) {
  reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
  try {
    return await issueToken(services, request);
  } catch (thrown) {
    if (!(thrown instanceof TokenRefusal)) throw thrown;
    if (thrown.error === 'invalid_client') countFailure(services.failures, 'secret', request.ip);
    return refuse(reply, thrown);
  }
}

async function issueToken({ tokens }: Services, request: FastifyRequest) {
  const body = readBody(request.body);
  const consumer = await authenticateClient(tokens, request.headers.authorization, body);
  if (!body.grant_type) {
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
    throw new TokenRefusal(
      'invalid_request',
      'Every parameter must be text and may be given only once.',
    );
  }
  if (members.some(([, value]) => value.length > parameterLengthMax)) {
    const description = `No parameter may have more than ${parameterLengthMax} characters.`;
    throw new TokenRefusal('invalid_request', description);
  }
  return Object.fromEntries(members);
}

async function authenticateClient(tokens: Tokens, authorization: string | undefined, body: Body) {
  const given = readBasic(authorization) ?? { id: body.client_id, secret: body.client_secret };
  const consumer = await findClient(tokens, given.id, given.secret);
  if (!consumer) throw new TokenRefusal('invalid_client', 'Unknown client id or wrong secret.');
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
  const scopes = new Set(asked?.split(' ').filter(Boolean));
  if (scopes.size === 0) return consumer.scopes;
  if (!scopes.isSubsetOf(new Set(consumer.scopes))) {
    throw new TokenRefusal('invalid_scope', 'One of the scopes was not granted to this client.');
  }
  return [...scopes];
}

import type { In } from '../../../contract/endpoint.ts';
import type { access } from '../../../contract/sync/access.ts';
import { findClient } from '../../platform/access/clients.ts';
import { countFailure } from '../../platform/access/failures.ts';
import { tokenSeconds } from '../../platform/access/signing.ts';
import type { ConsumerRow } from '../../platform/access/store.ts';
import type { Tokens } from '../../platform/access/tokens.ts';
import type { PublicContext } from '../../platform/context.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { Reply } from '../../runtime/http/reply.ts';
import type { FailureLimit } from '../../runtime/limits/failures.ts';
import type { RefreshTokens } from './refresh.ts';

type Services = { tokens: Tokens; refreshTokens: RefreshTokens; failures: FailureLimit };
type Asked = In<typeof access, 'createToken'>['body'];

/** `POST /v1/auth/token`. @throws AppError unauthorized (401) */
export const createToken =
  (services: Services) =>
  async ({ address }: PublicContext, { body }: In<typeof access, 'createToken'>) => {
    const consumer = await findClient(services.tokens, body.client_id, body.client_secret);
    if (!consumer) {
      countFailure(services.failures, 'secret', address);
      throw new AppError('unauthorized', { message: 'Unknown client_id or wrong client_secret.' });
    }
    const { scopes, token } = await grant(services, consumer, body);
    const answer = {
      access_token: await services.tokens.issue(consumer, scopes),
      token_type: 'Bearer' as const,
      expires_in: tokenSeconds,
      refresh_token: token,
      scope: scopes.join(' '),
    };
    return new Reply(answer, { pragma: 'no-cache' });
  };

async function grant({ refreshTokens }: Services, consumer: ConsumerRow, asked: Asked) {
  if (asked.grant_type === 'client_credentials') {
    const scopes = narrowed(consumer.scopes, asked.scope);
    return { scopes, token: await refreshTokens.issue(consumer, scopes) };
  }
  if (!asked.refresh_token) throw invalid('refresh_token', 'is required.', 'required');
  const refreshed = await refreshTokens.use(consumer, asked.refresh_token);
  if (!refreshed) {
    throw new AppError('unauthorized', {
      message:
        'The refresh token is unknown, expired or was used before; get a new token with client_credentials.',
    });
  }
  return { ...refreshed, scopes: narrowed(refreshed.scopes, asked.scope) };
}

function narrowed(granted: string[], asked: string | null | undefined): string[] {
  const scopes = new Set(asked?.split(' ').filter(Boolean));
  if (scopes.size === 0) return granted;
  if (!scopes.isSubsetOf(new Set(granted))) {
    throw invalid('scope', 'names one that was not granted to this client.');
  }
  return [...scopes];
}

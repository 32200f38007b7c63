import { APIError, createAuthMiddleware } from 'better-auth/api';
import type { Database } from '../../runtime/database/database.ts';
import { insertUsedCode, selectUsedCode } from './store.ts';

const path = '/two-factor/verify-totp';
/** Longer than a code is accepted: the previous and the next one count, too. */
const heldMilliseconds = 5 * 60_000;

/** The request that makes a session, as better-auth passes it to its hooks. */
export type Endpoint = { path?: string; body?: { code?: unknown } } | null;

/**
 * A code of an authenticator is valid once (RFC 6238, section 5.2): of two who use it, the first
 * gets in. Called when the session is made, after the code was found right.
 */
export async function useCode({ system }: Database, userId: string, endpoint: Endpoint) {
  if (endpoint?.path !== path) return;
  const code = String(endpoint.body?.code);
  const now = new Date();
  const before = new Date(now.getTime() - heldMilliseconds);
  const isNew = await system.transaction((tx) => insertUsedCode(tx, userId, code, { now, before }));
  if (!isNew) throw refusal();
}

/** Refuses a used code before it uses up the first step. */
export function refuseUsedCode({ system }: Database) {
  return createAuthMiddleware(async (ctx) => {
    if (ctx.path !== path) return;
    const { createAuthCookie, internalAdapter, secret } = ctx.context;
    const identifier = await ctx.getSignedCookie(createAuthCookie('two_factor').name, secret);
    const step = identifier ? await internalAdapter.findVerificationValue(identifier) : undefined;
    if (!step) return;
    const before = new Date(Date.now() - heldMilliseconds);
    const isUsed = await selectUsedCode(system.reading, step.value, String(ctx.body?.code), before);
    if (isUsed) throw refusal();
  });
}

function refusal(): APIError {
  return new APIError('UNAUTHORIZED', {
    code: 'USED_CODE',
    message: 'This code was used already; wait for the next one.',
  });
}

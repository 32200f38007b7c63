import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { keptAddress } from '../../runtime/addresses.ts';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Limiter } from '../../runtime/limits/limiter.ts';
import { networkOf } from '../../runtime/limits/network.ts';
import type { LimitName } from '../../runtime/limits/plans.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import type { Sessions } from '../sessions/sessions.ts';

type Services = { limiter: Limiter; metrics: Metrics; clock: Clock };

/** @throws AppError too_many_requests (429) */
export async function limitAddress(services: Services, { ip }: FastifyRequest): Promise<void> {
  await limit(services, `sign-in ${networkOf(ip)}`, 'address');
}

/**
 * Guesses at one account are limited more tightly, from one address and in total.
 * @throws AppError too_many_requests (429)
 */
export async function limitAccount(services: Services, { ip, body }: FastifyRequest) {
  const { email } = (body ?? {}) as { email?: unknown };
  if (typeof email !== 'string') return;
  const account = createHash('sha256').update(keptAddress(email)).digest('base64url');
  await limit(services, `sign-in ${account} ${networkOf(ip)}`, 'accountFromAddress');
  await limit(services, `sign-in ${account}`, 'account');
}

/**
 * Where the password is asked for again: somebody at another person's open session may guess it.
 * @throws AppError too_many_requests (429)
 */
export async function limitPerson(
  services: Services & { sessions: Sessions },
  { headers, body }: FastifyRequest,
): Promise<void> {
  const { password, currentPassword = password, email } = (body ?? {}) as Record<string, unknown>;
  if (currentPassword === undefined || email !== undefined) return;
  const person = await services.sessions.authenticate(headers.cookie).catch(unlessRefused);
  if (person) await limit(services, `password ${person.userId}`, 'password');
}

/** Without a session there is nothing to guess; better-auth refuses the request. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'unauthorized') return undefined;
  throw error;
}

async function limit({ limiter, clock, metrics }: Services, key: string, name: LimitName) {
  const allowance = await limiter.take(key, name, clock.now());
  if (!allowance || allowance.allowed) return;
  metrics.refusals.inc();
  throw new AppError('too_many_requests', {
    message: 'Too many attempts; wait as many seconds as Retry-After says.',
    headers: { 'retry-after': String(allowance.retryAfterSeconds) },
  });
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import { allowanceHeaders, type Limiter } from '../../runtime/limits/limiter.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import type { Authentication } from '../access/authentication.ts';
import { type Caller, nameOf } from '../access/callers.ts';
import type { MaintenanceMode } from '../maintenance/maintenance.ts';

type Services = {
  authentication: Authentication;
  maintenance: MaintenanceMode;
  limiter: Limiter;
  metrics: Metrics;
  clock: Clock;
};

/** What every request of an API passes before its body is read. */
export class Door {
  readonly #services: Services;

  constructor(app: FastifyInstance, services: Services) {
    this.#services = services;
    app.decorateRequest('caller', undefined as unknown as object);
  }

  /** @throws AppError 401, 403, 406, 429 or 503 */
  async pass(request: FastifyRequest, reply: FastifyReply, scope: string): Promise<void> {
    const { authentication, maintenance } = this.#services;
    maintenance.check();
    if (scope === 'public') return;
    const caller = await authentication.authenticate(request.headers.authorization);
    request.setDecorator('caller', caller);
    await this.#limit(caller, reply);
    if (!caller.scopes.has(scope)) {
      throw new AppError('missing_scope', {
        message: `These credentials lack the scope ${scope}; ask for it.`,
      });
    }
    if (!acceptsJson(request.headers.accept)) throw new AppError('not_acceptable');
  }

  async #limit(caller: Caller, reply: FastifyReply): Promise<void> {
    const { limiter, metrics, clock } = this.#services;
    const allowance = await limiter.take(nameOf(caller), caller.plan, clock.now());
    if (!allowance) return;
    const headers = allowanceHeaders(allowance);
    reply.headers(headers);
    if (allowance.allowed) return;
    metrics.refusals.inc();
    throw new AppError('too_many_requests', { headers });
  }
}

/** RFC 9110, section 12.5.1: the most specific range decides, and q=0 excludes. */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  const ranges = accept.split(',').map((part) => {
    const [range = '', ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const weight = parameters.find((one) => /^q\s*=/.test(one))?.split('=')[1];
    return { range, weight: weight === undefined ? 1 : Number(weight) };
  });
  for (const range of ['application/json', 'application/*', '*/*']) {
    const found = ranges.find((one) => one.range === range);
    if (found) return found.weight > 0;
  }
  return false;
}

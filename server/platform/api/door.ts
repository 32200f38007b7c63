import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sessionScopes } from '../../../contract/endpoint.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Config } from '../../runtime/config.ts';
import type { Database } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import { readId } from '../../runtime/ids.ts';
import { allowanceHeaders, type Limiter } from '../../runtime/limits/limiter.ts';
import { networkOf } from '../../runtime/limits/network.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import type { Authentication } from '../access/authentication.ts';
import { type Caller, nameOf, visitorOf } from '../access/callers.ts';
import type { MaintenanceMode } from '../maintenance/maintenance.ts';
import { selectOrganization } from '../organizations/store.ts';
import { requireOwnOrigin } from '../sessions/origins.ts';
import type { Sessions } from '../sessions/sessions.ts';

type Services = {
  config: Config;
  database: Database;
  authentication: Authentication;
  sessions: Sessions;
  maintenance: MaintenanceMode;
  limiter: Limiter;
  metrics: Metrics;
  clock: Clock;
};

/** The checks that every request of an API passes before its body is read. */
export class Door {
  readonly #services: Services;

  constructor(app: FastifyInstance, services: Services) {
    this.#services = services;
    app.decorateRequest('caller', undefined as unknown as object);
  }

  /** @throws AppError 401, 403, 406, 429 or 503 */
  async pass(request: FastifyRequest, reply: FastifyReply, scope: string): Promise<void> {
    await this.admit(request, reply, scope);
    if (scope !== 'public' && !acceptsJson(request.headers.accept)) {
      throw new AppError('not_acceptable');
    }
  }

  /** The same for answers that are not JSON: files, streams. @throws AppError */
  async admit(request: FastifyRequest, reply: FastifyReply, scope: string): Promise<void> {
    this.#services.maintenance.check();
    if (scope === 'public') return;
    const caller = await this.#identify(request, scope);
    request.setDecorator('caller', caller);
    await this.#limit(caller, reply);
    if (caller.kind === 'visitor') await this.#requireOrganization(caller.organization);
    if (!caller.scopes.has(scope)) {
      throw new AppError('missing_scope', {
        message: `These credentials lack the scope ${scope}; ask for it.`,
      });
    }
  }

  /** @throws AppError not_found (404) */
  async #requireOrganization(id: number): Promise<void> {
    const found = await selectOrganization(this.#services.database.system.reading, id);
    if (!found) throw new AppError('not_found');
  }

  /** Cookies are for the website only; tokens and keys are for everything else. */
  async #identify(request: FastifyRequest, scope: string): Promise<Caller> {
    if (scope === 'visitor') return this.#findVisitor(request);
    const { authentication, sessions, config } = this.#services;
    const { headers, method, ip } = request;
    if (!sessionScopes.includes(scope)) {
      return authentication.authenticate(headers.authorization, ip);
    }
    const member = await sessions.authenticate(headers.cookie);
    if (method !== 'GET' && method !== 'HEAD') requireOwnOrigin(request, config.publicUrl);
    return member;
  }

  /** Requests for an organization that does not exist are counted, too. */
  #findVisitor({ params, ip }: FastifyRequest): Caller {
    const { organization = '' } = params as { organization?: string };
    const id = readId('organization', organization);
    if (id === undefined) throw new AppError('not_found');
    return visitorOf(id, networkOf(ip));
  }

  async #limit(caller: Caller, reply: FastifyReply): Promise<void> {
    const { limiter, metrics, clock } = this.#services;
    const { bucket = nameOf(caller), plan } = caller;
    const allowance = await limiter.take(bucket, plan, clock.now());
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
    const [range = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase());
    const weight = parameters.find((one) => /^q\s*=/.test(one))?.split('=')[1];
    return { range, weight: weight === undefined ? 1 : Number(weight) };
  });
  for (const range of ['application/json', 'application/*', '*/*']) {
    const found = ranges.find((one) => one.range === range);
    if (found) return found.weight > 0;
  }
  return false;
}

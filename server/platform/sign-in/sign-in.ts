import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Method } from '../../../contract/endpoint.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Config } from '../../runtime/config.ts';
import type { Database } from '../../runtime/database/database.ts';
import { noteRoute } from '../../runtime/http/http.ts';
import type { Enqueue } from '../../runtime/jobs/jobs.ts';
import type { Limiter } from '../../runtime/limits/limiter.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import type { MaintenanceMode } from '../maintenance/maintenance.ts';
import { requireOwnOrigin } from '../sessions/origins.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { ask, send } from './forwarding.ts';
import { limitAccount, limitAddress, limitPerson } from './limits.ts';
import type { SignIn } from './loading.ts';
import { signInName } from './name.ts';
import { requestReset, resetBody } from './reset.ts';
import { beginSingleSignOn, endSingleSignOn } from './single-sign-on.ts';

type Services = {
  config: Config;
  database: Database;
  enqueue: Enqueue;
  signIn: SignIn;
  sessions: Sessions;
  maintenance: MaintenanceMode;
  limiter: Limiter;
  metrics: Metrics;
  clock: Clock;
};

type Answer = (services: Services, request: FastifyRequest, reply: FastifyReply) => unknown;

/** The paths of better-auth that can be reached, below `/api/auth`; any other is a 404. */
const passedOn = [
  ['POST', '/sign-in/email'],
  ['POST', '/sign-out'],
  ['POST', '/reset-password'],
  ['POST', '/change-password'],
  ['POST', '/revoke-other-sessions'],
  ['POST', '/two-factor/enable'],
  ['POST', '/two-factor/disable'],
  ['POST', '/two-factor/verify-totp'],
  ['POST', '/two-factor/verify-backup-code'],
  ['POST', '/two-factor/generate-backup-codes'],
  ['GET', '/passkey/generate-register-options'],
  ['POST', '/passkey/verify-registration'],
  ['GET', '/passkey/generate-authenticate-options'],
  ['POST', '/passkey/verify-authentication'],
  ['GET', '/passkey/list-user-passkeys'],
  ['POST', '/passkey/update-passkey'],
  ['POST', '/passkey/delete-passkey'],
] as const;

const prefix = '/api/auth';
const bodyBytesMax = 64 * 1024;

/** `/api/auth/*`: sign-in and what belongs to it, by better-auth, behind our own limits. */
export function mountSignIn(app: FastifyInstance, services: Services): void {
  const route = (method: Method, path: string, answer: Answer, body: object = anything) => {
    const url = prefix + path;
    noteRoute(app, method, url);
    app.route({
      method,
      url,
      bodyLimit: bodyBytesMax,
      ...(method === 'POST' ? { schema: { body } } : {}),
      onRequest: (request) => admit(services, request),
      preValidation: async (request) => {
        request.body ??= {};
      },
      preHandler: async (request) => {
        await limitAccount(services, request);
        await limitPerson(services, request);
      },
      handler: (request, reply) => answer(services, request, reply),
    });
  };
  for (const [method, path] of passedOn) route(method, path, passOn);
  route('POST', '/request-password-reset', requestReset, resetBody);
  if (!services.config.oidc) return;
  route('POST', '/sign-in/oauth2', beginSingleSignOn);
  route('GET', '/callback/oidc', endSingleSignOn);
}

const anything = { type: 'object' };

async function admit(services: Services, request: FastifyRequest): Promise<void> {
  services.maintenance.check();
  if (request.method !== 'GET') requireOwnOrigin(request, services.config.publicUrl);
  await limitAddress(services, request);
}

async function passOn({ signIn, config }: Services, request: FastifyRequest, reply: FastifyReply) {
  const body = nameInside(request.body);
  return send(reply, await ask(await signIn.handler(), request, config.publicUrl, { body }));
}

/** The body with the address in the form in which better-auth knows it. */
function nameInside(body: unknown): unknown {
  const { email } = (body ?? {}) as { email?: unknown };
  return typeof email === 'string' ? { ...(body as object), email: signInName(email) } : body;
}

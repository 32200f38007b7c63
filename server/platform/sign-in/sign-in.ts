import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../runtime/clock.ts';
import type { Config } from '../../runtime/config.ts';
import { isUnavailable } from '../../runtime/database/failures.ts';
import { AppError } from '../../runtime/errors.ts';
import { noteRoute } from '../../runtime/http/http.ts';
import type { Limiter } from '../../runtime/limits/limiter.ts';
import type { LimitName } from '../../runtime/limits/plans.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import type { MaintenanceMode } from '../maintenance/maintenance.ts';
import { requireOwnOrigin } from '../sessions/origins.ts';
import { addressHeader } from './address.ts';
import type { SignIn } from './loading.ts';

type Services = {
  config: Config;
  signIn: SignIn;
  maintenance: MaintenanceMode;
  limiter: Limiter;
  metrics: Metrics;
  clock: Clock;
};

/** What of better-auth can be reached, below `/api/auth`; everything else is a 404. */
const paths = {
  GET: [
    '/passkey/generate-register-options',
    '/passkey/generate-authenticate-options',
    '/passkey/list-user-passkeys',
  ],
  POST: [
    '/sign-in/email',
    '/sign-out',
    '/reset-password',
    '/change-password',
    '/revoke-other-sessions',
    '/two-factor/enable',
    '/two-factor/disable',
    '/two-factor/get-totp-uri',
    '/two-factor/verify-totp',
    '/two-factor/verify-backup-code',
    '/two-factor/generate-backup-codes',
    '/passkey/verify-registration',
    '/passkey/verify-authentication',
    '/passkey/update-passkey',
    '/passkey/delete-passkey',
  ],
} as const;

const prefix = '/api/auth';
const bodyBytesMax = 64 * 1024;

/** `/api/auth/*`: sign-in and what belongs to it, by better-auth, behind our own limits. */
export function mountSignIn(app: FastifyInstance, services: Services): void {
  for (const method of ['GET', 'POST'] as const) {
    for (const path of paths[method]) {
      noteRoute(app, method, prefix + path);
      app.route({
        method,
        url: prefix + path,
        bodyLimit: bodyBytesMax,
        ...(method === 'POST' ? { schema: { body: { type: 'object' } } } : {}),
        onRequest: (request) => admit(services, request),
        preValidation: async (request) => {
          request.body ??= {};
        },
        preHandler: (request) => limitAccount(services, request),
        handler: async (request, reply) => {
          const { auth } = await services.signIn.provider();
          return send(reply, request.id, await ask(auth.handler, request, services.config));
        },
      });
    }
  }
}

async function admit(services: Services, request: FastifyRequest): Promise<void> {
  services.maintenance.check();
  if (request.method !== 'GET') requireOwnOrigin(request, services.config.publicUrl);
  await limit(services, `sign-in ${request.ip}`, 'address');
}

/** Guesses at one account are bounded more tightly, from one address and from all. */
async function limitAccount(services: Services, { ip, body }: FastifyRequest): Promise<void> {
  const { email } = (body ?? {}) as { email?: unknown };
  if (typeof email !== 'string') return;
  const account = createHash('sha256').update(email.trim().toLowerCase()).digest('base64url');
  await limit(services, `sign-in ${account} ${ip}`, 'accountFromAddress');
  await limit(services, `sign-in ${account}`, 'account');
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

/** Only what is named here reaches better-auth, so that no header can be forged for it. */
async function ask(
  handler: (request: Request) => Promise<Response>,
  { method, url, headers, body, ip }: FastifyRequest,
  { publicUrl }: Config,
): Promise<Response> {
  const passed = new Headers({ [addressHeader]: ip });
  for (const name of ['cookie', 'origin', 'user-agent'] as const) {
    const value = headers[name];
    if (value !== undefined) passed.set(name, value);
  }
  if (method === 'POST') passed.set('content-type', 'application/json');
  const request = new Request(new URL(url, publicUrl), {
    method,
    headers: passed,
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
  });
  try {
    return await handler(request);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new AppError('overloaded', { headers: { 'retry-after': '2' } });
  }
}

async function send(reply: FastifyReply, requestId: string, response: Response) {
  const { status, headers } = response;
  const cookies = headers.getSetCookie();
  const location = headers.get('location');
  reply.code(status).header('cache-control', 'no-store');
  if (cookies.length > 0) reply.header('set-cookie', cookies);
  if (location !== null) reply.header('location', location);
  if (status === 401) reply.header('www-authenticate', 'Session');
  const text = await response.text();
  reply.type('application/json; charset=utf-8');
  return reply.send(status < 400 ? text : JSON.stringify(refusalOf(text, requestId)));
}

/** better-auth's words in the form that the website knows. */
function refusalOf(text: string, requestId: string) {
  const { code = 'invalid_request', message = 'It was refused.' } = readRefusal(text);
  return { ok: false, error: code.toLowerCase(), message, request_id: requestId };
}

function readRefusal(text: string): { code?: string; message?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

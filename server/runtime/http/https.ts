import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';

/** Monitoring asks for these from beside the server, and nothing in them is secret. */
const plain = ['/healthz', '/readyz', '/metrics'];
const yearSeconds = 365 * 24 * 3600;

/** Refuses plain HTTP, to this server or to a trusted proxy. */
export function requireHttps(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ protocol, url }, reply) => {
    // RFC 6797, section 7.2: not over plain HTTP.
    if (protocol === 'https') reply.header('strict-transport-security', `max-age=${yearSeconds}`);
    else if (!plain.includes(url.split('?', 1)[0] as string)) throw new AppError('https_required');
  });
}

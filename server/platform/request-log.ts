import type { FastifyInstance } from 'fastify';
import type { Log } from '../runtime/log.ts';
import { type Caller, nameOf } from './access/callers.ts';

const asked = ['/healthz', '/readyz', '/metrics'];

/** Logs a line for each answer. The route stands for the URL, which may contain personal data. */
export function logRequests(app: FastifyInstance, log: Log): void {
  app.addHook('onResponse', async (request, reply) => {
    const { caller } = request as { caller?: Caller };
    const route = request.routeOptions.url ?? 'none';
    const line = {
      request_id: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      duration_ms: Math.round(reply.elapsedTime * 10) / 10,
      ...(caller ? { caller: nameOf(caller) } : {}),
    };
    if (asked.includes(route)) log.debug(line, 'answered');
    else log.info(line, 'answered');
  });
}

import type { FastifyInstance } from 'fastify';
import type { Database } from '../runtime/database/database.ts';
import { missingMigrations } from '../runtime/database/migrate.ts';
import { noteRoute } from '../runtime/http/http.ts';
import type { Metrics } from '../runtime/metrics.ts';

export type Readiness = {
  database: Database;
  draining: () => boolean;
  jobs: () => Promise<unknown>;
};

const checkSeconds = 5;

/** `/healthz`, `/readyz` and `/metrics`: for load balancers and operators, in maintenance too. */
export function mountOperations(
  app: FastifyInstance,
  readiness: Readiness,
  { registry, requests }: Metrics,
): void {
  for (const path of ['/healthz', '/readyz', '/metrics']) noteRoute(app, 'GET', path);
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_, reply) => {
    const problem = await problemOf(readiness);
    if (problem) reply.code(503).header('retry-after', '1');
    return { status: problem ?? 'ok' };
  });
  app.get('/metrics', async (_, reply) => {
    reply.type(registry.contentType);
    return registry.metrics();
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    requests.observe(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
  });
}

async function problemOf({ database, draining, jobs }: Readiness): Promise<string | undefined> {
  if (draining()) return 'draining';
  if (!(await succeeds(checkMigrations(database)))) return 'database or migrations missing';
  if (!(await succeeds(jobs()))) return 'job queue missing';
  return undefined;
}

async function checkMigrations(database: Database): Promise<void> {
  const missing = await missingMigrations(database.system.reading);
  if (missing.length > 0) throw new Error('migrations are missing');
}

/** Within a few seconds: whoever asks does not wait for long. */
async function succeeds(work: Promise<unknown>): Promise<boolean> {
  const late = new Promise<false>((resolve) => {
    setTimeout(() => resolve(false), checkSeconds * 1000).unref();
  });
  return Promise.race([
    late,
    work.then(
      () => true,
      () => false,
    ),
  ]);
}

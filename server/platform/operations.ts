import type { FastifyInstance } from 'fastify';
import type { Config } from '../runtime/config.ts';
import type { Database } from '../runtime/database/database.ts';
import { missingMigrations } from '../runtime/database/migrate.ts';
import { selectReadOnly } from '../runtime/database/store.ts';
import { breachOf } from '../runtime/database/walls.ts';
import type { Room } from '../runtime/disk/room.ts';
import { AppError } from '../runtime/errors.ts';
import { foreignnessOf } from '../runtime/events/origin.ts';
import { noteRoute } from '../runtime/http/http.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { hashSecret, isSecretOf } from '../runtime/secret-hash.ts';

export type Readiness = {
  database: Database;
  draining: () => boolean;
  jobs: () => Promise<unknown>;
  room: Room;
  config: Config;
};

const checkSeconds = 5;

/** `/healthz`, `/readyz` and `/metrics`: for load balancers and operators, in maintenance too. */
export function mountOperations(
  app: FastifyInstance,
  readiness: Readiness,
  { registry, requests }: Metrics,
): void {
  const { metricsToken } = readiness.config;
  const expected = metricsToken === undefined ? undefined : hashSecret(`Bearer ${metricsToken}`);
  for (const path of ['/healthz', '/readyz', '/metrics']) noteRoute(app, 'GET', path);
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_, reply) => {
    const problem = await problemOf(readiness);
    if (problem) reply.code(503).header('retry-after', '1');
    if (problem) return { status: problem };
    const shortage = await readiness.room.shortage();
    return { status: 'ok', ...(shortage ? { warning: shortage.text } : {}) };
  });
  app.get('/metrics', async ({ headers }, reply) => {
    if (expected !== undefined && !isSecretOf(expected, headers.authorization ?? '')) {
      throw new AppError('unauthorized', { headers: { 'www-authenticate': 'Bearer' } });
    }
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

type Check = (readiness: Readiness) => Promise<boolean>;

/** What must hold, keyed by the message for when it does not. */
const checks: Record<string, Check> = {
  // First: when the disk is full, the others fail as well.
  'disk full': async ({ room, config }) =>
    config.databaseUrl !== undefined || !(await room.shortage())?.isFull,
  'the disk of the database is full': async ({ database }) => !database.isFull,
  'database or migrations missing': async ({ database }) => {
    const missing = await missingMigrations(database.system.reading);
    return missing.length === 0;
  },
  'database read-only': async ({ database }) => !(await selectReadOnly(database.system.reading)),
  'row-level security bypassed': async ({ database }) => (await breachOf(database)) === undefined,
  'database restored from a copy: run heddle adopt': async ({ database }) =>
    (await foreignnessOf(database.system.reading)) === undefined,
  'job queue missing': async ({ jobs }) => jobs().then(() => true),
};

async function problemOf(readiness: Readiness): Promise<string | undefined> {
  if (readiness.draining()) return 'draining';
  const late = new Promise<false>((resolve) => {
    setTimeout(() => resolve(false), checkSeconds * 1000).unref();
  });
  for (const [problem, check] of Object.entries(checks)) {
    const holds = check(readiness).catch(() => false);
    // A probe does not wait for long.
    if (!(await Promise.race([late, holds]))) return problem;
  }
  return undefined;
}

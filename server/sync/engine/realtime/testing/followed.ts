import { after } from 'node:test';
import pg from 'pg';
import { startPostgres } from '../../../../../testing/postgres.ts';
import { until } from '../../../../runtime/testing/until.ts';
import { startServer } from '../../../../testing/server.ts';
import { makeDatabase } from '../../../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync, makeSyncScene } from '../../../testing/scene.ts';

/** A server, a PostgreSQL that tells what changes in it, and a database that follows it. */
export async function startFollowing(settings: Record<string, string> = {}) {
  const app = await startServer(process.env.LOUD ? { LOG_LEVEL: 'debug' } : {});
  const source = await startPostgres({
    ...{ wal_level: 'logical', max_replication_slots: '20', max_wal_senders: '20' },
    ...settings,
  });
  const destination = await makeDatabase();
  const scene = await makeSyncScene(app);
  const credentials = source.credentials('postgres');
  const asking = { client: await sourceClient(credentials) };
  const ask = { query: (text: string) => asking.client.query(text) };
  after(async () => {
    await asking.client.end();
    await Promise.all([source.end(), destination.end()]);
  });
  const from = await connectSource(scene.client, credentials);
  const to = await connect(scene, destination);
  const rowsOf = async (admin: Pick<typeof ask, 'query'>, table: string) => {
    const { rows } = await admin.query(`select t::text as row from ${table} t order by 1`);
    return rows.map(({ row }) => row as string);
  };
  return {
    ...{ app, scene, source, destination, from, to, ask },
    /** A sync that follows a table, and its run once that is under way. */
    follow: async (
      object: string,
      { to: destination = to, from: connection = from, ...settings }: FollowSettings = {},
    ) => {
      const given = { schedule: 'realtime', ...settings } as Parameters<typeof makeSync>[2];
      return makeSync(scene, { from: connection, to: destination, object }, given);
    },
    /** Waits until both ends hold the same. */
    untilSame: async (table: string, into = table) =>
      until(`${into} is as ${table}`, async () => {
        const there = await rowsOf(destination.admin, into).catch(() => undefined);
        const here = await rowsOf(ask, table);
        return JSON.stringify(there) === JSON.stringify(here) && here;
      }),
    /** Waits until a table of the destination has so many rows; answers their keys. */
    untilRows: async (table: string, count: number, key = 'id') =>
      until(`${table} has ${count} rows`, async () => {
        const query = `select ${key}::text as key from ${table} order by 1`;
        const { rows } = await destination.admin.query(query).catch(() => ({ rows: [] }));
        return rows.length === count && rows.map((row) => row.key as string);
      }),
    /** Waits for a run of a sync in this state. */
    untilRun: async (sync: string, status: string) =>
      until(`the sync ${sync} is ${status}`, async () => {
        const [run] = bodyOf(await scene.client.listRuns({ params: { sync } }));
        return run?.status === status && run;
      }),
    /** After the source was down. */
    reconnect: async () => {
      await asking.client.end().catch(() => undefined);
      asking.client = await sourceClient(credentials);
    },
    slots: async () => {
      const { rows } = await ask.query('select slot_name as name from pg_replication_slots');
      return rows.map(({ name }) => name as string);
    },
  };
}

type FollowSettings = { to?: string; from?: string } & Record<string, unknown>;

async function sourceClient(credentials: { host: string; port: number; user: string }) {
  const client = new pg.Client({ ...credentials, database: 'postgres' });
  client.on('error', () => undefined);
  await client.connect();
  // As the destination writes it.
  await client.query("set timezone = 'UTC'");
  return client;
}

async function connectSource(
  client: Awaited<ReturnType<typeof makeSyncScene>>['client'],
  credentials: object,
) {
  const body = { provider: 'postgres', name: 'Source', credentials: { ...credentials } };
  const connection = bodyOf(await client.createConnection({ body }));
  if (connection.status !== 'active') throw new Error(String(connection.health.message));
  return connection.id;
}

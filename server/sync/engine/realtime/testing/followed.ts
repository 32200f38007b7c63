import { after } from 'node:test';
import pg from 'pg';
import { type DebianPostgres, startPostgres } from '../../../../../testing/postgres.ts';
import { openServer } from '../../../../testing/server.ts';
import { makeDatabase } from '../../../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync, makeSyncScene } from '../../../testing/scene.ts';
import { watching } from './watching.ts';

const ready = { wal_level: 'logical', max_replication_slots: '20', max_wal_senders: '20' };

/** A server, a PostgreSQL that tells what changes in it, and a database that follows it, for one test file. */
export async function startFollowing(settings: Record<string, string> = {}) {
  const following = await openFollowing(settings);
  after(following.end);
  return following;
}

export type FollowScene = Awaited<ReturnType<typeof openFollowing>>;

/** The same where there is no test, until `end`. */
export async function openFollowing(settings: Record<string, string> = {}) {
  const app = await openServer();
  const source = await startPostgres({ ...ready, ...settings });
  const destination = await makeDatabase();
  const scene = await makeSyncScene(app);
  const asking = await askingOf(source);
  const from = await connectSource(scene.client, source.credentials('postgres'));
  const to = await connect(scene, destination);
  const { ask, reconnect } = asking;
  return {
    ...{ app, scene, source, destination, from, to, ask, reconnect },
    ...watching(scene, { ask, destination: destination.admin }),
    /** A sync that follows a table. */
    follow: async (object: string, given: FollowSettings = {}) => {
      const { from: source = from, to: into = to, table = object, ...more } = given;
      const ends = { from: source, to: into, object, table };
      const body = { schedule: 'realtime', ...more } as Parameters<typeof makeSync>[2];
      return makeSync(scene, ends, body);
    },
    slots: async () => {
      const { rows } = await ask.query('select slot_name as name from pg_replication_slots');
      return rows.map(({ name }) => name as string);
    },
    end: async () => {
      await asking.end();
      await app.stop();
      await Promise.all([source.end(), destination.end()]);
    },
  };
}

type FollowSettings = { to?: string; from?: string; table?: string } & Record<string, unknown>;

async function askingOf(source: DebianPostgres) {
  let client = await clientOf(source);
  return {
    ask: { query: (text: string) => client.query(text) },
    end: () => client.end(),
    /** After the source was down. */
    reconnect: async () => {
      await client.end().catch(() => undefined);
      client = await clientOf(source);
    },
  };
}

async function clientOf(source: DebianPostgres) {
  const client = new pg.Client(source.credentials('postgres'));
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

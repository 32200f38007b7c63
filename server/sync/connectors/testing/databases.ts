import { after } from 'node:test';
import pg from 'pg';
import { relayTo } from '../../../runtime/testing/relay.ts';
import { createEmpty, dropDatabase, joinCluster } from '../../../testing/cluster.ts';
import type { Session } from '../connector.ts';
import { postgres } from '../postgres/index.ts';
import { openOutside } from './outside.ts';

export type TestDatabase = {
  /** A session of the connector, ended with the rest. */
  open(): Promise<Session>;
  credentials: { host: string; port: number; database: string; user: string };
  /** Asks the database itself. */
  admin: pg.Client;
  end(): Promise<void>;
};

/** An empty database of the PostgreSQL of all tests. */
export async function makeDatabase(): Promise<TestDatabase> {
  const cluster = await joinCluster();
  const address = await createEmpty(cluster);
  if (!('database' in address)) throw new Error('The cluster of tests has a socket.');
  const relay = await relayTo(`${address.host}/.s.PGSQL.${address.port}`);
  const outside = openOutside();
  const { user } = address;
  const credentials = { host: 'localhost', port: relay.port, database: address.database, user };
  const admin = new pg.Client({ ...address, ssl: false });
  admin.on('error', () => undefined);
  await admin.connect();
  const sessions: Session[] = [];
  return {
    credentials,
    admin,
    open: async () => {
      const session = await postgres.open({ config: {}, credentials }, outside);
      sessions.push(session);
      return session;
    },
    end: async () => {
      await Promise.all(sessions.map((session) => session.close()));
      await outside.end();
      await admin.end();
      await relay.close();
      await dropDatabase(cluster, address);
      await cluster.stop();
    },
  };
}

/** Two of them to move records between, with a session on each, for one test file. */
export async function makePair() {
  const [source, destination] = await Promise.all([makeDatabase(), makeDatabase()]);
  after(() => Promise.all([source.end(), destination.end()]));
  return { source, destination, from: await source.open(), to: await destination.open() };
}

/** The rows of a table as texts, in their order. */
export async function rowsOf({ admin }: TestDatabase, table: string): Promise<string[]> {
  const { rows } = await admin.query(`select t::text as row from ${table} t order by 1`);
  return rows.map(({ row }) => row);
}

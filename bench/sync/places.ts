import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import mysql from 'mysql2/promise';
import { startMariadb } from '../../testing/mariadb.ts';
import { type Client, makeConnection, type SyncScene } from './scene.ts';

type Row = Record<string, unknown>;

/** Where a run ends. */
export type Place = {
  connection: string;
  ask(sql: string): Promise<Row | undefined>;
};

/** A system with SQL that runs can end in, each mode in a place of its own. */
export type Places = { open(client: Client, mode: string): Promise<Place>; end(): Promise<void> };

/** Every one that there is. */
export const systems: Record<string, (scene: SyncScene) => Promise<Places>> = {
  postgres: async ({ foreign, ask }) => ({
    open: async (client) => ({
      connection: await makeConnection(client, 'postgres', {
        credentials: foreign.credentials('destination'),
      }),
      ask: async (sql) => (await ask('destination', sql))[0],
    }),
    end: async () => undefined,
  }),

  mysql: async () => {
    const mariadb = await startMariadb();
    const admin = await mysql.createConnection(mariadb.url);
    return {
      open: async (client) => ({
        connection: await makeConnection(client, 'mysql', { credentials: { url: mariadb.url } }),
        ask: async (sql) => ((await admin.query(sql))[0] as Row[])[0],
      }),
      end: async () => {
        await admin.end();
        await mariadb.stop();
      },
    };
  },

  // One file takes one writer at a time.
  sqlite: async ({ folder }) => {
    const opened: DatabaseSync[] = [];
    return {
      open: async (client, mode) => {
        const path = `${mode}.db`;
        const connection = await makeConnection(client, 'sqlite', { config: { path } });
        let database: DatabaseSync | undefined;
        const ask = async (sql: string) => {
          if (!existsSync(join(folder, path))) return undefined;
          database ??= new DatabaseSync(join(folder, path), { timeout: 30_000 });
          if (!opened.includes(database)) opened.push(database);
          return database.prepare(sql).get();
        };
        return { connection, ask };
      },
      end: async () => {
        for (const database of opened) database.close();
      },
    };
  },
};

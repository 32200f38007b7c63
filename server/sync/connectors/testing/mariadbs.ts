import mysql, { type Connection } from 'mysql2/promise';
import { startMariadb, type TestMariadb } from '../../../../testing/mariadb.ts';
import type { Session } from '../connector.ts';
import { mysql as connector } from '../mysql/index.ts';
import { openOutside } from './outside.ts';

export type TestSchema = {
  /** A session of the connector, ended with the rest. */
  open(): Promise<Session>;
  credentials: { host: string; port: number; database: string; user: string };
  /** Asks the database itself; names stand between double quotes. */
  admin: Connection;
  end(): Promise<void>;
};

let server: Promise<TestMariadb> | undefined;
let users = 0;
let made = 0;

/** An empty database of a MariaDB that lives as long as somebody uses it. */
export async function makeSchema(): Promise<TestSchema> {
  server ??= startMariadb();
  users += 1;
  made += 1;
  const database = `test_${made}`;
  const { port } = await server;
  const place = { host: '127.0.0.1', port, user: 'root' };
  const admin = await mysql.createConnection({
    ...{ ...place, charset: 'utf8mb4', rowsAsArray: true, dateStrings: true },
    ...{ multipleStatements: true, supportBigNumbers: true, bigNumberStrings: true },
  });
  await admin.query(`create database ${database} character set utf8mb4 collate utf8mb4_bin;
    use ${database}; set sql_mode = 'ANSI_QUOTES,STRICT_ALL_TABLES,ALLOW_INVALID_DATES',
      time_zone = '+00:00'`);
  const outside = openOutside();
  const credentials = { ...place, database };
  const sessions: Session[] = [];
  return {
    credentials,
    admin,
    open: async () => {
      const session = await connector.open({ config: {}, credentials }, outside);
      sessions.push(session);
      return session;
    },
    end: async () => {
      await Promise.all(sessions.map((session) => session.close()));
      await outside.end();
      await admin.end();
      users -= 1;
      if (users > 0) return;
      const last = server;
      server = undefined;
      await (await last)?.stop();
    },
  };
}

import pg from 'pg';
import { port } from './folder.ts';
import { codeOf, messageOf } from './refusal.ts';

/** Why there is no connection yet: nothing listens, or it can't serve anybody for the moment. */
export type Obstacle = { kind: 'absent' | 'busy'; reason: string };

const absent = new Set(['ENOENT', 'ECONNREFUSED']);
// cannot_connect_now, admin_shutdown, crash_shutdown, too_many_connections; a full backlog.
const busy = new Set(['57P03', '57P01', '57P02', '53300', 'ECONNRESET', 'EPIPE', 'EAGAIN']);
// How pg words a connection that was closed on it, or that nobody took up.
const broken = /^Connection terminated|^timeout expired/;

/** Connects to the database `postgres`; an error that waiting won't cure is thrown. */
export async function connect(sockets: string, name: string): Promise<pg.Client | Obstacle> {
  const client = new pg.Client({
    host: sockets,
    port,
    database: 'postgres',
    user: 'postgres',
    application_name: name,
    ssl: false,
    connectionTimeoutMillis: 10_000,
  });
  // Users of the connection learn of its end from the event `end`.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    void client.end().catch(() => undefined);
    return obstacleOf(error, sockets);
  }
}

function obstacleOf(error: unknown, sockets: string): Obstacle {
  const code = codeOf(error);
  const reason = messageOf(error);
  if (code && absent.has(code)) return { kind: 'absent', reason };
  if (busy.has(code ?? '') || broken.test(reason)) return { kind: 'busy', reason };
  throw new Error(`The embedded PostgreSQL at ${sockets} refuses the connection: ${reason}`, {
    cause: error,
  });
}

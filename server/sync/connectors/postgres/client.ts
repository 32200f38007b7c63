import pg from 'pg';
import { encryptionOf, type Place } from '../sql/place.ts';

export const connectMilliseconds = 10_000;
export const ownApplication = 'heddle';

/** `replication`: no pooler can be between, and what is set lasts as long as the connection. */
export type Use = 'statements' | 'replication';

/** What it answers is text, as the server writes it. */
export function clientOf(place: Place, address: string, use: Use): pg.Client {
  const { port, database, user, password } = place;
  const replication = use === 'replication' ? { replication: 'database' } : {};
  return new pg.Client({
    ...replication,
    host: address,
    port,
    database,
    user,
    ssl: encryptionOf(place),
    application_name: ownApplication,
    types: { getTypeParser: () => (text: unknown) => text },
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    connectionTimeoutMillis: connectMilliseconds,
    ...(password === undefined ? {} : { password }),
  });
}

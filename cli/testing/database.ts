import type { Address } from '../../server/runtime/database/connection.ts';
import {
  cloneTemplate,
  createEmpty,
  dropDatabase,
  joinCluster,
} from '../../server/testing/cluster.ts';
import { endAll } from './heddle.ts';

type Scope = { after(clear: () => Promise<void>): void };

/** A database with the schema, or an empty one, as DATABASE_URL names it. */
export async function makeDatabase(
  scope: Scope,
  { isEmpty = false } = {},
): Promise<{ address: Address; url: string }> {
  const cluster = await joinCluster();
  const address = await (isEmpty ? createEmpty(cluster) : cloneTemplate(cluster));
  scope.after(async () => {
    await endAll();
    await dropDatabase(cluster, address);
    await cluster.stop();
  });
  return { address, url: urlOf(address) };
}

function urlOf(address: Address): string {
  if ('connectionString' in address) return address.connectionString;
  const { host, port, database, user } = address;
  return `postgres://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;
}

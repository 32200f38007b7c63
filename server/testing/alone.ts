import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { joinEmbedded } from '../runtime/embedded/embedded.ts';
import { databaseFolder } from '../runtime/testing/folder.ts';
import { silent } from './cluster.ts';
import { openServer } from './server.ts';

/**
 * A server on a PostgreSQL of its own, for what other tests would feel: it is killed, or a transaction
 * of it is open for minutes.
 */
export async function openAlone(environment: Record<string, string>) {
  const clusterFolder = await mkdtemp(join(databaseFolder, 'heddle-alone-'));
  const cluster = await joinEmbedded({ dataDirectory: clusterFolder, log: silent });
  const app = await openServer(environment, silent, async () => cluster);
  const stop = async () => {
    await app.stop();
    await rm(clusterFolder, { recursive: true, force: true });
  };
  return { ...app, clusterFolder, stop };
}

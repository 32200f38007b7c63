// A worker in a process of its own, which tests kill and stop: started by `startWorker`.
import { Server } from '../main.ts';
import { systemClock } from '../runtime/clock.ts';
import { readConfig } from '../runtime/config.ts';
import type { Address } from '../runtime/database/connection.ts';
import { silent } from './cluster.ts';

export type WorkerTerms = { environment: Record<string, string>; address: Address };

process.once('message', async ({ environment, address }: WorkerTerms) => {
  const server = new Server(readConfig(environment), address, silent, systemClock);
  await server.start();
  process.send?.('started');
});
process.on('disconnect', () => process.exit(0));

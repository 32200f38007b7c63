import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { after } from 'node:test';
import { Server } from '../main.ts';
import { readConfig } from '../runtime/config.ts';
import type { Address } from '../runtime/database/connection.ts';
import type { Log } from '../runtime/log.ts';
import { TestClock } from './clock.ts';
import { cloneTemplate, dropDatabase, joinCluster, silent } from './cluster.ts';

export type TestServer = {
  url: string;
  address: Address;
  dataDirectory: string;
  clock: TestClock;
  server: Server;
  /** Another process on the same database and data folder, in this one. */
  another(environment?: Record<string, string>): Promise<{ url: string; server: Server }>;
};

/**
 * The whole server on a database of its own, for one test file: `const app = await startServer();`
 * at its top. It ends with the file.
 */
export async function startServer(
  environment: Record<string, string> = {},
  log: Log = silent,
): Promise<TestServer> {
  const { stop, ...app } = await openServer(environment, log);
  after(stop);
  return app;
}

/** The same where there is no test, or on another PostgreSQL than that of all tests, until `stop`. */
export async function openServer(
  environment: Record<string, string> = {},
  log: Log = silent,
  join = joinCluster,
): Promise<TestServer & { stop(): Promise<void> }> {
  const cluster = await join();
  const address = await cloneTemplate(cluster);
  const dataDirectory = await mkdtemp(joinPath(tmpdir(), 'heddle-data-'));
  const clock = new TestClock();
  const servers: Server[] = [];

  const start = async (more: Record<string, string> = {}) => {
    const config = readConfig({
      HEDDLE_DATA: dataDirectory,
      HEDDLE_PORT: '0',
      LOG_LEVEL: 'silent',
      // The outside of tests is this machine.
      HEDDLE_ALLOW_PRIVATE_HOSTS: '1',
      ...environment,
      ...more,
    });
    const server = new Server(config, address, log, clock);
    servers.push(server);
    await server.start();
    return { server, url: `http://127.0.0.1:${await server.listen()}` };
  };

  const { server, url } = await start();
  const stop = async () => {
    for (const one of servers) await one.stop();
    await dropDatabase(cluster, address);
    await cluster.stop();
    await rm(dataDirectory, { recursive: true });
  };
  return { url, address, dataDirectory, clock, server, another: start, stop };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, environmentWith, openInstallation, readConfig } from '../server/main.ts';
import {
  composePlatform,
  type Platform,
  startPlatform,
  stopPlatform,
} from '../server/platform/platform.ts';
import { systemClock } from '../server/runtime/clock.ts';
import type { Address } from '../server/runtime/database/connection.ts';
import { type Running, startServer } from './server.ts';

export type Installation = {
  dataDirectory: string;
  address: Extract<Address, { host: string }>;
  platform: Platform;
  /** `heddle serve` on this data folder, as a process of its own. */
  serve(environment?: Record<string, string>): Promise<Running>;
};

/** A new data folder with the embedded PostgreSQL as every installation has it; gone afterwards. */
export async function withInstallation<T>(work: (at: Installation) => Promise<T>): Promise<T> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'heddle-bench-'));
  const config = readConfig(environmentWith({ HEDDLE_DATA: dataDirectory, DATABASE_URL: '' }));
  const log = createLog('warn');
  try {
    const opened = await openInstallation(config, log);
    const platform = composePlatform(config, opened.address, { clock: systemClock, log });
    const servers: Running[] = [];
    const address = opened.address as Installation['address'];
    const serve = async (environment: Record<string, string> = {}) => {
      const server = await startServer(dataDirectory, environment);
      servers.push(server);
      return server;
    };
    try {
      await startPlatform(platform);
      return await work({ dataDirectory, address, platform, serve });
    } finally {
      for (const server of servers) await server.stop();
      await stopPlatform(platform);
      await opened.close();
    }
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

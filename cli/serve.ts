import type { Command } from 'commander';
import {
  type Config,
  createLog,
  describeHolder,
  type Log,
  loggable,
  serve,
} from '../server/main.ts';
import { print } from './output.ts';
import { attempt, configOf, withCommonOptions } from './run.ts';
import { runUntilSignal } from './signals.ts';

type Served = Awaited<ReturnType<typeof serve>>;

export function defineServe(program: Command): void {
  const command = program
    .command('serve')
    .description('run the server until SIGTERM or Ctrl-C; both finish what is under way')
    .option('--port <n>', 'port, instead of HEDDLE_PORT')
    .option('--host <h>', 'address, instead of HEDDLE_HOST');
  withCommonOptions(command).action(() =>
    attempt(command, async (options, output) => {
      const config = configOf(options);
      const log = createLog(config.logLevel);
      await sayWhoIsHere(config.databaseUrl ? undefined : config.dataDirectory, log);
      await runServer(config, log, async ({ port, url }) =>
        print(output, { url, port, pid: process.pid }, `Heddle answers at ${url}`),
      );
    }),
  );
}

/** Serves until a signal; `announce` says so once requests are answered. */
export async function runServer(
  config: Config,
  log: Log,
  announce: (server: Served) => Promise<void>,
): Promise<void> {
  process.on('uncaughtException', (error) => {
    log.error(loggable(error), 'a bug ends this process');
    process.exit(1);
  });
  await runUntilSignal(async () => {
    const server = await serve(config, log);
    try {
      await announce(server);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  });
  process.exit(0);
}

async function sayWhoIsHere(directory: string | undefined, log: Log) {
  const holder = directory && (await describeHolder(directory));
  if (holder && holder.processes.length > 0) {
    log.info({ processes: holder.processes }, 'joining the Heddle processes on this data folder');
  }
}

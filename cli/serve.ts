import type { Command } from 'commander';
import type { Config, Log, serve } from '../server/main.ts';
import { print } from './output.ts';
import { attempt, configOf, type ServerModule, withCommonOptions } from './run.ts';
import { runUntilSignal } from './signals.ts';
import { prepareWebsite } from './website.ts';

type Served = Awaited<ReturnType<typeof serve>>;

export function defineServe(program: Command): void {
  const command = program
    .command('serve')
    .description('run the server until SIGTERM or Ctrl-C; both finish what is under way')
    .option('--port <n>', 'port, instead of HEDDLE_PORT')
    .option('--host <h>', 'address, instead of HEDDLE_HOST')
    .option('--no-migrate', 'leave the schema as it is; an old one is refused');
  withCommonOptions(command).action(() =>
    attempt(command, async (options, output, server) => {
      const config = configOf(options, server);
      const log = server.createLog(config.logLevel);
      if (!config.databaseUrl) await sayWhoIsHere(config.dataDirectory, log, server);
      await prepareWebsite(server, config, log);
      const announce = async ({ port, url }: Served) =>
        print(output, { url, port, pid: process.pid }, `Heddle answers at ${url}`);
      await runServer(
        server,
        config,
        log,
        announce,
        options.migrate === false ? 'keep' : 'migrate',
      );
    }),
  );
}

/** Serves until a signal; `announce` says so once requests are answered. */
export async function runServer(
  { serve, loggable }: ServerModule,
  config: Config,
  log: Log,
  announce: (server: Served) => Promise<void>,
  policy: Parameters<typeof serve>[2] = 'migrate',
): Promise<void> {
  process.on('uncaughtException', (error) => {
    log.error(loggable(error), 'a bug ends this process');
    process.exit(1);
  });
  await runUntilSignal(async () => {
    const server = await serve(config, log, policy);
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

async function sayWhoIsHere(directory: string, log: Log, { describeHolder }: ServerModule) {
  const holder = await describeHolder(directory);
  if (holder && holder.processes.length > 0) {
    log.info({ processes: holder.processes }, 'joining the Heddle processes on this data folder');
  }
}

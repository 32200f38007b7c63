import type { Command } from 'commander';
import { createLog, describeHolder, serve } from '../server/main.ts';
import { print } from './output.ts';
import { attempt, configOf, withCommonOptions } from './run.ts';

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
      const { port, stop } = await serve(config, log);
      stopOnSignals(stop);
      const url = config.publicUrl.replace(/:0$/, `:${port}`);
      print(output, { url, port, pid: process.pid }, `Heddle answers at ${url}`);
    }),
  );
}

async function sayWhoIsHere(directory: string | undefined, log: ReturnType<typeof createLog>) {
  const holder = directory && (await describeHolder(directory));
  if (holder && holder.processes.length > 0) {
    log.info({ processes: holder.processes }, 'joining the Heddle processes on this data folder');
  }
}

/** The first signal drains, a second one does not wait. */
export function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  const end = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: Error) => {
        process.stderr.write(`heddle: ${signal}: ${error.message}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

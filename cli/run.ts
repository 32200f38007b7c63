import type { Command } from 'commander';
import { createLog, environmentWith, operate, readConfig } from '../server/main.ts';
import { type Output, print, printFailure } from './output.ts';

type Operate = Parameters<typeof operate<unknown>>[2];
type Options = Record<string, unknown> & { json?: true; data?: string };

/** A command that does something with the installation and prints what came of it. */
export function operation(
  command: Command,
  work: (options: Options, ...given: Parameters<Operate>) => Promise<unknown>,
  text?: (value: never) => string,
): Command {
  return withCommonOptions(command).action((...given) =>
    attempt(command, async (options, output) => {
      const config = configOf(options);
      // Only what the operator must know belongs on a terminal; the answer says the rest.
      const log = createLog(process.stderr.isTTY ? 'error' : config.logLevel);
      const value = await operate(config, log, (...door) =>
        work({ ...options, args: given }, ...door),
      );
      print(output, value ?? { ok: true }, value === undefined ? 'ok' : text?.(value as never));
    }),
  );
}

export function withCommonOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document')
    .option('--data <dir>', 'data folder, instead of HEDDLE_DATA');
}

/** Runs an action; what it throws becomes a line on standard error and exit code 1. */
export async function attempt(
  command: Command,
  action: (options: Options, output: Output) => Promise<void>,
): Promise<void> {
  const options: Options = command.opts();
  const output = { json: options.json === true };
  try {
    await action(options, output);
  } catch (thrown) {
    printFailure(output, thrown);
    process.exitCode = 1;
  }
}

export function configOf(options: Options) {
  return readConfig(
    environmentWith({
      HEDDLE_DATA: options.data,
      HEDDLE_PORT: options.port as string | undefined,
      HEDDLE_HOST: options.host as string | undefined,
    }),
  );
}

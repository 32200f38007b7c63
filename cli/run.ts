import type { Command } from 'commander';
import type * as Server from '../server/main.ts';
import { type Output, print, printFailure } from './output.ts';

export type ServerModule = typeof Server;
type Operate = Parameters<typeof Server.operate<unknown>>[2];
type Door = [...Parameters<Operate>, server: ServerModule, args: readonly string[]];
type Options = Record<string, unknown> & { json?: true; data?: string };

/** A command that does something with the installation and prints what came of it. */
export function operation(
  command: Command,
  work: (options: Options, ...door: Door) => Promise<unknown>,
  text?: (value: never) => string,
): Command {
  return withCommonOptions(command).action(() =>
    attempt(command, async (options, output, server) => {
      const config = configOf(options, server);
      const log = terminalLog(config, server);
      const value = await server.operate(config, log, (operator, platform) =>
        work(options, operator, platform, server, command.args),
      );
      print(output, value ?? { ok: true }, value === undefined ? 'ok' : text?.(value as never));
    }),
  );
}

/** The same with what a product can do for the operator, which is loaded only now. */
export function operationWith<Acts>(load: () => Promise<Acts>) {
  return (
    command: Command,
    work: (
      options: Options,
      acts: Acts,
      platform: Door[1],
      args: readonly string[],
    ) => Promise<unknown>,
    text?: (value: never) => string,
  ): Command =>
    operation(
      command,
      async (options, _, platform, __, args) => work(options, await load(), platform, args),
      text,
    );
}

export function withCommonOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document')
    .option('--data <dir>', 'data folder, instead of HEDDLE_DATA');
}

/**
 * Runs an action; what it throws becomes a line on standard error and exit code 1. The server is
 * loaded only now: help and wrong usage do without it.
 */
export async function attempt(
  command: Command,
  action: (options: Options, output: Output, server: ServerModule) => Promise<void>,
): Promise<void> {
  const options: Options = command.opts();
  const output = { json: options.json === true };
  try {
    await action(options, output, await import('../server/main.ts'));
  } catch (thrown) {
    printFailure(output, thrown);
    process.exitCode = 1;
  }
}

/** The log of a command that is no server: its answer says how it went, so that only errors are logged. */
export function terminalLog({ logLevel }: Server.Config, server: ServerModule): Server.Log {
  return server.createLog(['info', 'warn'].includes(logLevel) ? 'error' : logLevel);
}

export function configOf(options: Options, server: ServerModule) {
  return server.readConfig(
    server.environmentWith({
      HEDDLE_DATA: options.data,
      HEDDLE_PORT: options.port as string | undefined,
      HEDDLE_HOST: options.host as string | undefined,
    }),
  );
}

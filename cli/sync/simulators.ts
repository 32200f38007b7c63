import type { Command } from 'commander';
import { wholeNumber } from '../options.ts';
import { print, printFailure } from '../output.ts';
import { runUntilSignal } from '../signals.ts';

type Options = { port: number; records: number; json?: true };

export function defineSimulators(program: Command): void {
  const command = program
    .command('simulate <vendor>')
    .description("a vendor's system on this machine, to try a connection without an account")
    .option('--port <n>', 'port', wholeNumber(0, 65_535), 4_900)
    .option('--records <n>', 'records of each object', wholeNumber(0, 1_000_000), 1_000)
    .option('--json', 'print one JSON document');
  command.action(async (vendor: string) => {
    const { json, ...options }: Options = command.opts();
    const output = { json: json === true };
    try {
      const { simulators } = await import('../../server/testing/simulators/list.ts');
      const start = Object.hasOwn(simulators, vendor) ? simulators[vendor] : undefined;
      if (!start) {
        throw new Error(
          `there is no simulator of ${vendor}: ${Object.keys(simulators).join(', ')}.`,
        );
      }
      await runUntilSignal(async () => {
        const simulator = await start(options);
        const { provider, url, config, credentials } = simulator;
        const shown = { provider, url, config, credentials };
        print(output, { ...shown, pid: process.pid }, introduction(shown));
        return { stop: () => simulator.end() };
      });
      process.exit(0);
    } catch (thrown) {
      printFailure(output, thrown);
      process.exitCode = 1;
    }
  });
}

type Shown = {
  readonly provider: string;
  readonly url: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, unknown>>;
};

/** How it is connected, as one can paste it. */
function introduction({ provider, url, config, credentials }: Shown): string {
  const given = (option: string, members: Readonly<Record<string, unknown>>) =>
    Object.entries(members).map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return `  ${option} ${name}=${pasted(text)}`;
    });
  const command = [
    `bin/heddle connection create --organization <id> --provider ${provider} --name ${provider}`,
    ...given('--config', config),
    ...given('--credential', credentials),
  ];
  return [
    `A simulated ${provider} answers at ${url}, until Ctrl-C. It holds nothing of anybody.`,
    'Heddle may reach it with HEDDLE_ALLOW_PRIVATE_HOSTS=127.0.0.1. To connect it:',
    '',
    command.join(' \\\n'),
  ].join('\n');
}

/** As a shell takes it for one word. */
function pasted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

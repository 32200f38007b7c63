import { Command, CommanderError } from 'commander';
import { defineInstallation } from './installation.ts';
import { defineOrganizations } from './organizations.ts';
import { print } from './output.ts';
import { productCommands } from './products.ts';
import { defineServe } from './serve.ts';

/** Runs a command line; its exit code is 0 when all is well, 1 when it failed, 2 for wrong usage. */
export async function run(args: readonly string[]): Promise<void> {
  const program = new Command('heddle')
    .description('Scheduling, data integration and messaging for a practice group, on one server.')
    .showHelpAfterError('(--help shows how it is used)')
    .exitOverride();
  defineServe(program);
  defineInstallation(program);
  defineOrganizations(program);
  for (const define of await productCommands()) define(program);

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    process.exitCode = thrown.exitCode === 0 ? 0 : 2;
    const wrong = thrown.exitCode !== 0 && args.includes('--json');
    if (wrong) print({ json: true }, { ok: false, error: thrown.message.replace(/^error: /, '') });
  }
}

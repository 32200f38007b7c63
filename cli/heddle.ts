import { Command, CommanderError } from 'commander';
import { defineInstallation } from './installation.ts';
import { defineOrganizations } from './organizations.ts';
import { print } from './output.ts';
import { productCommands } from './products.ts';
import { defineServe } from './serve.ts';

const program = new Command('heddle')
  .description('Scheduling, data integration and messaging for a practice group, on one server.')
  .showHelpAfterError('(--help shows how it is used)')
  .exitOverride();

defineServe(program);
defineInstallation(program);
defineOrganizations(program);
for (const define of await productCommands()) define(program);

/** 0 is well, 1 failed, 2 wrong usage. */
try {
  await program.parseAsync();
} catch (thrown) {
  if (!(thrown instanceof CommanderError)) throw thrown;
  process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  const wrong = thrown.exitCode !== 0 && process.argv.includes('--json');
  if (wrong) print({ json: true }, { ok: false, error: thrown.message.replace(/^error: /, '') });
}

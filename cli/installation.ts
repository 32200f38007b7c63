import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Output, print } from './output.ts';
import {
  attempt,
  configOf,
  operation,
  type ServerModule,
  terminalLog,
  withCommonOptions,
} from './run.ts';
import type { Station } from './sync/story/story.ts';

export function defineInstallation(program: Command): void {
  defineMigrate(program);
  defineDemo(program);
  defineMaintenance(program);
  const secrets = program.command('secrets').description('what is encrypted in the database');
  operation(
    secrets
      .command('rotate')
      .description('re-encrypt all secrets under a new master key, and sign tokens with a new key'),
    async (_, operator) => void (await operator.rotateSecrets()),
  );
  defineDoctor(program);
  defineAdopt(program);
  defineConfig(program);
}

function defineDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('load the demo organization; again: no change, and the same answer')
    .option(
      '--story',
      'in place of that: play a booking that goes round, in an installation of its own that is deleted',
    );
  withCommonOptions(command).action(() =>
    attempt(command, async (options, output, server) => {
      if (options.story) return tellStory(output, server);
      const config = configOf(options, server);
      const log = terminalLog(config, server);
      const demo = await server.operate(config, log, async (_, platform) => {
        const loaded = await server.loadDemo(platform);
        await server.completeDemo(platform);
        return loaded;
      });
      print(output, demo);
    }),
  );
}

/** To people each station as it is reached. */
async function tellStory(output: Output, { environmentApart }: ServerModule): Promise<void> {
  const { playStory } = await import('./sync/story/story.ts');
  const stations: Station[] = [];
  await playStory(environmentApart, (station, happened) => {
    stations.push({ station, happened });
    if (!output.json) print(output, {}, `${station.padEnd(16)}${happened}`);
  });
  if (output.json) print(output, { stations });
}

function defineMaintenance(program: Command): void {
  const maintenance = program.command('maintenance').description('close the APIs for a while');
  operation(
    maintenance
      .command('on')
      .description('answer 503 to every call of the APIs')
      .option('--retry-after <s>', 'seconds that callers are told to wait', readSeconds, 300),
    ({ retryAfter }, operator) => operator.setMaintenance(true, Number(retryAfter)),
  );
  operation(maintenance.command('off').description('open the APIs again'), (_, operator) =>
    operator.setMaintenance(false, 0),
  );
}

function defineMigrate(program: Command): void {
  const command = program
    .command('migrate')
    .description('bring the schema up to date; several at once are safe');
  withCommonOptions(command).action(() =>
    attempt(command, async (options, output, server) => {
      const config = configOf(options, server);
      const opened = await server.openInstallation(config, terminalLog(config, server), 'migrate');
      await opened.close();
      print(output, { ok: true }, 'ok');
    }),
  );
}

/** It reports what is wrong with the schema, too, instead of changing it. */
function defineDoctor(program: Command): void {
  const command = program.command('doctor').description('check what the installation stands on');
  withCommonOptions(command).action(() =>
    attempt(command, async (options, output, server) => {
      const config = configOf(options, server);
      const checks = await server.examine(config, terminalLog(config, server));
      const ok = checks.every((check) => check.ok);
      if (!ok) process.exitCode = 1;
      const text = checks
        .map(({ check, ok, detail }) => `${ok ? 'ok  ' : 'FAIL'}  ${check}: ${detail}`)
        .join('\n');
      print(output, { ok, checks }, text);
    }),
  );
}

function defineAdopt(program: Command): void {
  const command = program
    .command('adopt')
    .description('adopt a database restored from a dump')
    .addOption(new Option('--send', 'do what was due when it was copied').conflicts('drop'))
    .option('--drop', 'forget what was due when it was copied');
  withCommonOptions(command).action(() =>
    attempt(command, async (options, output, server) => {
      const config = configOf(options, server);
      const decision = options.send ? 'send' : options.drop ? 'drop' : undefined;
      const found = await server.adoptDatabase(config, terminalLog(config, server), decision);
      print(output, { ok: true, ...found }, describeAdoption(found));
    }),
  );
}

type Adoption = Awaited<ReturnType<ServerModule['adoptDatabase']>>;

function describeAdoption({ adopted, sent, dropped, held }: Adoption): string {
  const lines = [
    adopted
      ? 'adopted: what happens from now on goes out'
      : 'nothing to adopt: this database was not restored from a dump, or was adopted before',
    ...(sent > 0 ? [`${sent} sent`] : []),
    ...(dropped > 0 ? [`${dropped} dropped`] : []),
    ...held.map(({ job, organization, about, since }) =>
      ['held', since, organization ?? '-', job, about ?? ''].join('  ').trimEnd(),
    ),
  ];
  if (held.length > 0) {
    lines.push(
      `${held.length} held: they were due when the copy was made, and may have been done since. ` +
        'Decide with heddle adopt --send or heddle adopt --drop.',
    );
  }
  return lines.join('\n');
}

function defineConfig(program: Command): void {
  const command = program.command('config').description('list every setting and what it is');
  withCommonOptions(command).action(() =>
    attempt(command, async (options, output, server) => {
      configOf(options, server);
      const settings = server.describeSettings();
      const text = settings
        .map(
          ({ name, value, default: fallback, description }) =>
            `${name}=${value ?? ''}\n    ${description} Default: ${fallback}.`,
        )
        .join('\n');
      print(output, { ok: true, settings }, text);
    }),
  );
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400) {
    throw new InvalidArgumentError('It must be a whole number of seconds from 1 to 86400.');
  }
  return seconds;
}

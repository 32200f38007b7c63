import { Command } from 'commander';
import * as server from '../server/main.ts';
import { outliveReaders, printFailure } from './output.ts';
import { configOf } from './run.ts';
import { runServer } from './serve.ts';
import { prepareWebsite } from './website.ts';

/** What `npm start` runs: the server, with the demo organization where nobody else can reach it. */
outliveReaders();
const options = new Command('npm start --')
  .description('Run the server with a demo organization; bin/heddle config lists all settings.')
  .option('--port <n>', 'port, instead of HEDDLE_PORT')
  .option('--host <h>', 'address, instead of HEDDLE_HOST')
  .option('--data <dir>', 'data folder, instead of HEDDLE_DATA')
  .allowExcessArguments(false)
  .showHelpAfterError('(--help shows how it is used)')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts();
try {
  const read = configOf(options, server);
  const config = read.isPrivate ? server.withFiles(read) : read;
  process.stdout.write('Heddle is starting…\n');
  const log = server.createLog(process.stderr.isTTY ? 'warn' : config.logLevel);
  await prepareWebsite(server, config, log, () => {
    process.stdout.write('Its website is being built, once…\n');
  });
  await runServer(server, config, log, async ({ url, platform }) => {
    const demo = config.isPrivate ? await server.loadDemo(platform) : undefined;
    const place = config.databaseUrl ? 'the database of DATABASE_URL' : config.dataDirectory;
    process.stdout.write(`
  Heddle answers at   ${url}
  API reference       ${url}/docs
  Its data is in      ${place}
${demo ? describe(demo, url) : ''}
  Ctrl-C stops it; the data stays.\n`);
    if (demo) complete(platform);
  });
} catch (thrown) {
  printFailure({ json: false }, thrown);
  process.exit(1);
}

/** Beside the server, which does the runs. */
function complete(platform: Parameters<typeof server.completeDemo>[0]): void {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => ending.abort());
  }
  void server.completeDemo(platform, ending.signal).catch((error) => {
    if (!ending.signal.aborted)
      platform.log.warn(server.loggable(error), 'the demo is not complete');
  });
}

function describe(demo: server.Demo, url: string): string {
  return `
  There is a demo organization, ${demo.organization.name}.
  Sign in to its website:
    e-mail            ${demo.member.email}
    password          ${demo.member.password}
${server.describeDemo(demo, url)}`;
}

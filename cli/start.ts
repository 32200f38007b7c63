import { createLog, loadDemo, readConfig, serve } from '../server/main.ts';
import { printFailure } from './output.ts';
import { stopOnSignals } from './serve.ts';

/** What `npm start` runs: the server, with the demo organisation where nobody else can reach it. */
const output = { json: false };
try {
  const config = readConfig();
  process.stdout.write('Heddle is starting…\n');
  const log = createLog(process.stderr.isTTY ? 'warn' : config.logLevel);
  const { port, platform, stop } = await serve(config, log);
  stopOnSignals(stop);
  const url = config.publicUrl.replace(/:0$/, `:${port}`);
  process.stdout.write(`\n  Heddle answers at        ${url}\n`);
  process.stdout.write(`  API reference            ${url}/docs\n`);
  if (config.isPrivate) process.stdout.write(describeDemo(await loadDemo(platform), url));
  process.stdout.write('\n  Ctrl-C stops it; the data stays.\n');
} catch (thrown) {
  printFailure(output, thrown);
  process.exit(1);
}

function describeDemo(demo: Awaited<ReturnType<typeof loadDemo>>, url: string): string {
  const { consumer, member, practices } = demo;
  return `
  The demo organisation (${practices.map(({ name }) => name).join(', ')}):
    client id              ${consumer.client_id}
    client secret          ${consumer.client_secret}
    member                 ${member.email}
    password               ${member.password}

  Try it:
    curl -u ${consumer.client_id}:${consumer.client_secret} \\
      -d grant_type=client_credentials ${url}/oauth2/token
    curl -H 'Authorization: <access_token>' ${url}/scheduling/practices
`;
}

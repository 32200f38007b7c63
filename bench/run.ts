import { parseArgs } from 'node:util';
import { measureBooking } from './book/book.ts';
import { measureChannel } from './channel.ts';
import type { Result } from './figures.ts';
import { measureGrowth } from './growth.ts';
import { measureListing } from './list.ts';
import { measureListeners } from './listeners/listeners.ts';
import { describeMachine } from './machine.ts';
import { measureMemory } from './memory.ts';
import { printMachine, printResult } from './report.ts';
import { measureSearch } from './search.ts';
import { measureStart } from './start.ts';
import { measureFollowing } from './sync/following.ts';
import { measureSync } from './sync/moving.ts';
import { measureThreads } from './thread.ts';
import { measureTokens } from './tokens.ts';
import { measureTransforms } from './transforms.ts';
import { measureVendors } from './vendors/vendors.ts';
import { measureWebhooks } from './webhooks/webhooks.ts';
import { measureWorkflows } from './workflows/workflows.ts';

export type Options = { full: boolean };

const benchmarks: Record<string, (options: Options) => Promise<Result>> = {
  book: measureBooking,
  list: measureListing,
  start: measureStart,
  memory: measureMemory,
  growth: measureGrowth,
  tokens: measureTokens,
  listeners: measureListeners,
  search: measureSearch,
  thread: measureThreads,
  channel: measureChannel,
  transforms: measureTransforms,
  sync: measureSync,
  realtime: measureFollowing,
  vendors: measureVendors,
  webhooks: measureWebhooks,
  workflows: measureWorkflows,
};

const usage = `npm run bench -- [NAME…] [--json] [--full]
NAME is one of ${Object.keys(benchmarks).join(', ')}; none: all of them.
--json prints one document; --full adds a million bookings to growth.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
const unknown = names.find((name) => !(name in benchmarks));
if (values.help || unknown !== undefined) {
  process.stderr.write(
    unknown === undefined ? usage : `There is no benchmark ${unknown}.\n${usage}`,
  );
  process.exit(unknown === undefined ? 0 : 2);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const machine = await describeMachine();
if (!values.json) printMachine(machine);
const results: Result[] = [];
for (const name of names) {
  process.stderr.write(`measuring: ${name}\n`);
  const result = await (benchmarks[name] as (options: Options) => Promise<Result>)(values);
  results.push(result);
  if (!values.json) printResult(result);
}
if (values.json) process.stdout.write(`${JSON.stringify({ machine, results }, null, 2)}\n`);
const failed = results.flatMap(({ figures }) => figures).filter(({ met }) => met === false);
if (!values.json && failed.length > 0) {
  process.stdout.write(`\n${failed.length} figures miss their aim.\n`);
}
process.exit(0);

// `npm test`: every test, and what reckons with time in each of `zones`; the last line is the total.
//   npm test -- --tz UTC          one zone
//   npm test -- server/runtime    some files or folders
import { accessSync, existsSync, globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { holdCluster } from '../server/testing/cluster.ts';
import { ensureSite } from '../web/build/ensure.ts';
import { ensureChromium } from './browser/chromium.ts';
import { type Round, runInLanes } from './lanes/lanes.ts';
import type { Report } from './lanes/report.ts';
import { Summary } from './summary.ts';

const root = join(import.meta.dirname, '..');
const zones = ['UTC', 'America/Los_Angeles', 'Asia/Kolkata'];
const folders = ['contract', 'server', 'cli', 'sdk', 'testing', 'web'];
/** What authors have in their own packages: these tests run there, against the package. */
const elsewhere = 'sdk/examples/**';
/** What reckons with days and hours runs in every zone; the rest once (`--tz` runs all of it in one). */
const reckonsWithTime = [
  'server/scheduling/appointments/cancelling.test.ts',
  'server/scheduling/appointments/mails/changes.test.ts',
  'server/scheduling/appointments/mails/entries.test.ts',
  'server/scheduling/appointments/mails/letters.test.ts',
  'server/scheduling/bookings/bookings.test.ts',
  'server/scheduling/bookings/changes.test.ts',
  'server/scheduling/bookings/holds/holds.test.ts',
  'server/scheduling/bookings/listing/changed.test.ts',
  'server/scheduling/bookings/listing/kept-lists.test.ts',
  'server/scheduling/bookings/listing/listing.test.ts',
  'server/scheduling/bookings/promise/model.test.ts',
  'server/scheduling/bookings/promise/promise.test.ts',
  'server/scheduling/bookings/series',
  'server/scheduling/bookings/start.test.ts',
  'server/scheduling/bookings/starts.test.ts',
  'server/scheduling/bookings/weekly.test.ts',
  'server/scheduling/forms/pdf.test.ts',
  'server/scheduling/patients/availability.test.ts',
  'server/scheduling/polls/polls.test.ts',
  'server/runtime/instants.test.ts',
  'server/runtime/zones.test.ts',
];
const lanes = 2;
/** When more files failed than these, it was not the machine. */
const againMax = 3;

process.chdir(root);
const { values, positionals } = parseArgs({
  options: { tz: { type: 'string', multiple: true } },
  allowPositionals: true,
});
const summary = new Summary();
const failures: { zone: string; report: Report }[] = [];
try {
  await runAll(values.tz ?? zones, positionals);
} catch (error) {
  console.error(error);
  summary.failed += 1;
}
console.log(String(summary));
process.exitCode = summary.failed > 0 || summary.passed === 0 ? 1 : 0;

async function runAll(chosenZones: string[], paths: string[]): Promise<void> {
  for (const path of reckonsWithTime) accessSync(path);
  await ensureSite(() => console.log('Building the website…'));
  if (testFiles(paths, true).some((file) => file.endsWith('.browser.test.ts'))) ensureChromium();
  const letGo = await holdCluster();
  try {
    const rounds = chosenZones.map((zone, at) => roundIn(zone, testFiles(paths, at === 0)));
    await runInLanes(
      rounds.filter(({ files }) => files.length > 0),
      lanes,
    );
    await runFailedAgain();
  } finally {
    await letGo();
  }
}

function testFiles(paths: string[], isFirstRound: boolean): string[] {
  const chosen = paths.map((path) => path.replace(/^\.\/|\/$/g, ''));
  return globSync(
    folders.map((folder) => `${folder}/**/*.test.ts`),
    { exclude: [elsewhere] },
  )
    .filter((file) => chosen.length === 0 || isWithin(file, chosen))
    .filter((file) => isFirstRound || isWithin(file, reckonsWithTime))
    .sort();
}

function isWithin(file: string, paths: string[]): boolean {
  return paths.some((path) => file === path || file.startsWith(`${path}/`));
}

function roundIn(zone: string, files: readonly string[]): Round {
  if (files.length > 0) console.log(`${zone}: ${files.length} test file(s)`);
  return {
    files,
    environment: environmentIn(zone),
    show: (report) => {
      console.log(zone === zones[0] ? String(report) : `${zone}  ${report}`);
      summary.take(report);
      if (report.failed > 0) failures.push({ zone, report });
    },
  };
}

/** A file that fails beside others, on a busy machine, has to hold by itself; both is shown. */
async function runFailedAgain(): Promise<void> {
  if (failures.length > againMax) return;
  for (const { zone, report: first } of failures) {
    if (!existsSync(first.path)) continue;
    console.log(`\n${zone}, again by itself:`);
    const show = (again: Report) => {
      console.log(String(again));
      summary.takeAgain(first, again);
    };
    await runInLanes([{ files: [first.path], environment: environmentIn(zone), show }], 1);
  }
}

function environmentIn(zone: string): NodeJS.ProcessEnv {
  return { NODE_COMPILE_CACHE: join(tmpdir(), 'heddle-compiled'), ...process.env, TZ: zone };
}

// `npm test`: every test, and what reckons with time in each of `zones`; the last line is the total.
//   npm test -- --tz UTC          one zone
//   npm test -- server/runtime    some files or folders
import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ensureSite } from '../web/build/ensure.ts';
import { ensureChromium } from './browser/chromium.ts';
import { Summary } from './summary.ts';

const root = join(import.meta.dirname, '..');
const zones = ['UTC', 'America/Los_Angeles', 'Asia/Kolkata'];
const folders = ['contract', 'server', 'cli', 'testing', 'web'];
/** What reckons with days and hours runs in every zone; the rest once (`--tz` runs all of it in one). */
const reckonsWithTime = [
  'server/scheduling/appointments/cancelling.test.ts',
  'server/scheduling/appointments/invitation.test.ts',
  'server/scheduling/appointments/letters.test.ts',
  'server/scheduling/bookings',
  'server/scheduling/forms/pdf.test.ts',
  'server/scheduling/patients/availability.test.ts',
  'server/scheduling/polls/polls.test.ts',
  'server/runtime/instants.test.ts',
  'server/runtime/zones.test.ts',
];
const globalSetup = 'server/testing/global.ts';
const silenceMillisecondsMax = 300_000;

process.chdir(root);
const { values, positionals } = parseArgs({
  options: { tz: { type: 'string', multiple: true } },
  allowPositionals: true,
});
process.exitCode = await runAll(values.tz ?? zones, positionals);

async function runAll(chosenZones: string[], paths: string[]): Promise<number> {
  const summary = new Summary();
  await ensureSite(() => console.log('Building the website…'));
  if (testFiles(paths, true).some((file) => file.endsWith('.browser.test.ts'))) ensureChromium();
  for (const [index, zone] of chosenZones.entries()) {
    const files = testFiles(paths, index === 0);
    if (files.length === 0) continue;
    console.log(`\n${zone}: ${files.length} test file(s)`);
    await runRound(zone, files, summary);
  }
  console.log(String(summary));
  return summary.failed > 0 || summary.passed === 0 ? 1 : 0;
}

function testFiles(paths: string[], isFirstRound: boolean): string[] {
  const chosen = paths.map((path) => path.replace(/^\.\/|\/$/g, ''));
  return globSync(folders.map((folder) => `${folder}/**/*.test.ts`))
    .filter((file) => chosen.length === 0 || isWithin(file, chosen))
    .filter((file) => isFirstRound || isWithin(file, reckonsWithTime))
    .sort();
}

function isWithin(file: string, paths: string[]): boolean {
  return paths.some((path) => file === path || file.startsWith(`${path}/`));
}

async function runRound(zone: string, files: string[], summary: Summary): Promise<void> {
  const setup = existsSync(globalSetup) ? [`--test-global-setup=${globalSetup}`] : [];
  const options = ['--test', '--test-concurrency=2', '--test-reporter=./testing/report.ts'];
  const child = spawn(process.execPath, [...options, ...setup, ...files], {
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'heddle-compiled'), ...process.env, TZ: zone },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const totals = await follow(child.stdout, summary, () => child.kill('SIGTERM'));
  const exitCode = await ended;
  const isRunnerAtFault = exitCode !== 0 && totals?.failed === 0;
  if (isRunnerAtFault) {
    show(`✖ no test failed, but the runner (or the global set-up) did: ${exitCode}`, summary);
  }
  summary.endRound(totals && { ...totals, failed: totals.failed + Number(isRunnerAtFault) });
}

/** Passes the round's lines on and reads its totals; stops a round that has gone silent. */
async function follow(output: NodeJS.ReadableStream, summary: Summary, stop: () => void) {
  let totals: { passed: number; failed: number } | undefined;
  const watchdog = setTimeout(stop, silenceMillisecondsMax);
  for await (const line of createInterface({ input: output })) {
    watchdog.refresh();
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(line) ?? [];
    if (passed === undefined) show(line, summary);
    else totals = { passed: Number(passed), failed: Number(failed) };
  }
  clearTimeout(watchdog);
  return totals;
}

function show(line: string, summary: Summary): void {
  console.log(line);
  summary.take(line);
}

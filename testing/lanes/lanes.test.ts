import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runInLanes } from './lanes.ts';
import type { Report } from './report.ts';

const folder = mkdtempSync(join(tmpdir(), 'heddle-lanes-'));
after(() => rmSync(folder, { recursive: true }));

const imports = `import assert from 'node:assert/strict';
import { after, mock, test } from 'node:test';
void [assert, after, mock];`;

const samples: [title: string, text: string, passed: number, failed: number][] = [
  ['a test that passes', "test('a', () => {});", 1, 0],
  ['a test that fails', "test('a', () => { throw new Error('no'); });", 0, 1],
  ['a test that is skipped', "test.skip('a', () => {});", 0, 1],
  ['a hook that fails', "test('a', () => {}); after(() => { throw 1; });", 1, 1],
  ['a file without a test', '', 0, 1],
  ['a file that does not load', "import './missing.ts';", 0, 1],
  ['an exit before the tests', 'process.exit(0);', 0, 1],
  ['an exit in a test', "test('a', () => {}); test('b', () => process.exit(0));", 0, 1],
  ['an exit between tests', "test('a', () => {}); await 0; process.exit(0);", 0, 1],
  ['a kill', "test('a', () => process.kill(process.pid, 'SIGKILL'));", 0, 1],
  [
    'a rejection that nobody handles',
    "test('a', () => { setTimeout(() => Promise.reject(new Error('late')), 20); });",
    1,
    1,
  ],
];

for (const [title, text, passed, failed] of samples) {
  test(`${title} counts as ${passed} passed, ${failed} failed`, async () => {
    const reports = await run([write(text)]);

    const sum = (key: 'passed' | 'failed') => reports.reduce((all, one) => all + one[key], 0);
    assert.deepEqual([sum('passed'), sum('failed')], [passed, failed], reports.join('\n'));
  });
}

test('a failure shows the diff, the stack and what was printed', async () => {
  const body = "console.log('here'); assert.deepEqual({ a: 1 }, { a: 2 });";

  const [report] = await run([write(`test('compares', () => { ${body} });`)]);

  const output = String(report);
  assert.match(output, /\.test\.ts:4 {2}compares\n/);
  assert.match(output, /\+ +a: 1\n *- +a: 2\n/);
  assert.match(output, /at .*\.test\.ts:4:\d+/);
  assert.match(output, /what it printed:\n *here\n/);
});

test('files follow each other in one process, and what they made ends with each', async () => {
  const first = write(`globalThis.ended = []; mock.timers.enable();
    after(() => globalThis.ended.push('first')); test('a', () => {});`);
  const second = write(`test('b', async () => {
    assert.deepEqual(globalThis.ended, ['first']);
    await new Promise((go) => setTimeout(go, 1));
  });`);

  const reports = await run([first, second]);

  assert.deepEqual(
    reports.map(String).map((text) => text.slice(0, 1)),
    ['✔', '✔'],
  );
});

test('after a file that failed, the next has a process of its own', async () => {
  const first = write("globalThis.left = 1; test('a', () => { throw new Error('no'); });");
  const second = write("test('b', () => assert.equal(globalThis.left, undefined));");

  const reports = await run([first, second]);

  assert.deepEqual(
    reports.map(({ passed, failed }) => [passed, failed]),
    [
      [0, 1],
      [1, 0],
    ],
  );
});

test('a process that ends between two files fails the second, and the run goes on', async () => {
  const first = write(`const send = process.send.bind(process);
    process.send = (told) => (send(told), told.kind === 'ended' && process.disconnect());
    test('a', () => {});`);
  const [second, third] = [write("test('b', () => {});"), write("test('c', () => {});")];

  const reports = await run([first, second, third]);

  assert.deepEqual(
    reports.map(({ passed, failed }) => [passed, failed]),
    [
      [1, 0],
      [0, 1],
      [1, 0],
    ],
  );
});

test('a lane goes on with the next round, in the environment of that', async () => {
  const body = "test('a', () => assert.equal(process.env.TZ, 'Asia/Kolkata'));";
  const seen: [string, number][] = [];
  const round = (TZ: string) => ({
    files: [write(body)],
    environment: { ...process.env, TZ },
    show: ({ passed }: Report) => seen.push([TZ, passed]),
  });

  await runInLanes([round('UTC'), round('Asia/Kolkata')], 1);

  assert.deepEqual(seen, [
    ['UTC', 0],
    ['Asia/Kolkata', 1],
  ]);
});

let written = 0;

function write(text: string): string {
  written += 1;
  const file = join(folder, `${written}.test.ts`);
  writeFileSync(file, `${imports}\n${text}\n`);
  return file;
}

async function run(files: string[]): Promise<Report[]> {
  const reports: Report[] = [];
  const show = (report: Report) => reports.push(report);
  await runInLanes([{ files, environment: process.env, show }], 1);
  return reports;
}

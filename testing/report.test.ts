import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'heddle-report-'));
after(() => rmSync(folder, { recursive: true }));

const samples: [title: string, text: string, totals: string][] = [
  ['a test that passes', "test('a', () => {});", '1 passed, 0 failed'],
  ['a test that fails', "test('a', () => { throw new Error('no'); });", '0 passed, 1 failed'],
  ['a test that is skipped', "test.skip('a', () => {});", '0 passed, 1 failed'],
  ['a hook that fails', "test('a', () => {}); after(() => { throw 1; });", '1 passed, 1 failed'],
  ['a file without a test', '', '0 passed, 1 failed'],
  ['a file that does not load', "import './missing.ts';", '0 passed, 1 failed'],
  ['an exit before the tests', 'process.exit(0);', '0 passed, 1 failed'],
  [
    'an exit in a test',
    "test('a', () => {}); test('b', () => process.exit(0));",
    '0 passed, 1 failed',
  ],
  [
    'an exit between tests',
    "test('a', () => {}); await new Promise((go) => setTimeout(go, 200)); process.exit(0);",
    '1 passed, 1 failed',
  ],
  ['a kill', "test('a', () => process.kill(process.pid, 'SIGKILL'));", '0 passed, 1 failed'],
  [
    'a rejection that nobody handles',
    "test('a', () => { setTimeout(() => Promise.reject(new Error('late')), 20); });",
    '1 passed, 1 failed',
  ],
];

for (const [index, [title, text, totals]] of samples.entries()) {
  test(`${title} counts as ${totals}`, async () => {
    const file = join(folder, `${index}.test.ts`);
    writeFileSync(file, `import { after, test } from 'node:test';\nvoid after;\n${text}\n`);

    const output = await report(file);

    assert.equal(output.trimEnd().split('\n').at(-1), totals, output);
  });
}

test('a failure shows the diff, the stack and what was printed', async () => {
  const file = join(folder, 'diff.test.ts');
  const body = "console.log('here'); assert.deepEqual({ a: 1 }, { a: 2 });";
  const imports = "import assert from 'node:assert/strict';\nimport { test } from 'node:test';";
  writeFileSync(file, `${imports}\ntest('compares', () => { ${body} });\n`);

  const output = await report(file);

  assert.match(output, /diff\.test\.ts:3 {2}compares\n/);
  assert.match(output, /\+ +a: 1\n *- +a: 2\n/);
  assert.match(output, /at .*diff\.test\.ts:3:\d+/);
  assert.match(output, /what it printed:\n *here\n/);
});

function report(file: string): Promise<string> {
  const reporter = join(import.meta.dirname, 'report.ts');
  // The inner runner refuses to start where it finds itself within another.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return new Promise((resolve) => {
    const options = ['--test', `--test-reporter=${reporter}`, file];
    execFile(process.execPath, options, { env }, (_error, stdout) => resolve(stdout));
  });
}

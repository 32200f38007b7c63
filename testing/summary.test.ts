import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Summary } from './summary.ts';

function summaryOf(reports: (Parameters<Summary['take']>[0] & { text?: string })[]): string[] {
  const summary = new Summary();
  for (const { text = '', ...report } of reports) {
    summary.take(Object.assign(report, { toString: () => text }));
  }
  return String(summary).split('\n');
}

test('what failed stands at the end, with all that was said of it', () => {
  const failure = ['✖ a.test.ts  2 passed, 1 failed', '', '    a.test.ts:3  adds', '    no', ''];

  const shown = summaryOf([
    { path: 'b.test.ts', passed: 1, failed: 0, seconds: 2 },
    { path: 'a.test.ts', passed: 2, failed: 1, seconds: 1, text: failure.join('\n') },
    { path: 'c.test.ts', passed: 4, failed: 0, seconds: 3 },
  ]);

  const from = shown.indexOf('What failed, once more:');
  assert.deepEqual(shown.slice(from + 1), [...failure, '', '7 passed, 1 failed']);
});

test('the slowest files are named, with all their rounds together', () => {
  const shown = summaryOf([
    { path: 'a.test.ts', passed: 1, failed: 0, seconds: 2 },
    { path: 'b.test.ts', passed: 1, failed: 0, seconds: 3 },
    { path: 'a.test.ts', passed: 1, failed: 0, seconds: 2.5 },
  ]);

  assert.deepEqual(shown.slice(1), [
    'The slowest files:',
    '     4.5 s  a.test.ts',
    '     3.0 s  b.test.ts',
    '',
    '3 passed, 0 failed',
  ]);
});

test('what held when it was run again by itself counts as it went then, and is shown', () => {
  const summary = new Summary();
  const reportOf = (path: string, passed: number, failed: number) =>
    Object.assign({ path, passed, failed, seconds: 1 }, { toString: () => `${path} ${failed}` });
  const [steady, busy, broken] = [reportOf('a', 3, 0), reportOf('b', 1, 1), reportOf('c', 0, 2)];
  for (const report of [steady, busy, broken]) summary.take(report);

  summary.takeAgain(busy, reportOf('b', 2, 0));
  summary.takeAgain(broken, reportOf('c', 1, 1));

  const shown = String(summary).split('\n');
  assert.deepEqual(
    shown.slice(shown.indexOf('What failed once, and held when it was run again by itself:')),
    [
      'What failed once, and held when it was run again by itself:',
      'b 1',
      '',
      'What failed, once more:',
      'c 1',
      '',
      '6 passed, 1 failed',
    ],
  );
});

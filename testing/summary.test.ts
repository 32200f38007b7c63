import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Summary } from './summary.ts';

function summaryOf(lines: string[], totals?: { passed: number; failed: number }): string[] {
  const summary = new Summary();
  for (const line of lines) summary.take(line);
  summary.endRound(totals);
  return String(summary).split('\n');
}

test('what failed stands at the end, with all that was said of it', () => {
  const failure = ['✖ a.test.ts  2 passed, 1 failed', '', '    a.test.ts:3  adds', '    no', ''];
  const lines = ['✔ b.test.ts  1 passed  2.0 s', ...failure, '✔ c.test.ts  4 passed  3.0 s'];

  const shown = summaryOf(lines, { passed: 7, failed: 1 });

  const from = shown.indexOf('What failed, once more:');
  assert.deepEqual(shown.slice(from + 1), [...failure, '', '7 passed, 1 failed']);
});

test('the slowest files are named, with all their rounds together', () => {
  const round = ['✔ a.test.ts  1 passed  2.0 s', '✔ b.test.ts  1 passed  3.0 s'];

  const shown = summaryOf([...round, '✔ a.test.ts  1 passed  2.5 s'], { passed: 3, failed: 0 });

  assert.deepEqual(shown.slice(1), [
    'The slowest files:',
    '     4.5 s  a.test.ts',
    '     3.0 s  b.test.ts',
    '',
    '3 passed, 0 failed',
  ]);
});

test('a round that told no totals has failed', () => {
  assert.equal(summaryOf([]).at(-1), '0 passed, 1 failed');
});

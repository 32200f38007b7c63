import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineWithin, type Run } from './progress.ts';

const run: Run = {
  id: 'run_1',
  sync_id: 'sync_1',
  status: 'running',
  duration_ms: null,
  records_read: 1_234_567,
  records_written: 0,
  records_skipped: 0,
  records_failed: 0,
  records_deleted: 0,
  bytes: 123_000_000,
  error: null,
  pause: null,
  progress: {
    rows_per_second: 12_345,
    waits_for: 'destination',
    percent: 50,
    seconds_left: 754,
  },
};

test('a narrow terminal shows what matters, and nothing that is cut', () => {
  const lines = [120, 79, 59, 30].map((columns) => lineWithin(columns, run));

  assert.deepEqual(lines, [
    '[##########----------]  50 %  running  1,234,567 records  123 MB  12,345/s  waits for the destination  12 min 34 s left',
    ' 50 %  1,234,567 records  waits for the destination  12 min 34 s left',
    '[######------]  50 %  1,234,567 records  12 min 34 s left',
    ' 50 %  12 min 34 s left',
  ]);
});

test('of one that goes on it is said how far behind it is', () => {
  const following = { ...run, progress: null, behind: 2.34 };

  assert.equal(lineWithin(79, following), 'running  1,234,567 records  123 MB  2.3 s behind');
});

test('whatever there is to say fits', () => {
  const far = { ...run, records_read: 98_765_432_109, bytes: 9.9e14 };
  const halfway = { rows_per_second: 4_000_000, waits_for: 'transform', percent: 100 };
  const cases: Run[] = [
    far,
    { ...far, progress: { ...halfway, seconds_left: 359_999 } },
    { ...far, progress: { ...halfway, percent: null, seconds_left: null } },
    { ...far, status: 'waits for a server', progress: null },
  ];

  for (const columns of [79, 59]) {
    const lines = cases.map((one) => lineWithin(columns, one));
    assert.ok(
      lines.every((line) => line.length <= columns && /^\[|%|records/.test(line)),
      lines.join('\n'),
    );
    assert.match(lines[1] ?? '', /100 %.* 99 h 59 min left$/);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSchedule, nextTime } from './schedules.ts';

function timesOf(pattern: string, timezone: string, from: string, count: number): string[] {
  const times: string[] = [];
  for (let at = new Date(from); times.length < count; ) {
    const next = nextTime({ pattern, timezone }, at);
    assert.ok(next);
    times.push(next.toISOString());
    at = next;
  }
  return times;
}

test('hourly is minute 0 and daily is midnight, in the time zone', () => {
  assert.deepEqual(timesOf('hourly', 'UTC', '2026-01-01T10:00:00Z', 2), [
    '2026-01-01T11:00:00.000Z',
    '2026-01-01T12:00:00.000Z',
  ]);
  assert.deepEqual(timesOf('daily', 'America/New_York', '2026-01-01T10:00:00Z', 1), [
    '2026-01-02T05:00:00.000Z',
  ]);
});

test('what the clock skips in spring comes once, where the clock goes on', () => {
  const times = timesOf('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3);

  assert.deepEqual(times, [
    '2026-03-28T01:30:00.000Z',
    '2026-03-29T01:00:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ]);
});

test('several times that are skipped come once together', () => {
  const times = timesOf('*/20 2 * * *', 'Europe/Berlin', '2026-03-28T23:00:00Z', 2);

  assert.deepEqual(times, ['2026-03-29T01:00:00.000Z', '2026-03-30T00:00:00.000Z']);
});

test('what the clock shows twice in autumn comes once, the first time', () => {
  const times = timesOf('30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', 2);

  assert.deepEqual(times, ['2026-11-01T05:30:00.000Z', '2026-11-02T06:30:00.000Z']);
  assert.equal(
    nextTime(
      { pattern: '30 1 * * *', timezone: 'America/New_York' },
      new Date('2026-11-01T06:00:00Z'),
    )?.toISOString(),
    '2026-11-02T06:30:00.000Z',
  );
});

test('a day that has no midnight begins where its clock begins', () => {
  assert.deepEqual(timesOf('daily', 'Africa/Cairo', '2026-04-23T00:00:00Z', 2), [
    '2026-04-23T22:00:00.000Z',
    '2026-04-24T21:00:00.000Z',
  ]);
  const [santiago] = timesOf('0 0 * * *', 'America/Santiago', '2026-09-05T12:00:00Z', 1);
  assert.equal(santiago, '2026-09-06T04:00:00.000Z');
});

test('day of month and day of week are joined by OR, and seconds may come first', () => {
  const days = timesOf('0 0 13 * 5', 'UTC', '2026-11-01T00:00:00Z', 3).map((one) =>
    one.slice(8, 10),
  );

  assert.deepEqual(days, ['06', '13', '20']);
  assert.deepEqual(timesOf('*/10 * * * * *', 'UTC', '2026-01-01T00:00:01Z', 2), [
    '2026-01-01T00:00:10.000Z',
    '2026-01-01T00:00:20.000Z',
  ]);
});

test('what is no schedule, and no time zone, is a 400 that names it', () => {
  for (const pattern of [
    '',
    'weekly',
    '* * * *',
    '61 * * * *',
    '* * * * * * *',
    '2026-01-01T00:00',
  ]) {
    assert.throws(() => checkSchedule({ pattern, timezone: 'UTC' }), /^Error: schedule: must be/);
  }
  assert.throws(() => checkSchedule({ pattern: 'daily', timezone: 'Mars/Base' }), /timezone/);
  for (const pattern of ['manual', 'realtime', 'hourly', 'daily', '*/5 * * * *', '0 0 * * * *']) {
    checkSchedule({ pattern, timezone: 'Asia/Kolkata' });
  }
});

test('a pattern that no day fits has no next time', () => {
  assert.equal(nextTime({ pattern: '0 0 30 2 *', timezone: 'UTC' }, new Date()), undefined);
  assert.equal(nextTime({ pattern: 'manual', timezone: 'UTC' }, new Date()), undefined);
});

test('every second is a schedule, and one that never comes is none', () => {
  assert.deepEqual(timesOf('* * * * * *', 'Europe/Berlin', '2026-03-29T00:59:59Z', 2), [
    '2026-03-29T01:00:00.000Z',
    '2026-03-29T01:00:01.000Z',
  ]);
  const never = () => checkSchedule({ pattern: '0 0 30 2 *', timezone: 'UTC' });
  assert.throws(never, /never comes/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { localStart, occurrenceStart, occurrencesBetween } from './weekly.ts';

const wall = (text: string) => Temporal.PlainDateTime.from(text);
const starts = (local: string, zone: string, indexes: number[]) =>
  indexes.map((index) => occurrenceStart(wall(local), zone, index).toISOString());

test('the wall-clock time of an instant is that of the zone', () => {
  const instant = new Date('2026-07-01T02:30:00.250Z');

  const local = localStart(instant, 'America/Chicago');

  assert.equal(local.toString(), '2026-06-30T21:30:00.25');
});

const changes = [
  { zone: 'America/Chicago', name: 'spring', local: '2026-03-01T09:00', utc: ['15:00', '14:00'] },
  { zone: 'America/Chicago', name: 'autumn', local: '2026-10-25T09:00', utc: ['14:00', '15:00'] },
  { zone: 'Europe/London', name: 'spring', local: '2026-03-22T09:00', utc: ['09:00', '08:00'] },
  { zone: 'Europe/London', name: 'autumn', local: '2026-10-18T09:00', utc: ['08:00', '09:00'] },
  { zone: 'Australia/Sydney', name: 'autumn', local: '2026-03-29T12:00', utc: ['01:00', '02:00'] },
  { zone: 'Australia/Sydney', name: 'spring', local: '2026-09-27T12:00', utc: ['02:00', '01:00'] },
];
for (const { zone, name, local, utc } of changes) {
  test(`a series keeps its wall-clock time when the clock changes in ${zone} in ${name}`, () => {
    const times = starts(local, zone, [0, 1]).map((start) => start.slice(11, 16));

    assert.deepEqual(times, utc);
  });
}

test('a time that the clock skips moves forward, for that week only', () => {
  const chicago = starts('2026-03-01T02:30', 'America/Chicago', [0, 1, 2]);
  const london = starts('2026-03-22T01:30', 'Europe/London', [0, 1, 2]);
  const sydney = starts('2026-09-27T02:30', 'Australia/Sydney', [0, 1, 2]);

  assert.deepEqual(chicago, [
    '2026-03-01T08:30:00.000Z',
    '2026-03-08T08:30:00.000Z',
    '2026-03-15T07:30:00.000Z',
  ]);
  assert.deepEqual(london, [
    '2026-03-22T01:30:00.000Z',
    '2026-03-29T01:30:00.000Z',
    '2026-04-05T00:30:00.000Z',
  ]);
  assert.deepEqual(sydney, [
    '2026-09-26T16:30:00.000Z',
    '2026-10-03T16:30:00.000Z',
    '2026-10-10T15:30:00.000Z',
  ]);
});

test('of a time that comes twice the first is taken', () => {
  const chicago = starts('2026-10-25T01:30', 'America/Chicago', [0, 1, 2]);
  const sydney = starts('2026-03-29T02:30', 'Australia/Sydney', [0, 1, 2]);

  assert.deepEqual(chicago, [
    '2026-10-25T06:30:00.000Z',
    '2026-11-01T06:30:00.000Z',
    '2026-11-08T07:30:00.000Z',
  ]);
  assert.deepEqual(sydney, [
    '2026-03-28T15:30:00.000Z',
    '2026-04-04T15:30:00.000Z',
    '2026-04-11T16:30:00.000Z',
  ]);
});

for (const zone of ['America/Chicago', 'Europe/London', 'Australia/Sydney']) {
  test(`a year of weeks in ${zone} has 53 occurrences at one wall-clock time`, () => {
    const local = wall('2026-01-05T16:45');

    const year = occurrencesBetween(
      local,
      zone,
      0,
      occurrenceStart(local, zone, 0),
      occurrenceStart(local, zone, 53),
    );

    assert.deepEqual(
      year.map(({ index }) => index),
      Array.from({ length: 53 }, (_, index) => index),
    );
    for (const { index, startsAt } of year) {
      assert.equal(String(localStart(startsAt, zone)), String(local.add({ weeks: index })));
    }
  });
}

test('the beginning of the time asked for belongs to it, its end does not', () => {
  const local = wall('2026-05-04T10:00');
  const [first, third] = [0, 2].map((index) => occurrenceStart(local, 'Europe/London', index));

  const found = occurrencesBetween(local, 'Europe/London', 0, first as Date, third as Date);

  assert.deepEqual(
    found.map(({ index }) => index),
    [0, 1],
  );
});

test('no occurrence comes before the index asked for', () => {
  const local = wall('2026-05-04T10:00');
  const from = new Date('2020-01-01T00:00:00Z');

  const found = occurrencesBetween(local, 'UTC', 3, from, new Date('2026-06-08T10:00:00Z'));

  assert.deepEqual(found, [
    { index: 3, startsAt: new Date('2026-05-25T10:00:00Z') },
    { index: 4, startsAt: new Date('2026-06-01T10:00:00Z') },
  ]);
});

test('a series from 1950 costs no more than one of today', () => {
  const from = new Date('2026-05-04T00:00:00Z');
  const until = new Date('2026-05-12T00:00:00Z');
  const those = (start: string) =>
    occurrencesBetween(wall(start), 'America/Chicago', 0, from, until);
  const quickest = (start: string) =>
    Math.min(
      ...Array.from({ length: 50 }, () => {
        const begun = performance.now();
        those(start);
        return performance.now() - begun;
      }),
    );

  const [today, long] = [quickest('2026-05-04T10:00'), quickest('1950-01-02T10:00')];

  assert.equal(those('1950-01-02T10:00').length, 2);
  assert.ok(long < 10 * today, `${long} ms instead of ${today}`);
});

test('a zone that skips a whole day loses no week', () => {
  const local = wall('2011-12-16T09:00');
  const from = new Date('2011-12-29T00:00:00Z');

  const found = occurrencesBetween(local, 'Pacific/Apia', 0, from, new Date('2012-01-07T00:00Z'));

  assert.deepEqual(
    found.map(({ startsAt }) => String(localStart(startsAt, 'Pacific/Apia'))),
    ['2011-12-31T09:00:00', '2012-01-06T09:00:00'],
  );
});

test('the range reckoned is the range found by going through all weeks', () => {
  const zones = ['America/Chicago', 'Europe/London', 'Australia/Sydney', 'Pacific/Apia', 'UTC'];
  const day = 24 * 60 * 60 * 1000;
  const cases = fc.record({
    zone: fc.constantFrom(...zones),
    begins: fc.integer({ min: Date.UTC(2009, 0, 1), max: Date.UTC(2013, 0, 1) }),
    fromIndex: fc.integer({ min: 0, max: 60 }),
    from: fc.integer({ min: Date.UTC(2008, 0, 1), max: Date.UTC(2014, 0, 1) }),
    days: fc.integer({ min: -10, max: 100 }),
  });

  fc.assert(
    fc.property(cases, ({ zone, begins, fromIndex, from, days }) => {
      const local = localStart(new Date(begins), zone);
      const until = from + days * day;

      const found = occurrencesBetween(local, zone, fromIndex, new Date(from), new Date(until));

      const expected = Array.from({ length: 350 }, (_, index) => ({
        index,
        startsAt: occurrenceStart(local, zone, index),
      })).filter(({ index, startsAt }) => {
        return index >= fromIndex && startsAt.getTime() >= from && startsAt.getTime() < until;
      });
      assert.deepEqual(found, expected);
    }),
    { numRuns: 200 },
  );
});

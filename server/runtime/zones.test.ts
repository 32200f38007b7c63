import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countryOfTimeZone, isTimeZone, wallTime } from './zones.ts';

const everyZone = [
  ...Intl.supportedValuesOf('timeZone'),
  ...['UTC', 'GMT', 'EST', 'Etc/GMT+5', 'US/Central', 'Asia/Kolkata', 'Europe/Kyiv'],
];
const instants = { min: Date.UTC(1900, 0, 1), max: Date.UTC(2200, 0, 1) - 1 };

function byTemporal(zone: string, epochMilliseconds: number): string {
  return Temporal.Instant.fromEpochMilliseconds(epochMilliseconds)
    .toZonedDateTimeISO(zone)
    .toString({ fractionalSecondDigits: 3, timeZoneName: 'never' });
}

test('a local time is written with milliseconds and offset', () => {
  const instant = Date.parse('2018-09-25T22:44:00Z');

  const written = wallTime('America/Denver', instant);

  assert.equal(written, '2018-09-25T16:44:00.000-06:00');
});

test('offsets that have seconds are rounded as Temporal rounds them', () => {
  const instant = Date.UTC(1900, 0, 1);

  const written = ['Asia/Kolkata', 'Africa/Monrovia', 'EST'].map((zone) => wallTime(zone, instant));

  assert.deepEqual(written, [
    '1900-01-01T05:21:10.000+05:21',
    '1899-12-31T23:16:52.000-00:43',
    '1899-12-31T18:40:24.000-05:20',
  ]);
});

test('any instant from 1900 to 2199 in any zone is written as Temporal writes it', () => {
  const cases = fc.record({ zone: fc.constantFrom(...everyZone), at: fc.integer(instants) });

  fc.assert(
    fc.property(cases, ({ zone, at }) => {
      assert.equal(wallTime(zone, at), byTemporal(zone, at));
    }),
    { numRuns: 20_000 },
  );
});

test('every change of every clock is met to the millisecond', () => {
  const wrong: string[] = [];

  for (const zone of everyZone) {
    let change: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(
      instants.min,
    ).toZonedDateTimeISO(zone);
    while (change && change.epochMilliseconds <= instants.max) {
      for (const at of [-1, 0, 1].map((step) => (change?.epochMilliseconds ?? 0) + step)) {
        if (wallTime(zone, at) !== byTemporal(zone, at)) wrong.push(`${zone} ${at}`);
      }
      change = change.getTimeZoneTransition('next');
    }
  }

  assert.deepEqual(wrong, []);
});

test('instants of other centuries are written too', () => {
  const instant = Date.UTC(2345, 6, 1, 12);

  const written = wallTime('Europe/London', instant);

  assert.equal(written, byTemporal('Europe/London', instant));
});

test('a zone that does not exist is a RangeError', () => {
  assert.throws(() => wallTime('Mars/Olympus', 0), RangeError);
  assert.throws(() => wallTime('America/Chicago', Number.NaN), RangeError);
});

test('2,000 rows are written in less time than Temporal takes', () => {
  const rows = Array.from({ length: 2000 }, (_, row) => Date.UTC(2026, 0, 1) + row * 7_777_777);
  const fastest = (write: (zone: string, row: number) => string) =>
    Math.min(
      ...Array.from({ length: 20 }, () => {
        const before = performance.now();
        for (const row of rows) write('America/Chicago', row);
        return performance.now() - before;
      }),
    );

  const [ours, temporal] = [fastest(wallTime), fastest(byTemporal)];

  assert.ok(ours < temporal, `${ours} ms, and ${temporal} by Temporal`);
});

test('only registered names of zones are time zones', () => {
  const names = ['America/Chicago', 'Asia/Calcutta', 'Asia/Kolkata', 'UTC', 'Etc/GMT+5'];
  const others = ['', '+05:00', '-0500', 'Z', 'america/chicago', 'GMT+5', ' UTC', 'Factory'];
  const instantsWithZone = ['2020-01-01T00:00[America/Chicago]', 'America/Chicago\n', 'UTC\0'];

  const accepted = [...names, ...others, ...instantsWithZone].filter(isTimeZone);

  assert.deepEqual(accepted, names);
});

test('no text makes the question for a time zone throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => typeof isTimeZone(text) === 'boolean'),
  );
});

test('a zone tells its country, by whatever name it goes', () => {
  const expected = {
    'America/Chicago': 'US',
    'US/Central': 'US',
    'Pacific/Honolulu': 'US',
    'America/Puerto_Rico': 'PR',
    'America/Toronto': 'CA',
    'Europe/London': 'GB',
    'Australia/Sydney': 'AU',
    'Asia/Calcutta': 'IN',
    'Asia/Kolkata': 'IN',
    'Europe/Kyiv': 'UA',
    'Asia/Ho_Chi_Minh': 'VN',
    'America/Argentina/Buenos_Aires': 'AR',
  };

  const countries = Object.fromEntries(
    Object.keys(expected).map((zone) => [zone, countryOfTimeZone(zone)]),
  );

  assert.deepEqual(countries, expected);
});

test('a zone that is no place has no country', () => {
  const zones = ['UTC', 'Etc/GMT+5', 'EST', 'CET', '+05:00', 'Mars/Olympus', ''];

  const countries = zones.map(countryOfTimeZone);

  assert.deepEqual(countries, Array(zones.length).fill(undefined));
});

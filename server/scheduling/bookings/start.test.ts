import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../../runtime/errors.ts';
import { wallTime } from '../../runtime/zones.ts';
import { readStart } from './start.ts';

const denver = 'America/Denver';

function refusal(text: string, timezone = denver): AppError {
  try {
    readStart(text, timezone);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

const accepted = {
  '2018-09-25T16:44:00.000-06:00': '2018-09-25T22:44:00.000Z',
  '2018-09-25T16:44:00-0600': '2018-09-25T22:44:00.000Z',
  '2018-09-25T16:44-06': '2018-09-25T22:44:00.000Z',
  '2018-09-25T22:44:00Z': '2018-09-25T22:44:00.000Z',
  '2018-09-25t22:44:00z': '2018-09-25T22:44:00.000Z',
  '2018-09-25 16:44:00-06:00': '2018-09-25T22:44:00.000Z',
  '20180925T164400-0600': '2018-09-25T22:44:00.000Z',
  '+002018-09-25T16:44:00-06:00': '2018-09-25T22:44:00.000Z',
  '2018-09-25T16:44:00': '2018-09-25T22:44:00.000Z',
  '2018-09-25 16:44': '2018-09-25T22:44:00.000Z',
  '2018-12-25T16:44': '2018-12-25T23:44:00.000Z',
  '2018-09-25T16:44:00.9-06:00': '2018-09-25T22:44:00.900Z',
  '2018-09-25T16:44:00,5-06:00': '2018-09-25T22:44:00.500Z',
  '2018-09-25T16:44:00.123456789-06:00': '2018-09-25T22:44:00.123Z',
  '2018-09-25T16:44:00.999999999': '2018-09-25T22:44:00.999Z',
  '1960-09-25T16:44:00.123999999Z': '1960-09-25T16:44:00.123Z',
  '2018-09-25T16:44:00-06:00[America/Denver]': '2018-09-25T22:44:00.000Z',
  '2018-09-25T16:44:00[America/Denver]': '2018-09-25T22:44:00.000Z',
  '2018-09-25T16:44:00[!Europe/London]': '2018-09-25T15:44:00.000Z',
  '2018-09-25T22:44:00Z[America/Denver]': '2018-09-25T22:44:00.000Z',
  '2018-09-25T16:44:00-06:00[-06:00]': '2018-09-25T22:44:00.000Z',
  '2018-09-25T16:44:00[America/Denver][u-ca=hebrew]': '2018-09-25T22:44:00.000Z',
  '2018-09-25T16:44:00[u-ca=hebrew]': '2018-09-25T22:44:00.000Z',
  '2018-09-25T16:44:60-06:00': '2018-09-25T22:44:59.000Z',
};
for (const [text, instant] of Object.entries(accepted)) {
  test(`${text} is ${instant} in Denver`, () => {
    assert.equal(readStart(text, denver).toISOString(), instant);
  });
}

test('a time that the clock skips moves forward', () => {
  const chicago = readStart('2026-03-08T02:30:00', 'America/Chicago');
  const bracketed = readStart('2026-03-08T02:30:00[America/Chicago]', 'UTC');

  assert.equal(chicago.toISOString(), '2026-03-08T08:30:00.000Z');
  assert.deepEqual(bracketed, chicago);
});

test('of a time that comes twice the first is taken, and the offset can name the second', () => {
  const first = readStart('2026-11-01T01:30:00', 'America/Chicago');
  const second = readStart('2026-11-01T01:30:00-06:00[America/Chicago]', 'America/Chicago');

  assert.equal(first.toISOString(), '2026-11-01T06:30:00.000Z');
  assert.equal(second.toISOString(), '2026-11-01T07:30:00.000Z');
});

const disagreeing = [
  '2018-09-25T16:44:00-05:00[America/Denver]',
  '2026-03-08T02:30:00-06:00[America/Chicago]',
  '2018-09-25T16:44:00+01:00[-06:00]',
];
for (const text of disagreeing) {
  test(`${text} is refused: offset and zone disagree`, () => {
    assert.match(refusal(text).message, /^start_datetime: must have an offset that the zone/);
  });
}

for (const text of ['2018-09-25', '20180925', '2018-09-25[America/Denver]']) {
  test(`${text} is refused: it has no time of day`, () => {
    assert.match(refusal(text).message, /must have a time of day .* such as 2026-/);
  });
}

const otherYears = [
  ...['1899-12-31T23:59:59', '2200-01-01T00:00:00', '0001-01-01T00:00:00Z', '1900-01-01T06:59:59Z'],
  ...['2200-01-01T07:00:00Z', '-000001-01-01T00:00:00Z', '+275000-01-01T00:00:00Z'],
];
for (const text of otherYears) {
  test(`${text} is refused: the year is out of range`, () => {
    assert.match(refusal(text).message, /must lie in the years 1900 to 2199/);
  });
}

test('the first and the last moment of the range are taken', () => {
  const first = readStart('1900-01-01T00:00:00', denver);
  const last = readStart('2199-12-31T23:59:59.999', denver);

  assert.equal(first.toISOString(), '1900-01-01T07:00:00.000Z');
  assert.equal(last.toISOString(), '2200-01-01T06:59:59.999Z');
});

const junk = [
  ...[
    '',
    ' ',
    'now',
    'tomorrow',
    '10:00',
    'T10:00',
    '1537915440',
    '2018-09-25T',
    '2018-02-30T10:00',
  ],
  ...[
    '2018-09-25T25:00:00Z',
    '2018-09-25T10:00:00+25:00',
    '2018-09-25T10:00+99',
    '2018-13-01T10:00',
  ],
  ...['2018-09-25T10:00:00.1234567890Z', '2018-09-25T10:00:00[Mars/Olympus]', '2018-9-5T10:00'],
  ...['2018-09-25T10:00:00[America/Denver', '2018-09-25T10:00[]', '2018-09-25T10:00:00ZZ'],
  ...['09/25/2018 16:44', 'Tue, 25 Sep 2018 16:44:00 GMT', '2018-09-25T16:44:00 -06:00'],
  ...[
    ' 2018-09-25T16:44:00',
    '2018-09-25T16:44:00\n',
    '٢٠١٨-09-25T16:44',
    '2018-09-25T10:00[!x=y]',
  ],
];
for (const text of junk) {
  test(`${JSON.stringify(text)} is refused by the rule and an example`, () => {
    const error = refusal(text);

    assert.equal(error.status, 400);
    assert.deepEqual(
      error.fields?.map(({ field }) => field),
      ['start_datetime'],
    );
    assert.match(error.message, /ISO 8601.* such as 2026-09-25T16:44:00-06:00/);
  });
}

const pieces = [
  '2018-09-25',
  'T',
  ' ',
  '10:00',
  ':30',
  '.5',
  'Z',
  '+',
  '-',
  '06:00',
  '[',
  ']',
  '!',
];
const nearMisses = fc
  .array(fc.oneof(fc.constantFrom(...pieces, 'UTC', '=', 'u-ca'), fc.string({ maxLength: 2 })))
  .map((found) => found.join(''));

test('no text makes it throw anything but a 400', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), nearMisses);

  fc.assert(
    fc.property(texts, (text) => {
      try {
        assert.ok(readStart(text, denver) instanceof Date);
      } catch (error) {
        assert.ok(error instanceof AppError && error.status === 400);
      }
    }),
    { numRuns: 5000 },
  );
});

test('what a booking shows as its start is read as the same instant', () => {
  const cases = fc.record({
    zone: fc.constantFrom(denver, 'Europe/London', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'),
    at: fc.integer({ min: Date.UTC(1950, 0, 1), max: Date.UTC(2199, 11, 30) }),
  });

  fc.assert(
    fc.property(cases, ({ zone, at }) => {
      assert.equal(readStart(wallTime(zone, at), 'Asia/Tokyo').getTime(), at);
      assert.equal(readStart(`${wallTime(zone, at)}[${zone}]`, 'Asia/Tokyo').getTime(), at);
    }),
    { numRuns: 2000 },
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AppError } from './errors.ts';
import { readInstant } from './instants.ts';

const accepted = {
  '2018-11-05T08:15:30-05:00': '2018-11-05T13:15:30.000Z',
  '2018-11-05T08:15:30+05:00': '2018-11-05T03:15:30.000Z',
  '2018-11-05T08:15:30 05:00': '2018-11-05T03:15:30.000Z',
  '2018-11-05T08:15:30 0530': '2018-11-05T02:45:30.000Z',
  '2018-11-05T08:15:30.250 05': '2018-11-05T03:15:30.250Z',
  '2018-11-05 08:15:30 05:00': '2018-11-05T03:15:30.000Z',
  '20181105T081530 0500': '2018-11-05T03:15:30.000Z',
  '2018-11-05T08:15:30Z': '2018-11-05T08:15:30.000Z',
  '2018-11-05t08:15:30z': '2018-11-05T08:15:30.000Z',
  '2018-11-05T08:15:30': '2018-11-05T08:15:30.000Z',
  '2018-11-05 08:15': '2018-11-05T08:15:00.000Z',
  '2018-11-05T08': '2018-11-05T08:00:00.000Z',
  '2018-11-05': '2018-11-05T00:00:00.000Z',
  '20181105': '2018-11-05T00:00:00.000Z',
  '2018-11-05T08:15:30.999999Z': '2018-11-05T08:15:30.999Z',
  '1969-12-31T23:59:59.0019Z': '1969-12-31T23:59:59.001Z',
  '0001-01-01T00:00:00Z': '0001-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.9999999Z': '9999-12-31T23:59:59.999Z',
};
for (const [text, instant] of Object.entries(accepted)) {
  test(`${text} is ${instant}`, () => {
    assert.equal(readInstant(text, 'since').toISOString(), instant);
  });
}

const refused = [
  ...['', ' ', 'yesterday', '1541405730', '08:15:30', 'T08:15Z', '2018-02-30', '2018-11-05T24:00Z'],
  ...['2018-11-05T08:15:30-05:00[America/Chicago]', '2018-11-05T08:15:30[UTC]', '2018-11-05Z'],
  ...['2018-11-05T08:15:30  05:00', '2018-11-05T08:15:30 25:00', '2018-11-05T08:15:30 Z', '2018'],
  ...[
    '2018-11',
    '2018-W45-1',
    '2018-309',
    '11/05/2018',
    'Mon Nov 05 2018',
    '2018-11-05T08:15:30\n',
  ],
  ...['0000-01-01T00:00:00Z', '+010000-01-01T00:00:00Z', '-000100-01-01', '+275761-01-01T00:00Z'],
  ...['2018-11-05 +05:00', '--------', '2018-11-05T', '٢٠١٨-11-05'],
];
for (const text of refused) {
  test(`${JSON.stringify(text)} is refused, and the field is named`, () => {
    assert.throws(
      () => readInstant(text, 'since'),
      (error) =>
        error instanceof AppError &&
        error.status === 400 &&
        /^since: must be .*ISO 8601.*such as 2026-/.test(error.message),
    );
  });
}

test('no text makes it throw anything but a 400', () => {
  const pieces = ['2018-11-05', 'T', ' ', '08:15', ':30', '.5', 'Z', '+', '-', '05:00', '[UTC]'];
  const nearMisses = fc.array(fc.constantFrom(...pieces)).map((found) => found.join(''));

  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), nearMisses), (text) => {
      try {
        assert.ok(readInstant(text, 'since') instanceof Date);
      } catch (error) {
        assert.ok(error instanceof AppError && error.status === 400);
      }
    }),
    { numRuns: 5000 },
  );
});

test('an offset is read with its "+", without it, and as UTC alike', () => {
  const cases = fc.record({
    at: fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2199, 11, 31) }),
    minutes: fc.integer({ min: 0, max: 23 * 60 + 59 }),
  });

  fc.assert(
    fc.property(cases, ({ at, minutes }) => {
      const offset = new Date(minutes * 60_000).toISOString().slice(11, 16);
      const local = new Date(at + minutes * 60_000).toISOString().slice(0, -1);

      for (const text of [`${local}+${offset}`, `${local} ${offset}`]) {
        assert.equal(readInstant(text, 'since').getTime(), at);
      }
      assert.equal(readInstant(new Date(at).toISOString(), 'since').getTime(), at);
    }),
  );
});

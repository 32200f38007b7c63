import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type BookingRow, showBooking } from './shape.ts';
import { bookingText } from './text.ts';

const now = new Date('2031-05-06T12:00:00Z');
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const row: BookingRow = {
  id: 7,
  practice_id: 1,
  location_id: 2,
  doctor_id: 3,
  consumer_id: 4,
  member_id: null,
  status: 'pending',
  starts_at: later(60),
  ends_at: later(90),
  held_until: later(15),
  recurring: false,
  series_id: null,
  series_index: null,
  created_at: later(-10),
  updated_at: later(-5),
  timezone: 'America/Chicago',
};
const changes: Partial<BookingRow>[] = [
  { location_id: 5 },
  { doctor_id: 6 },
  { status: 'booked', held_until: null },
  { starts_at: later(61) },
  { ends_at: later(91) },
  { held_until: later(16) },
  { recurring: true },
  { series_id: 8, series_index: 2 },
  { created_at: later(-11) },
  { updated_at: later(-4) },
  { timezone: 'Europe/London' },
];

describe('the text of a booking that was known before is of what it is now:', () => {
  for (const change of changes) {
    test(Object.keys(change).join(' and '), () => {
      const changed = { ...row, ...change };
      const before = bookingText(row, now);

      const after = bookingText(changed, now);

      assert.notEqual(after, before);
      assert.equal(after, JSON.stringify(showBooking(changed, now)));
      assert.equal(bookingText({ ...row, starts_at: later(60) }, now), before);
    });
  }

  test('a hold that has ended', () => {
    assert.match(bookingText(row, now), /"status":"pending"/);
    assert.match(bookingText(row, later(15)), /"status":"open"/);
    assert.match(bookingText(row, now), /"status":"pending"/);
  });
});

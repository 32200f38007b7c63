import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type LetterInput, timeInWords, toPatient, toPractice, toPracticeLeft } from './letters.ts';
import type { Meeting } from './news.ts';

const meeting: Meeting = {
  practice_id: 1,
  location_id: 1,
  doctor_id: 1,
  starts_at: '2026-05-05T14:00:00Z',
  ends_at: '2026-05-05T15:00:00Z',
  doctor_name: 'Dr. Ada Alpha',
  location_name: 'Springfield',
  location_address: '12 Main St, Springfield, IL 62701',
  timezone: 'America/Chicago',
};
const input: LetterInput = {
  practice: { name: 'ABC 123 Orthodontics', phone: '+1 217 555 0142' },
  meeting,
  patient: {
    name: 'Maria Nguyễn',
    phone: '+15555551234',
    email: 'maria@mail.example',
    message: 'My tooth hurts.\nSince Monday.',
  },
};
const london: Meeting = {
  ...meeting,
  location_id: 2,
  doctor_id: 2,
  ends_at: '2026-05-05T14:30:00Z',
  doctor_name: 'Dr. Ben Beta',
  location_name: 'London',
  location_address: '1 Mall, London',
  timezone: 'Europe/London',
};
const kinds = ['scheduled', 'changed', 'cancelled'] as const;
const letters = Object.fromEntries([
  ...kinds.map((kind) => [`${kind} to the patient`, (of: LetterInput) => toPatient(kind, of)]),
  ...kinds.map((kind) => [`${kind} to the practice`, (of: LetterInput) => toPractice(kind, of)]),
  ['left', (of: LetterInput) => toPracticeLeft(of.practice.name, of)],
]) as Record<string, (of: LetterInput) => { subject: string; body: string }>;

test('a confirmation tells the patient when and where', () => {
  const letter = toPatient('scheduled', input);

  assert.deepEqual(letter, {
    subject: 'Your appointment with Dr. Ada Alpha at ABC 123 Orthodontics is confirmed',
    body: `Hello Maria Nguyễn,

Your appointment at ABC 123 Orthodontics is confirmed.

When: Tuesday, May 5, 2026, 9:00 AM (Central Daylight Time)
Length: 60 minutes
With: Dr. Ada Alpha
Where: Springfield, 12 Main St, Springfield, IL 62701

If you cannot come, please let us know as early as you can. You can call us at +1 217 555 0142.

We look forward to seeing you!
ABC 123 Orthodontics
`,
  });
});

test('a cancellation tells the patient which appointment it was', () => {
  const letter = toPatient('cancelled', input);

  assert.deepEqual(letter, {
    subject: 'Your appointment with Dr. Ada Alpha at ABC 123 Orthodontics is cancelled',
    body: `Hello Maria Nguyễn,

Your appointment at ABC 123 Orthodontics has been cancelled. It was:

When: Tuesday, May 5, 2026, 9:00 AM (Central Daylight Time)
Length: 60 minutes
With: Dr. Ada Alpha
Where: Springfield, 12 Main St, Springfield, IL 62701

If you would like another time, or did not expect this, please contact us. You can call us at +1 217 555 0142.

ABC 123 Orthodontics
`,
  });
});

test('a change tells the patient what is and what was, each on its own clock', () => {
  const { subject, body } = toPatient('changed', { ...input, meeting: london, before: meeting });

  assert.equal(subject, 'Your appointment with Dr. Ben Beta at ABC 123 Orthodontics has changed');
  assert.equal(
    body,
    `Hello Maria Nguyễn,

Your appointment at ABC 123 Orthodontics has changed. It is now:

When: Tuesday, 5 May 2026, 15:00 (British Summer Time)
Length: 30 minutes
With: Dr. Ben Beta
Where: London, 1 Mall, London

It was:
When: Tuesday, May 5, 2026, 9:00 AM (Central Daylight Time)
Length: 60 minutes
With: Dr. Ada Alpha
Where: Springfield, 12 Main St, Springfield, IL 62701

If this does not suit you, please let us know as early as you can. You can call us at +1 217 555 0142.

ABC 123 Orthodontics
`,
  );
});

test('where the practice has given no telephone, none is named', () => {
  const practice = { ...input.practice, phone: '' };

  for (const kind of kinds) {
    assert.doesNotMatch(toPatient(kind, { ...input, practice }).body, /call/i);
  }
});

test('the practice that an appointment leaves learns which one it was', () => {
  const { subject, body } = toPracticeLeft('Old Bones', {
    ...input,
    meeting: london,
    before: meeting,
  });

  assert.equal(subject, 'Moved appointment with Dr. Ada Alpha');
  assert.match(
    body,
    /^An appointment at Old Bones now takes place at ABC 123 Orthodontics\. It was:/,
  );
  assert.match(body, /With: Dr\. Ada Alpha/);
});

test('the practice learns who booked, and what the patient wrote', () => {
  const letter = toPractice('scheduled', input);

  assert.deepEqual(letter, {
    subject: 'New appointment with Dr. Ada Alpha at ABC 123 Orthodontics',
    body: `A new appointment at ABC 123 Orthodontics has been booked.

When: Tuesday, May 5, 2026, 9:00 AM (Central Daylight Time)
Length: 60 minutes
With: Dr. Ada Alpha
Where: Springfield, 12 Main St, Springfield, IL 62701

Patient: Maria Nguyễn
Phone: +15555551234
E-mail: maria@mail.example

Message:
> My tooth hurts.
> Since Monday.
`,
  });
});

test('the practice learns which appointment is cancelled', () => {
  const letter = toPractice('cancelled', {
    ...input,
    patient: { ...input.patient, message: ' ' },
  });

  assert.deepEqual(letter, {
    subject: 'Cancelled appointment with Dr. Ada Alpha at ABC 123 Orthodontics',
    body: `An appointment at ABC 123 Orthodontics has been cancelled. It was:

When: Tuesday, May 5, 2026, 9:00 AM (Central Daylight Time)
Length: 60 minutes
With: Dr. Ada Alpha
Where: Springfield, 12 Main St, Springfield, IL 62701

Patient: Maria Nguyễn
Phone: +15555551234
E-mail: maria@mail.example
`,
  });
});

const words = {
  'America/New_York': 'Monday, January 5, 2026, 6:30 PM (Eastern Standard Time)',
  'America/Puerto_Rico': 'Monday, January 5, 2026, 7:30 PM (Atlantic Standard Time)',
  'Europe/London': 'Monday, 5 January 2026, 23:30 (Greenwich Mean Time)',
  'Australia/Sydney': 'Tuesday, 6 January 2026, 10:30 (Australian Eastern Daylight Time)',
  'Asia/Kolkata': 'Tuesday, 6 January 2026, 05:00 (India Standard Time)',
  UTC: 'Monday, 5 January 2026, 23:30 (Coordinated Universal Time)',
};
for (const [timezone, expected] of Object.entries(words)) {
  test(`a time in ${timezone} is written in its own words`, () => {
    assert.equal(timeInWords(new Date('2026-01-05T23:30:00Z'), timezone), expected);
  });
}

test('an hour that comes twice is told apart by the name of the zone', () => {
  const first = timeInWords(new Date('2026-11-01T06:30:00Z'), 'America/Chicago');
  const second = timeInWords(new Date('2026-11-01T07:30:00Z'), 'America/Chicago');

  assert.match(first, /1:30 AM \(Central Daylight Time\)$/);
  assert.match(second, /1:30 AM \(Central Standard Time\)$/);
});

for (const [name, write] of Object.entries(letters)) {
  test(`the subject of ${name} is one short line without the patient, whatever is given`, () => {
    const texts = fc.string({ unit: 'binary', maxLength: 1_000 });
    const practices = fc.oneof(texts, fc.constant('Practice\r\nBcc: evil@example.com'));

    fc.assert(
      fc.property(practices, texts, (practice, text) => {
        const patient = { name: text, phone: text, email: text, message: text };
        const of = { ...input, practice: { name: practice, phone: text } };

        const { subject, body } = write({ ...of, patient });

        assert.match(subject, /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+$/u);
        assert.ok([...subject].length <= 150);
        assert.equal(subject, write(of).subject);
        assert.match(body, /^[^\p{Cs}]*$/u);
        assert.doesNotMatch(body.replaceAll('\n', ''), /[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 40 },
    );
  });
}

test('what a patient writes does not read as part of the letter', () => {
  const message = 'Hello\r\nPatient: Somebody Else\u2028Phone: 1\n\nE-mail: x';

  const { body } = toPractice('scheduled', {
    ...input,
    patient: { ...input.patient, message },
  });

  assert.equal(body.match(/^Patient: /gm)?.length, 1);
  assert.match(body, /> Hello\n> Patient: Somebody Else\n> Phone: 1\n>\n> E-mail: x\n$/);
});

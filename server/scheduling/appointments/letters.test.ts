import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  cancellationLetter,
  cancelledAppointmentLetter,
  confirmationLetter,
  type LetterInput,
  newAppointmentLetter,
  timeInWords,
} from './letters.ts';

const input: LetterInput = {
  practice: { name: 'ABC 123 Orthodontics' },
  location: {
    name: 'Springfield',
    address: '12 Main St, Springfield, IL 62701',
    timezone: 'America/Chicago',
  },
  patient: {
    name: 'Maria Nguyễn',
    phone: '+15555551234',
    email: 'maria@mail.example',
    message: 'My tooth hurts.\nSince Monday.',
  },
  startsAt: new Date('2026-05-05T14:00:00Z'),
};
const letters = {
  confirmationLetter,
  cancellationLetter,
  newAppointmentLetter,
  cancelledAppointmentLetter,
};

test('a confirmation tells the patient when and where', () => {
  const letter = confirmationLetter(input);

  assert.deepEqual(letter, {
    subject: 'Your appointment at ABC 123 Orthodontics is confirmed',
    body: `Hello Maria Nguyễn,

Your appointment at ABC 123 Orthodontics is confirmed.

When: Tuesday, May 5, 2026, 9:00 AM (Central Daylight Time)
Where: Springfield, 12 Main St, Springfield, IL 62701

If you cannot come, please let us know as early as you can.

We look forward to seeing you!
ABC 123 Orthodontics
`,
  });
});

test('a cancellation tells the patient which appointment it was', () => {
  const letter = cancellationLetter(input);

  assert.deepEqual(letter, {
    subject: 'Your appointment at ABC 123 Orthodontics is cancelled',
    body: `Hello Maria Nguyễn,

Your appointment at ABC 123 Orthodontics has been cancelled. It was:

When: Tuesday, May 5, 2026, 9:00 AM (Central Daylight Time)
Where: Springfield, 12 Main St, Springfield, IL 62701

If you would like another time, or did not expect this, please contact us.

ABC 123 Orthodontics
`,
  });
});

test('the practice learns who booked, and what the patient wrote', () => {
  const letter = newAppointmentLetter(input);

  assert.deepEqual(letter, {
    subject: 'New appointment at ABC 123 Orthodontics',
    body: `A new appointment at ABC 123 Orthodontics has been booked.

When: Tuesday, May 5, 2026, 9:00 AM (Central Daylight Time)
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
  const letter = cancelledAppointmentLetter({
    ...input,
    patient: { ...input.patient, message: ' ' },
  });

  assert.deepEqual(letter, {
    subject: 'Cancelled appointment at ABC 123 Orthodontics',
    body: `An appointment at ABC 123 Orthodontics has been cancelled. It was:

When: Tuesday, May 5, 2026, 9:00 AM (Central Daylight Time)
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
    const texts = fc.string({ unit: 'binary', maxLength: 10_000 });
    const practices = fc.oneof(texts, fc.constant('Practice\r\nBcc: evil@example.com'));

    fc.assert(
      fc.property(practices, texts, (practice, text) => {
        const patient = { name: text, phone: text, email: text, message: text };

        const { subject, body } = write({ ...input, practice: { name: practice }, patient });

        assert.match(subject, /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+$/u);
        assert.ok([...subject].length <= 150);
        assert.equal(subject, write({ ...input, practice: { name: practice } }).subject);
        assert.match(body, /^[^\p{Cs}]*$/u);
        assert.doesNotMatch(body.replaceAll('\n', ''), /[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
}

test('what a patient writes does not read as part of the letter', () => {
  const message = 'Hello\r\nPatient: Somebody Else\u2028Phone: 1\n\nE-mail: x';

  const { body } = newAppointmentLetter({ ...input, patient: { ...input.patient, message } });

  assert.equal(body.match(/^Patient: /gm)?.length, 1);
  assert.match(body, /> Hello\n> Patient: Somebody Else\n> Phone: 1\n>\n> E-mail: x\n$/);
});

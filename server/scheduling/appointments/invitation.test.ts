import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type InvitationInput, invitation } from './invitation.ts';

const request: InvitationInput = {
  method: 'REQUEST',
  guid: '0192f0c1-7b7a-7d4c-9a53-5a7d9a4f0b11',
  practice: { name: 'ABC 123 Orthodontics', email: 'desk@abc123.example' },
  patient: { name: 'Nguyễn Thị Ánh', email: 'anh@mail.example' },
  location: { name: 'Springfield', address: '12 Main St, Springfield, IL 62701' },
  startsAt: new Date('2026-05-05T14:00:00Z'),
  endsAt: new Date('2026-05-05T15:00:00Z'),
  now: new Date('2026-05-01T08:09:10Z'),
};

/** The content lines by RFC 5545 §3.1, unfolded; anything that is no content line throws. */
function contentLines(ics: string): { name: string; params: string; value: string }[] {
  assert.ok(ics.endsWith('\r\n'));
  for (const line of ics.slice(0, -2).split('\r\n')) {
    assert.ok(Buffer.byteLength(line) <= 75, `longer than 75 octets: ${line}`);
  }
  const grammar =
    /^([A-Z-]+)((?:;[A-Z-]+=(?:"[^"\p{Cc}]*"|[^";:,\p{Cc}]*))*):((?:[^\p{Cc}\p{Zl}\p{Zp}])*)$/u;
  return ics
    .slice(0, -2)
    .replaceAll('\r\n ', '')
    .split('\r\n')
    .map((line) => {
      const [, name, params, value] = grammar.exec(line) ?? assert.fail(`no content line: ${line}`);
      return { name: name as string, params: params as string, value: value as string };
    });
}

const names = (ics: string) => contentLines(ics).map(({ name }) => name);
const valueIn = (ics: string, name: string) =>
  contentLines(ics).find((line) => line.name === name)?.value;

test('an invitation asks the patient in UTC, in the name of the practice', () => {
  const { method, ics } = invitation(request);

  const lines = contentLines(ics).map(({ name, params, value }) => `${name}${params}:${value}`);
  assert.equal(method, 'REQUEST');
  assert.deepEqual(lines, [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Heddle//Scheduling//EN',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    'UID:0192f0c1-7b7a-7d4c-9a53-5a7d9a4f0b11@heddle',
    'SEQUENCE:0',
    'DTSTAMP:20260501T080910Z',
    'DTSTART:20260505T140000Z',
    'DTEND:20260505T150000Z',
    'SUMMARY:Appointment at ABC 123 Orthodontics',
    'LOCATION:Springfield\\, 12 Main St\\, Springfield\\, IL 62701',
    'ORGANIZER;CN="ABC 123 Orthodontics":mailto:desk@abc123.example',
    'ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE;CN="Nguyễn Thị Ánh":' +
      'MAILTO:anh@mail.example',
    'STATUS:CONFIRMED',
    'END:VEVENT',
    'END:VCALENDAR',
  ]);
});

test('a cancellation is of the same entry, and later', () => {
  const asked = invitation(request);

  const cancelled = invitation({ ...request, method: 'CANCEL' });

  assert.equal(cancelled.method, 'CANCEL');
  assert.equal(valueIn(cancelled.ics, 'METHOD'), 'CANCEL');
  assert.equal(valueIn(cancelled.ics, 'STATUS'), 'CANCELLED');
  assert.equal(valueIn(cancelled.ics, 'SEQUENCE'), '1');
  assert.equal(valueIn(cancelled.ics, 'UID'), valueIn(asked.ics, 'UID'));
});

test('the same input makes the same invitation', () => {
  assert.deepEqual(invitation(request), invitation(structuredClone(request)));
});

const hostile = [
  'A\r\nATTENDEE:mailto:evil@example.com',
  'A\nB\rC\u0085D\u2028E\u2029F\vG\fH\0I',
  '"; X=1: "quoted"',
  '\\n\\, \\; \\" \\\\',
  'x\r\n BEGIN:VALARM',
  '😀'.repeat(5000),
  'n'.repeat(10_000),
  '\ud800 alone \udc00',
  '',
];
for (const text of hostile) {
  test(`nothing is injected by ${JSON.stringify(text).slice(0, 40)}`, () => {
    const { ics } = invitation({
      ...request,
      practice: { name: text, email: `a${text}@b.example` },
      patient: { name: text, email: `${text}c@d.example` },
      location: { name: text, address: text },
    });

    const expected = names(invitation(request).ics);
    assert.deepEqual(
      names(ics),
      text === '' ? expected.filter((name) => name !== 'LOCATION') : expected,
    );
    assert.ok(ics.length < 10_000);
  });
}

test('no text breaks the lines of an invitation', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 300 });

  fc.assert(
    fc.property(texts, texts, texts, (first, second, third) => {
      const { ics } = invitation({
        ...request,
        practice: { name: first, email: `a${second}` },
        patient: { name: third, email: `${first}@b` },
        location: { name: second, address: `x${third}` },
      });

      assert.deepEqual(names(ics), names(invitation(request).ics));
    }),
  );
});

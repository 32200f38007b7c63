import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import ICAL from 'ical.js';
import nodeIcal, { type VEvent } from 'node-ical';
import { type EntryInput, entryForPatient, entryForPractice } from './entries.ts';

const request: EntryInput = {
  guid: '0192f0c1-7b7a-7d4c-9a53-5a7d9a4f0b11',
  sequence: 0,
  practice: {
    name: 'ABC 123 Orthodontics',
    email: 'desk@abc123.example',
    phone: '+1 217 555 0142',
  },
  patient: {
    name: 'Nguyễn Thị Ánh',
    email: 'anh@mail.example',
    phone: '+1 217 555 0199 ext. 9',
    message: '',
  },
  meeting: {
    practice_id: 1,
    location_id: 1,
    doctor_id: 1,
    starts_at: '2026-05-05T14:00:00Z',
    ends_at: '2026-05-05T15:00:00Z',
    doctor_name: 'Dr. Ada Alpha',
    location_name: 'Springfield',
    location_address: '12 Main St, Springfield, IL 62701',
    timezone: 'America/Chicago',
  },
  now: new Date('2026-05-01T08:09:10Z'),
};
const entries = {
  request: (input: EntryInput) => entryForPatient(input, false),
  cancellation: (input: EntryInput) => entryForPatient(input, true),
  publication: (input: EntryInput) => entryForPractice(input, false),
  withdrawal: (input: EntryInput) => entryForPractice(input, true),
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
  const { method, ics } = entries.request(request);

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
    'SUMMARY:Appointment with Dr. Ada Alpha at ABC 123 Orthodontics',
    'LOCATION:Springfield\\, 12 Main St\\, Springfield\\, IL 62701',
    'DESCRIPTION:When: Tuesday\\, May 5\\, 2026\\, 9:00 AM (Central Daylight Time)\\n' +
      'Length: 60 minutes\\nWith: Dr. Ada Alpha\\n' +
      'Where: Springfield\\, 12 Main St\\, Springfield\\, IL 62701\\nCall: +1 217 555 0142',
    'ORGANIZER;CN="ABC 123 Orthodontics":mailto:desk@abc123.example',
    'ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE;CN="Nguyễn Thị Ánh":' +
      'MAILTO:anh@mail.example',
    'STATUS:CONFIRMED',
    'END:VEVENT',
    'END:VCALENDAR',
  ]);
});

for (const [name, write] of Object.entries(entries)) {
  test(`two readers understand the ${name} alike`, () => {
    const input = { ...request, sequence: 3 };

    const { method, ics } = write(input);

    const calendar = new ICAL.Component(ICAL.parse(ics));
    const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent') as ICAL.Component);
    const other = Object.values(nodeIcal.sync.parseICS(ics)).find(
      (part): part is VEvent => part?.type === 'VEVENT',
    ) as VEvent;
    const isCancelled = name === 'cancellation' || name === 'withdrawal';
    const status = isCancelled ? 'CANCELLED' : 'CONFIRMED';
    assert.equal(calendar.getFirstPropertyValue('method'), method);
    assert.equal(other.method, method);
    assert.deepEqual([event.uid, other.uid], [`${request.guid}@heddle`, event.uid]);
    assert.deepEqual([event.sequence, Number(other.sequence)], [3, 3]);
    assert.deepEqual(
      [event.component.getFirstPropertyValue('status'), other.status],
      [status, status],
    );
    assert.deepEqual(
      [event.startDate.toJSDate(), other.start.getTime()],
      [new Date(request.meeting.starts_at), Date.parse(request.meeting.starts_at)],
    );
    assert.deepEqual(
      [event.endDate.toJSDate(), other.end?.getTime()],
      [new Date(request.meeting.ends_at), Date.parse(request.meeting.ends_at)],
    );
    assert.deepEqual([event.summary, other.summary], [event.summary, event.summary]);
    assert.match(event.summary, /Dr\. Ada Alpha/);
    assert.match(event.location, /^Springfield, 12 Main St, Springfield, IL 62701$/);
    assert.deepEqual([event.location, event.description], [other.location, other.description]);
    assert.match(event.description, /^Length: 60 minutes$/m);
    assert.match(event.description, /^Call: \+1 217 555 01(42|99 ext\. 9)$/m);
    assert.equal(event.organizer, 'mailto:desk@abc123.example');
    const attendees = event.attendees.map((one) => String(one.getFirstValue()).toLowerCase());
    const published = method === 'PUBLISH';
    assert.deepEqual(attendees, published ? [] : ['mailto:anh@mail.example']);
    assert.equal(other.attendee === undefined, published);
  });
}

test('the methods are those of the one to whom the entry goes', () => {
  const methods = Object.values(entries).map((write) => write(request).method);

  assert.deepEqual(methods, ['REQUEST', 'CANCEL', 'PUBLISH', 'PUBLISH']);
});

test('entries of two doctors have two titles', () => {
  const meeting = { ...request.meeting, doctor_name: 'Dr. Ben Beta' };

  for (const write of Object.values(entries)) {
    const titles = [request, { ...request, meeting }].map((input) =>
      valueIn(write(input).ics, 'SUMMARY'),
    );
    assert.equal(new Set(titles).size, 2);
  }
});

test('an international domain is written so that every calendar knows it', () => {
  const patient = { ...request.patient, email: 'anh@münchen.de' };

  const { ics } = entries.request({ ...request, patient });

  assert.equal(valueIn(ics, 'ATTENDEE'), 'MAILTO:anh@xn--mnchen-3ya.de');
});

test('the sender of all mails calls to the appointment where the practice has no address', () => {
  const practice = { ...request.practice, email: 'Acme, Inc. <post@acme.example>' };

  const { ics } = entries.request({ ...request, practice });

  assert.equal(valueIn(ics, 'ORGANIZER'), 'mailto:post@acme.example');
});

test('the same input makes the same entry', () => {
  assert.deepEqual(entries.request(request), entries.request(structuredClone(request)));
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

/** The same with other texts in every place that somebody fills. */
function filled(first: string, second: string, third: string): EntryInput {
  return {
    ...request,
    practice: { name: first, email: `a${second}@b.example`, phone: third },
    patient: { ...request.patient, name: third, phone: first, email: `${first}c@d.example` },
    meeting: {
      ...request.meeting,
      doctor_name: first,
      location_name: second,
      location_address: `x${third}`,
    },
  };
}

for (const text of hostile) {
  test(`nothing is injected by ${JSON.stringify(text).slice(0, 40)}`, () => {
    for (const write of Object.values(entries)) {
      const { ics } = write(filled(text, text, text));

      assert.deepEqual(names(ics), names(write(request).ics));
      assert.ok(ics.length < 20_000);
    }
  });
}

test('no text breaks the lines of an entry', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 300 });

  fc.assert(
    fc.property(texts, texts, texts, (first, second, third) => {
      for (const write of Object.values(entries)) {
        const { ics } = write(filled(first, second, third));

        assert.deepEqual(names(ics), names(write(request).ics));
      }
    }),
    { numRuns: 40 },
  );
});

import { domainToASCII } from 'node:url';
import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  type ICalEventData,
  ICalEventStatus,
} from 'ical-generator';
import { singleLine } from '../../../platform/mail/single-line.ts';
import { details, type LetterInput } from './letters.ts';

export type EntryInput = LetterInput & {
  guid: string;
  sequence: number;
  practice: { email: string };
  now: Date;
};
type Method = 'REQUEST' | 'CANCEL' | 'PUBLISH';
export type Entry = { method: Method; ics: string };

const nameLengthMax = 200;

/**
 * The calendar entry of an appointment for the patient, whom the practice invites, or its
 * cancellation (iCalendar, RFC 5545; iTIP, RFC 5546 §3.2.2 and §3.2.5). All entries of an
 * appointment have the same UID, and later ones a higher SEQUENCE.
 */
export function entryForPatient(input: EntryInput, isCancelled: boolean): Entry {
  const practice = singleLine(input.practice.name, nameLengthMax);
  return entry(isCancelled ? 'CANCEL' : 'REQUEST', {
    ...common(input, isCancelled),
    summary: `Appointment with ${doctorOf(input)} at ${practice}`,
    description: [details(input.meeting), ...call(input.practice.phone)].join('\n'),
    attendees: [
      {
        ...party(input.patient),
        role: ICalAttendeeRole.REQ,
        // Patients chose the time themselves; an answer would only fill the practice's mailbox.
        status: ICalAttendeeStatus.ACCEPTED,
        rsvp: false,
      },
    ],
  });
}

/**
 * The same for the practice: published without attendees (RFC 5546 §3.2.1), since calendars drop an
 * invitation that was sent by their own owner.
 */
export function entryForPractice(input: EntryInput, isCancelled: boolean): Entry {
  const { name, phone } = input.patient;
  const patient = singleLine(name, nameLengthMax);
  return entry('PUBLISH', {
    ...common(input, isCancelled),
    summary: `${isCancelled ? 'Cancelled: ' : ''}${patient} with ${doctorOf(input)}`,
    description: [details(input.meeting), `Patient: ${patient}`, ...call(phone)].join('\n'),
  });
}

function entry(method: Method, event: ICalEventData): Entry {
  const prodId = { company: 'Heddle', product: 'Scheduling', language: 'EN' };
  const calendar = ical({ method: ICalCalendarMethod[method], prodId, events: [event] });
  return { method, ics: `${calendar.toString()}\r\n` };
}

function common({ guid, sequence, meeting, practice, now }: EntryInput, isCancelled: boolean) {
  const place = [
    singleLine(meeting.location_name, nameLengthMax),
    singleLine(meeting.location_address, 500),
  ];
  return {
    id: `${guid}@heddle`,
    sequence,
    status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    stamp: now,
    start: new Date(meeting.starts_at),
    end: new Date(meeting.ends_at),
    location: place.filter(Boolean).join(', '),
    organizer: party(practice),
  };
}

function doctorOf({ meeting }: EntryInput): string {
  return singleLine(meeting.doctor_name, nameLengthMax);
}

function call(phone: string): string[] {
  const number = singleLine(phone, 50);
  return number ? [`Call: ${number}`] : [];
}

/** RFC 5545 §3.2 has no way to write a double quote in a parameter, and §3.3.3 wants a URI. */
function party({ name, email }: { name: string; email: string }) {
  const uriUnsafe = /[^A-Za-z0-9.@_+~!*'()=$&/-]/gu;
  const address = inAscii(bare(singleLine(email, 254))).replace(uriUnsafe, encodeURIComponent);
  return {
    name: singleLine(name, nameLengthMax).replace(/["\\]/g, "'") || address,
    email: address,
  };
}

/** The address of `Desk <desk@a.example>`. */
function bare(sender: string): string {
  return /<([^<>]+)>$/.exec(sender)?.[1] ?? sender;
}

/**
 * Few calendars know international domains; if more than the domain is beyond ASCII, nothing is
 * gained.
 */
function inAscii(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = domainToASCII(address.slice(at + 1));
  return domain && /^[\x21-\x7e]*$/.test(address.slice(0, at))
    ? `${address.slice(0, at)}@${domain}`
    : address;
}

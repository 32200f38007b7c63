import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  type ICalEventData,
  ICalEventStatus,
} from 'ical-generator';
import { singleLine } from './single-line.ts';

export type InvitationInput = {
  method: 'REQUEST' | 'CANCEL';
  guid: string;
  practice: { name: string; email: string };
  patient: { name: string; email: string };
  location: { name: string; address: string };
  startsAt: Date;
  endsAt: Date;
  now: Date;
};
export type Invitation = { method: 'REQUEST' | 'CANCEL'; ics: string };

const nameLengthMax = 200;

/**
 * The calendar entry of an appointment, or its cancellation (iCalendar, RFC 5545; iTIP, RFC 5546
 * §3.2.2 and §3.2.5). Both carry the same UID, the cancellation a later SEQUENCE.
 */
export function invitation(input: InvitationInput): Invitation {
  const method = ICalCalendarMethod[input.method];
  const prodId = { company: 'Heddle', product: 'Scheduling', language: 'EN' };
  const calendar = ical({ method, prodId, events: [event(input)] });
  return { method: input.method, ics: `${calendar.toString()}\r\n` };
}

function event(input: InvitationInput): ICalEventData {
  const cancelled = input.method === 'CANCEL';
  return {
    id: `${input.guid}@heddle`,
    sequence: cancelled ? 1 : 0,
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    stamp: input.now,
    start: input.startsAt,
    end: input.endsAt,
    summary: `Appointment at ${singleLine(input.practice.name, nameLengthMax)}`,
    location: place(input.location),
    organizer: party(input.practice),
    attendees: input.patient.email === '' ? [] : [attendee(input.patient)],
  };
}

function attendee(patient: InvitationInput['patient']) {
  return {
    ...party(patient),
    role: ICalAttendeeRole.REQ,
    // Patients chose the time themselves; an answer would only fill the practice's mailbox.
    status: ICalAttendeeStatus.ACCEPTED,
    rsvp: false,
  };
}

function place({ name, address }: InvitationInput['location']): string {
  return [singleLine(name, nameLengthMax), singleLine(address, 500)].filter(Boolean).join(', ');
}

/** RFC 5545 §3.2 has no way to write a double quote in a parameter, and §3.3.3 wants a URI. */
function party({ name, email }: { name: string; email: string }) {
  const uriUnsafe = /[^A-Za-z0-9.@_+~!*'()=$&/-]/gu;
  const address = singleLine(email, 254).replace(uriUnsafe, encodeURIComponent);
  return {
    name: singleLine(name, nameLengthMax).replace(/["\\]/g, "'") || address,
    email: address,
  };
}

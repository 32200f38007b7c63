import { singleLine } from '../../../platform/mail/single-line.ts';
import { countryOfTimeZone } from '../../../runtime/zones.ts';
import { lengthMinutes, type Meeting, type News } from './news.ts';

export type LetterInput = {
  practice: { name: string; phone: string };
  patient: { name: string; phone: string; email: string; message: string };
  meeting: Meeting;
  /** What the meeting was before it changed. */
  before?: Meeting | undefined;
};
/** Plain text: a subject of one line without personal data, and lines that end in LF. */
export type Letter = { subject: string; body: string };

type Kind = News['kind'];

/** To the patient: how the appointment stands. */
export function toPatient(kind: Kind, input: LetterInput): Letter {
  const at = `at ${practiceName(input)}`;
  const hello = `Hello ${singleLine(input.patient.name, 200)},`;
  const letters: Record<Kind, () => Letter> = {
    scheduled: () => ({
      subject: `Your appointment ${withAndAt(input)} is confirmed`,
      body: paragraphs(
        hello,
        `Your appointment ${at} is confirmed.`,
        details(input.meeting),
        `If you cannot come, please let us know as early as you can.${callUs(input)}`,
        `We look forward to seeing you!\n${practiceName(input)}`,
      ),
    }),
    changed: () => ({
      subject: `Your appointment ${withAndAt(input)} has changed`,
      body: paragraphs(
        hello,
        `Your appointment ${at} has changed. It is now:`,
        ...nowAndBefore(input),
        `If this does not suit you, please let us know as early as you can.${callUs(input)}`,
        practiceName(input),
      ),
    }),
    cancelled: () => ({
      subject: `Your appointment ${withAndAt(input)} is cancelled`,
      body: paragraphs(
        hello,
        `Your appointment ${at} has been cancelled. It was:`,
        details(input.meeting),
        `If you would like another time, or did not expect this, please contact us.${callUs(input)}`,
        practiceName(input),
      ),
    }),
  };
  return letters[kind]();
}

/** To the practice: a patient comes, comes at another time or place, or does not come. */
export function toPractice(kind: Kind, input: LetterInput): Letter {
  const at = `at ${practiceName(input)}`;
  const patient = patientDetails(input.patient);
  const letters: Record<Kind, () => Letter> = {
    scheduled: () => ({
      subject: `New appointment ${withAndAt(input)}`,
      body: paragraphs(
        `A new appointment ${at} has been booked.`,
        details(input.meeting),
        ...patient,
      ),
    }),
    changed: () => ({
      subject: `Changed appointment ${withAndAt(input)}`,
      body: paragraphs(
        `An appointment ${at} has changed. It is now:`,
        ...nowAndBefore(input),
        ...patient,
      ),
    }),
    cancelled: () => ({
      subject: `Cancelled appointment ${withAndAt(input)}`,
      body: paragraphs(
        `An appointment ${at} has been cancelled. It was:`,
        details(input.meeting),
        ...patient,
      ),
    }),
  };
  return letters[kind]();
}

/** To the practice that an appointment has moved away from. */
export function toPracticeLeft(left: string, input: LetterInput): Letter {
  const { before = input.meeting } = input;
  const at = `at ${singleLine(left, 100)}`;
  return {
    subject: `Moved appointment with ${singleLine(before.doctor_name, 50)}`,
    body: paragraphs(
      `An appointment ${at} now takes place at ${practiceName(input)}. It was:`,
      details(before),
      ...patientDetails(input.patient),
    ),
  };
}

/** A meeting, line by line. */
export function details(meeting: Meeting): string {
  const place = [singleLine(meeting.location_name, 200), singleLine(meeting.location_address, 500)];
  return [
    `When: ${timeInWords(new Date(meeting.starts_at), meeting.timezone)}`,
    `Length: ${minutesInWords(lengthMinutes(meeting))}`,
    `With: ${singleLine(meeting.doctor_name, 200)}`,
    `Where: ${place.filter(Boolean).join(', ')}`,
  ].join('\n');
}

export function minutesInWords(minutes: number): string {
  return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}

const unitedStates = ['US', 'PR', 'GU', 'VI', 'AS', 'MP'];

/** The English that dates and times in an IANA zone are written in. */
export function englishOf(timezone: string): 'en-US' | 'en-GB' {
  return unitedStates.includes(countryOfTimeZone(timezone) ?? '') ? 'en-US' : 'en-GB';
}

/**
 * An instant in words, in the local time of an IANA zone and in the English of its country:
 * "Tuesday, May 5, 2026, 9:00 AM (Central Daylight Time)".
 */
export function timeInWords(instant: Date, timezone: string): string {
  const written = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(englishOf(timezone), { ...options, timeZone: timezone });
  const date = written({ dateStyle: 'full' }).format(instant);
  const time = written({ timeStyle: 'short' }).format(instant);
  const zone = written({ timeZoneName: 'long' })
    .formatToParts(instant)
    .find(({ type }) => type === 'timeZoneName');
  // ICU puts a narrow no-break space before AM and PM, which not every mail program can show.
  return `${date}, ${time} (${zone?.value ?? timezone})`.replace(/\s/g, ' ');
}

function nowAndBefore({ meeting, before }: LetterInput): string[] {
  return [details(meeting), ...(before ? [`It was:\n${details(before)}`] : [])];
}

function callUs({ practice }: LetterInput): string {
  const phone = singleLine(practice.phone, 50);
  return phone && ` You can call us at ${phone}.`;
}

function patientDetails({ name, phone, email, message }: LetterInput['patient']): string[] {
  const lines = [
    `Patient: ${singleLine(name, 200)}`,
    `Phone: ${singleLine(phone, 50)}`,
    `E-mail: ${singleLine(email, 254)}`,
  ].join('\n');
  return message.trim() ? [lines, `Message:\n${quoted(message)}`] : [lines];
}

/** Marked line by line, so that what a patient wrote does not read as ours. */
function quoted(message: string): string {
  return message
    .trim()
    .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)
    .map((line) => `> ${singleLine(line, 10_000)}`.trimEnd())
    .join('\n');
}

/** For subjects: two appointments with two doctors can be told apart. */
function withAndAt({ practice, meeting }: LetterInput): string {
  return `with ${singleLine(meeting.doctor_name, 50)} at ${singleLine(practice.name, 60)}`;
}

function practiceName({ practice }: LetterInput): string {
  return singleLine(practice.name, 100);
}

function paragraphs(...texts: string[]): string {
  return `${texts.join('\n\n')}\n`;
}

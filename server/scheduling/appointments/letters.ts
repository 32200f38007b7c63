import { countryOfTimeZone } from '../../runtime/zones.ts';
import { singleLine } from './single-line.ts';

export type LetterInput = {
  practice: { name: string };
  location: { name: string; address: string; timezone: string };
  patient: { name: string; phone: string; email: string; message: string };
  startsAt: Date;
};
/** Plain text: a subject of one line without personal data, and lines that end in LF. */
export type Letter = { subject: string; body: string };

/** To the patient: the appointment is made. */
export function confirmationLetter(input: LetterInput): Letter {
  return {
    subject: `Your appointment at ${practiceName(input)} is confirmed`,
    body: paragraphs(
      `Hello ${singleLine(input.patient.name, 200)},`,
      `Your appointment at ${practiceName(input)} is confirmed.`,
      whenAndWhere(input),
      'If you cannot come, please let us know as early as you can.',
      `We look forward to seeing you!\n${practiceName(input)}`,
    ),
  };
}

/** To the patient: the appointment will not take place. */
export function cancellationLetter(input: LetterInput): Letter {
  return {
    subject: `Your appointment at ${practiceName(input)} is cancelled`,
    body: paragraphs(
      `Hello ${singleLine(input.patient.name, 200)},`,
      `Your appointment at ${practiceName(input)} has been cancelled. It was:`,
      whenAndWhere(input),
      'If you would like another time, or did not expect this, please contact us.',
      practiceName(input),
    ),
  };
}

/** To the practice: somebody booked. */
export function newAppointmentLetter(input: LetterInput): Letter {
  return {
    subject: `New appointment at ${practiceName(input)}`,
    body: paragraphs(
      `A new appointment at ${practiceName(input)} has been booked.`,
      whenAndWhere(input),
      ...patientDetails(input.patient),
    ),
  };
}

/** To the practice: an appointment will not take place. */
export function cancelledAppointmentLetter(input: LetterInput): Letter {
  return {
    subject: `Cancelled appointment at ${practiceName(input)}`,
    body: paragraphs(
      `An appointment at ${practiceName(input)} has been cancelled. It was:`,
      whenAndWhere(input),
      ...patientDetails(input.patient),
    ),
  };
}

const unitedStates = ['US', 'PR', 'GU', 'VI', 'AS', 'MP'];

/** The English that dates and times in an IANA zone are written in. */
export function englishOf(timezone: string): 'en-US' | 'en-GB' {
  return unitedStates.includes(countryOfTimeZone(timezone) ?? '') ? 'en-US' : 'en-GB';
}

/**
 * An instant in words, in the local time of an IANA zone and the English of its country: "Tuesday,
 * May 5, 2026, 9:00 AM (Central Daylight Time)".
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

function whenAndWhere({ location, startsAt }: LetterInput): string {
  const place = [singleLine(location.name, 200), singleLine(location.address, 500)];
  return [
    `When: ${timeInWords(startsAt, location.timezone)}`,
    `Where: ${place.filter(Boolean).join(', ')}`,
  ].join('\n');
}

function patientDetails({ name, phone, email, message }: LetterInput['patient']): string[] {
  const details = [
    `Patient: ${singleLine(name, 200)}`,
    `Phone: ${singleLine(phone, 50)}`,
    `E-mail: ${singleLine(email, 254)}`,
  ].join('\n');
  return message.trim() ? [details, `Message:\n${quoted(message)}`] : [details];
}

/** Marked line by line, so that what a patient wrote does not read as ours. */
function quoted(message: string): string {
  return message
    .trim()
    .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)
    .map((line) => `> ${singleLine(line, 10_000)}`.trimEnd())
    .join('\n');
}

function practiceName({ practice }: LetterInput): string {
  return singleLine(practice.name, 100);
}

function paragraphs(...texts: string[]): string {
  return `${texts.join('\n\n')}\n`;
}

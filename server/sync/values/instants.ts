import { clockText, dateText, daysOf, type Moment, momentOf } from './calendar.ts';

export type InstantKind = 'date' | 'timestamp' | 'timestamptz';
type Read<T> = T | { problem: string };

const instant =
  /^(\d{4,7})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?) ?(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?)?( BC)?$/i;
/** How nearly all of them are written, in UTC: read by their places, in a tenth of the time. */
const usual = /^(?!0000)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00(?::?00)?)?$/;
const clock = /^(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?$/;
const zonedClock = /^([\d:.,]+) ?(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?$/i;
const zone = /^([+-])(\d\d)(?::?(\d\d)(?::?(\d\d))?)?$/;
const dayMicroseconds = 86_400_000_000;
const secondMicroseconds = 1_000_000;

/** From the first day of the Julian count to the last that PostgreSQL has. */
const first = daysOf(-4713, 11, 24)!;
const last = { date: daysOf(5_874_897, 12, 31)!, timestamp: daysOf(294_276, 12, 31)! };

/** A date or time in ISO 8601 or as PostgreSQL writes it, brought to UTC; without a zone it is in UTC. */
export function readInstant(kind: InstantKind, text: string): Read<Moment> {
  if (kind !== 'date' && usual.test(text)) return readUsual(text);
  if (/^[+-]?infinity$/i.test(text)) {
    return { days: text.startsWith('-') ? -Infinity : Infinity, micros: 0 };
  }
  const match = instant.exec(text);
  if (match === null) return { problem: `is no ${kind}: ${spelling(kind)}` };
  const [, year, month, day, time, offset, era] = match;
  if (kind === 'date' && time !== undefined)
    return { problem: 'is a date with a time, not a date' };
  const days = daysOf(yearOf(Number(year), era), Number(month), Number(day));
  if (days === undefined || Number(year) === 0)
    return { problem: 'is a day that is in no calendar' };
  const micros = time === undefined ? 0 : readClock(time);
  if (typeof micros !== 'number') return micros;
  const east = readZone(offset ?? 'Z');
  if (typeof east !== 'number') return east;
  const moment = momentOf(days, micros - east * secondMicroseconds);
  if (moment.days >= first && moment.days <= last[kind === 'date' ? 'date' : 'timestamp']) {
    return moment;
  }
  return { problem: `is beyond the years that a ${kind} can hold` };
}

/** What `instantText` makes of a time, where that is nearly how it is written; else it has to be read. */
export function usualText(kind: InstantKind, text: string): string | undefined {
  if (kind === 'date' || !usual.test(text)) return undefined;
  const days = daysOf(digitsIn(text, 0, 4), digitsIn(text, 5, 7), digitsIn(text, 8, 10));
  const isOnClock =
    digitsIn(text, 11, 13) < 24 && digitsIn(text, 14, 16) < 60 && digitsIn(text, 17, 19) < 60;
  if (days === undefined || !isOnClock) return undefined;
  let end = 19;
  if (text[19] === '.') {
    for (let at = 20; isDigit(text.charCodeAt(at)); at += 1) if (text[at] !== '0') end = at + 1;
  }
  return `${text.slice(0, 10)} ${text.slice(11, end)}${kind === 'timestamptz' ? '+00' : ''}`;
}

export function instantText(kind: InstantKind, { days, micros }: Moment): string {
  if (!Number.isFinite(days)) return days > 0 ? 'infinity' : '-infinity';
  const { text, era } = dateText(days);
  if (kind === 'date') return text + era;
  return `${text} ${clockText(micros)}${kind === 'timestamptz' ? '+00' : ''}${era}`;
}

/** Microseconds of a time of day, at most 24:00:00. */
export function readClock(text: string): Read<number> {
  const [, hours, minutes, seconds = '0', fraction = ''] = clock.exec(text) ?? [];
  if (hours === undefined) return { problem: 'is no time of day: write 23:59:59.999999' };
  if (/[^0]/.test(fraction.slice(6))) return { problem: 'is finer than a microsecond' };
  const micros =
    ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * secondMicroseconds +
    Number(fraction.slice(0, 6).padEnd(6, '0'));
  if (Number(minutes) > 59 || Number(seconds) > 59 || micros > dayMicroseconds) {
    return { problem: 'is a time that is on no clock' };
  }
  return micros;
}

/** A time of day with its zone, in seconds east of UTC; without one it is in UTC. */
export function readZonedClock(text: string): Read<{ micros: number; east: number }> {
  const [, time = '', offset = 'Z'] = zonedClock.exec(text) ?? [];
  const micros = readClock(time);
  if (typeof micros !== 'number') return micros;
  const east = readZone(offset);
  return typeof east === 'number' ? { micros, east } : east;
}

export function zonedClockText({ micros, east }: { micros: number; east: number }): string {
  const size = Math.abs(east);
  const parts = [size / 3_600, (size / 60) % 60, size % 60].map((part) =>
    String(Math.floor(part)).padStart(2, '0'),
  );
  while (parts.length > 1 && parts.at(-1) === '00') parts.pop();
  return `${clockText(micros)}${east < 0 ? '-' : '+'}${parts.join(':')}`;
}

function readUsual(text: string): Read<Moment> {
  const days = daysOf(digitsIn(text, 0, 4), digitsIn(text, 5, 7), digitsIn(text, 8, 10));
  const [minutes, seconds] = [digitsIn(text, 14, 16), digitsIn(text, 17, 19)];
  const whole = (digitsIn(text, 11, 13) * 60 + minutes) * 60 + seconds;
  const micros = whole * secondMicroseconds + fractionIn(text);
  if (days === undefined) return { problem: 'is a day that is in no calendar' };
  if (minutes > 59 || seconds > 59 || micros > dayMicroseconds) {
    return { problem: 'is a time that is on no clock' };
  }
  return momentOf(days, micros);
}

/** Microseconds behind the seconds. */
function fractionIn(text: string): number {
  if (text[19] !== '.') return 0;
  let end = 20;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return digitsIn(text, 20, end) * 10 ** (26 - end);
}

function digitsIn(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function readZone(text: string): Read<number> {
  if (/^z$/i.test(text)) return 0;
  const [, sign, hours, minutes = '0', seconds = '0'] = zone.exec(text)!;
  const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  if (Number(hours) > 15 || Number(minutes) > 59 || Number(seconds) > 59) {
    return { problem: 'has a zone further than 15:59:59 from UTC' };
  }
  return sign === '-' ? -size : size;
}

function yearOf(year: number, era: string | undefined): number {
  return era === undefined ? year : 1 - year;
}

function spelling(kind: InstantKind): string {
  if (kind === 'date') return 'write 2024-02-29';
  return kind === 'timestamp' ? 'write 2024-02-29T23:59:59' : 'write 2024-02-29T23:59:59Z';
}

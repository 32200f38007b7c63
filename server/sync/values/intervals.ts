import { clockText } from './calendar.ts';

/** As PostgreSQL keeps one: a month and a day have no fixed length. */
export type Interval = { months: number; days: number; micros: bigint } | 'infinity' | '-infinity';

const clock = /^([+-]?)(\d{1,10}):(\d\d)(?::(\d\d)(?:\.(\d{1,6})0*)?)?$/;
const part = /^([+-]?\d{1,10})\s?(years?|mons?|months?|days?)$/;
const iso =
  /^P(?:([+-]?\d{1,9})Y)?(?:([+-]?\d{1,9})M)?(?:([+-]?\d{1,9})W)?(?:([+-]?\d{1,9})D)?(?:T(?:([+-]?\d{1,10})H)?(?:([+-]?\d{1,10})M)?(?:([+-]?\d{1,10})(?:\.(\d{1,6})0*)?S)?)?$/;
const dayMicroseconds = 86_400_000_000n;
const integerMax = 2_147_483_647;

/** An interval as PostgreSQL writes it (`1 year -2 days +03:04:05`) or as an ISO 8601 duration. */
export function parseInterval(text: string): Interval | undefined {
  if (text === 'infinity' || text === '-infinity') return text;
  const interval = text.startsWith('P') ? parseIso(text) : parseWords(text);
  if (interval === undefined) return undefined;
  const { months, days, micros } = interval;
  if (Math.abs(months) > integerMax || Math.abs(days) > integerMax) return undefined;
  return BigInt.asIntN(64, micros) === micros ? interval : undefined;
}

export function intervalText(interval: Interval): string {
  if (typeof interval === 'string') return interval;
  const { months, days, micros } = interval;
  const parts: string[] = [];
  const years = Math.trunc(months / 12);
  let isAfterNegative = false;
  for (const [value, unit] of [
    [years, 'year'],
    [months - years * 12, 'mon'],
    [days, 'day'],
  ] as const) {
    if (value === 0) continue;
    parts.push(
      `${isAfterNegative && value > 0 ? '+' : ''}${value} ${unit}${value === 1 ? '' : 's'}`,
    );
    isAfterNegative = value < 0;
  }
  if (micros !== 0n || parts.length === 0) {
    const plus = isAfterNegative ? '+' : '';
    parts.push(`${micros < 0n ? '-' : plus}${durationText(micros < 0n ? -micros : micros)}`);
  }
  return parts.join(' ');
}

/** With months of 30 days and days of 24 hours, as PostgreSQL compares them. */
export function compareIntervals(one: Interval, other: Interval): number {
  const [a, b] = [lengthOf(one), lengthOf(other)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function parseWords(text: string): Exclude<Interval, string> | undefined {
  const words = text.match(/[+-]?\d+\s?[a-z]+|\S+/g) ?? [];
  if (words.length === 0 || words.length > 4) return undefined;
  const interval = { months: 0, days: 0, micros: 0n };
  for (const word of words) {
    const [, count, unit = ''] = part.exec(word) ?? [];
    const micros = clockMicros(word);
    if (count !== undefined && unit.startsWith('y')) interval.months += Number(count) * 12;
    else if (count !== undefined && unit.startsWith('m')) interval.months += Number(count);
    else if (count !== undefined) interval.days += Number(count);
    else if (micros !== undefined) interval.micros += micros;
    else return undefined;
  }
  return interval;
}

function clockMicros(text: string): bigint | undefined {
  const [, sign, hours, minutes, seconds = '0', fraction = ''] = clock.exec(text) ?? [];
  if (hours === undefined) return undefined;
  const micros = microsOf(hours, minutes, seconds, fraction);
  return sign === '-' ? -micros : micros;
}

function parseIso(text: string): Exclude<Interval, string> | undefined {
  const match = iso.exec(text);
  if (match === null || /[PT]$/.test(text)) return undefined;
  const [years, months, weeks, days, hours, minutes, seconds = '0', fraction = ''] = match.slice(1);
  const count = (digits: string | undefined) => Number(digits ?? 0);
  const behind = seconds.startsWith('-') && fraction !== '' ? `-${fraction}` : fraction;
  return {
    months: count(years) * 12 + count(months),
    days: count(weeks) * 7 + count(days),
    micros: microsOf(hours, minutes, seconds, behind),
  };
}

function microsOf(
  hours: string | undefined,
  minutes: string | undefined,
  seconds: string,
  fraction: string,
): bigint {
  const whole = (BigInt(hours ?? 0) * 60n + BigInt(minutes ?? 0)) * 60n + BigInt(seconds);
  const micros = BigInt(fraction.replace('-', '').padEnd(6, '0'));
  return whole * 1_000_000n + (fraction.startsWith('-') ? -micros : micros);
}

function durationText(micros: bigint): string {
  const hours = micros / 3_600_000_000n;
  const rest = clockText(Number(micros % 3_600_000_000n)).slice(2);
  return `${String(hours).padStart(2, '0')}${rest}`;
}

function lengthOf(interval: Interval): bigint {
  if (interval === 'infinity') return 1n << 100n;
  if (interval === '-infinity') return -(1n << 100n);
  const days = BigInt(interval.months) * 30n + BigInt(interval.days);
  return days * dayMicroseconds + interval.micros;
}

const dayMicroseconds = 86_400_000_000;

/** A point on PostgreSQL's line of time: days since 1970-01-01, and microseconds into the day. */
export type Moment = { days: number; micros: number };

/** Days since 1970-01-01 in the Gregorian calendar; year 0 is 1 BC. Nothing for a day that is not there. */
export function daysOf(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  // Years are counted from March, so that the odd day comes last (Howard Hinnant, "chrono-compatible").
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + dayOfEra + dayOfYear - 719_468;
}

export function dateOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const march = Math.floor((5 * dayOfYear + 2) / 153);
  const month = march < 10 ? march + 3 : march - 9;
  const day = dayOfYear - Math.floor((153 * march + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Carries what goes beyond a day, either way. */
export function momentOf(days: number, micros: number): Moment {
  const carried = Math.floor(micros / dayMicroseconds);
  return { days: days + carried, micros: micros - carried * dayMicroseconds };
}

export function compareMoments(one: Moment, other: Moment): number {
  return compareNumbers(one.days, other.days) || compareNumbers(one.micros, other.micros);
}

/** `2024-02-29`, without the era: before Christ is written at the end of everything. */
export function dateText(days: number): { text: string; era: '' | ' BC' } {
  const { year, month, day } = dateOf(days);
  const shown = year > 0 ? year : 1 - year;
  const text = `${String(shown).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return { text, era: year > 0 ? '' : ' BC' };
}

/** `04:05:06.7`, with as many places as it takes. */
export function clockText(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const minutes = Math.floor(seconds / 60);
  const clock = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`;
  const fraction = micros % 1_000_000;
  if (fraction === 0) return clock;
  return `${clock}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
}

function compareNumbers(one: number, other: number): number {
  // Infinities are equal to themselves, and their difference is no number.
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

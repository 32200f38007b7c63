/** A finite decimal: sign × digits × 10^-scale; `digits` has no leading zeros and is '' for zero. */
export type Finite = { sign: -1 | 0 | 1; digits: string; scale: number };
export type Decimal = Finite | 'NaN' | 'Infinity' | '-Infinity';

const written = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,7}))?$/i;
const special = /^([+-]?)(nan|inf|infinity)$/i;
/** What PostgreSQL's numeric holds before and after the point. */
const wholeDigitsMax = 131_072;
const fractionDigitsMax = 16_383;

export function parseDecimal(text: string): Decimal | undefined {
  const match = written.exec(text);
  if (match === null) return parseSpecial(text);
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = withoutLeadingZeros(whole + fraction);
  const scale = fraction.length - Number(exponent);
  if (digits.length - scale > wholeDigitsMax || scale > fractionDigitsMax) return undefined;
  if (digits === '') return { sign: 0, digits, scale };
  return { sign: sign === '-' ? -1 : 1, digits, scale };
}

/** As PostgreSQL writes a numeric: no exponent, no sign before zero, its own zeros at the end. */
export function decimalText(value: Decimal): string {
  if (typeof value === 'string') return value;
  const { sign, digits, scale } = value;
  const shifted = scale < 0 && digits !== '' ? digits + '0'.repeat(-scale) : digits;
  const places = Math.max(scale, 0);
  const padded = shifted.padStart(places + 1, '0');
  const whole = padded.slice(0, padded.length - places);
  const fraction = places > 0 ? `.${padded.slice(padded.length - places)}` : '';
  return `${sign < 0 ? '-' : ''}${whole}${fraction}`;
}

/** The same value with exactly so many places, or nothing when digits would be lost. */
export function withPlaces(value: Finite, places: number): Finite | undefined {
  const { sign, digits, scale } = value;
  if (digits === '') return { sign, digits, scale: places };
  if (scale <= places) return { sign, digits: digits + '0'.repeat(places - scale), scale: places };
  const lost = digits.slice(-(scale - places));
  if (scale - places > digits.length || /[^0]/.test(lost)) return undefined;
  return { sign, digits: digits.slice(0, digits.length - lost.length), scale: places };
}

/** In PostgreSQL's order: NaN equals itself and is above everything. */
export function compareDecimals(one: Decimal, other: Decimal): number {
  const difference = rankOf(one) - rankOf(other);
  if (difference !== 0 || typeof one === 'string' || typeof other === 'string') return difference;
  const lead = one.digits.length - one.scale - (other.digits.length - other.scale);
  return one.sign * (lead || compareDigits(one.digits, other.digits)) || 0;
}

/** One spelling for each value, whatever zeros it was written with. */
export function plainDecimal(value: Decimal): string {
  if (typeof value === 'string') return value;
  const digits = withoutTrailingZeros(value.digits);
  const scale = value.scale - (value.digits.length - digits.length);
  return digits === '' ? '0' : `${value.sign < 0 ? '-' : ''}${digits}e${-scale}`;
}

function parseSpecial(text: string): Decimal | undefined {
  const [, sign, word] = special.exec(text) ?? [];
  if (word === undefined) return undefined;
  if (word.toLowerCase() === 'nan') return sign === '' ? 'NaN' : undefined;
  return sign === '-' ? '-Infinity' : 'Infinity';
}

function rankOf(value: Decimal): number {
  if (typeof value !== 'string') return value.sign;
  if (value === 'NaN') return 3;
  return value === 'Infinity' ? 2 : -2;
}

function compareDigits(one: string, other: string): number {
  const length = Math.max(one.length, other.length);
  const [a, b] = [one.padEnd(length, '0'), other.padEnd(length, '0')];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function withoutLeadingZeros(digits: string): string {
  let start = 0;
  while (digits[start] === '0') start += 1;
  return digits.slice(start);
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

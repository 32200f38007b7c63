import { compareDecimals, parseDecimal } from './decimal.ts';

export type FloatKind = 'float4' | 'float8';

/** From which power of ten on PostgreSQL writes an exponent. */
const exponentFrom = { float4: 6, float8: 15 };

/** As PostgreSQL writes a float: the shortest digits that lead back to it. */
export function floatText(kind: FloatKind, value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const size = Math.abs(value);
  // Here JavaScript writes the same.
  if (kind === 'float8' && size >= 1e-4 && size < 1e15) return String(value);
  const shortest = kind === 'float4' ? shortestSingle(value) : value.toExponential();
  const [mantissa = '', tens = '0'] = shortest.split('e');
  const exponent = Number(tens);
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < -4 || exponent >= exponentFrom[kind]) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    const power = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The float that a text means, or nothing when it says more than the float holds. */
export function parseFloatExactly(kind: FloatKind, text: string): number | undefined {
  const decimal = parseDecimal(text);
  if (decimal === undefined) return undefined;
  if (typeof decimal === 'string') return Number(decimal);
  const value = kind === 'float4' ? Math.fround(Number(text)) : Number(text);
  if (!Number.isFinite(value)) return undefined;
  if (kind === 'float8' && String(value) === text) return value;
  // Who writes a float in full writes 17 digits of a double, and 9 or 17 of a single.
  const spellings = [floatText(kind, value), value.toPrecision(kind === 'float4' ? 9 : 17)];
  if (kind === 'float4') spellings.push(String(value));
  const isMeant = spellings.some((one) => compareDecimals(parseDecimal(one)!, decimal) === 0);
  return isMeant ? value : undefined;
}

function shortestSingle(value: number): string {
  for (let digits = 0; digits < 9; digits += 1) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === Math.fround(value)) return text;
  }
  return value.toExponential();
}

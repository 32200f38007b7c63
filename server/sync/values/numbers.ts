import { type Decimal, decimalText, type Finite, parseDecimal, withPlaces } from './decimal.ts';
import { isExactNumber } from './exact-json.ts';
import { type FloatKind, floatText, parseFloatExactly } from './floats.ts';
import { problem, type Reading } from './reading.ts';
import type { FieldType, Json } from './types.ts';

type WholeKind = 'int2' | 'int4' | 'int8';

const usual = /^(0|[1-9]\d{0,999})(?:\.(\d{1,999}))?$/;
const bits: Record<WholeKind, bigint> = { int2: 16n, int4: 32n, int8: 64n };
/** What a JavaScript number can be sure of below. */
const sizes: Record<WholeKind, number> = { int2: 2 ** 15, int4: 2 ** 31, int8: 2 ** 53 };
/** Longer ones are no integer of any kind, and take long to become a BigInt. */
const wholeDigitsMax = 19;

export function readWhole(kind: WholeKind, value: Json): Reading {
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < sizes[kind]) {
    return { text: String(value) };
  }
  const decimal = decimalOf(value);
  if (decimal === undefined) return problem(notNumber(kind, value));
  if (typeof decimal === 'string') return problem(`${kind} has no ${decimal}`);
  if (decimal.digits.length - decimal.scale > wholeDigitsMax) return problem(outside(kind));
  const whole = withPlaces(decimal, 0);
  if (whole === undefined) return problem(`has a fraction, and ${kind} holds whole numbers`);
  const number = BigInt(decimalText(whole));
  if (BigInt.asIntN(Number(bits[kind]), number) !== number) return problem(outside(kind));
  return { text: String(number) };
}

export function readNumeric(type: FieldType & { kind: 'numeric' }, value: Json): Reading {
  if (typeof value === 'string' && isAsWritten(type, value)) return { text: value };
  const decimal = decimalOf(value);
  if (decimal === undefined) return problem(notNumber('numeric', value));
  const { precision, scale = 0 } = type;
  if (precision === undefined || decimal === 'NaN') return { text: decimalText(decimal) };
  if (typeof decimal === 'string')
    return problem(`numeric(${precision},${scale}) has no ${decimal}`);
  const fitting = withPlaces(decimal, scale);
  if (fitting === undefined) return problem(`has more than ${scale} digits after the point`);
  if (fitting.digits.length > precision) {
    return problem(`has more than ${precision - scale} digits before the point`);
  }
  return { text: decimalText(shown(fitting)) };
}

/** Whether it is what PostgreSQL would write: so are nearly all. */
function isAsWritten({ precision, scale = 0 }: FieldType & { kind: 'numeric' }, text: string) {
  const match = usual.exec(text);
  if (match === null) return false;
  const [, whole = '', fraction = ''] = match;
  if (precision === undefined) return true;
  return fraction.length === scale && (whole === '0' ? 0 : whole.length) <= precision - scale;
}

export function readFloat(kind: FloatKind, value: Json): Reading {
  const text = typeof value === 'number' ? String(value) : textOf(value);
  if (text === undefined || parseDecimal(text) === undefined)
    return problem(notNumber(kind, value));
  const number = parseFloatExactly(kind, text);
  if (number === undefined) return problem(`is no value that ${kind} holds exactly`);
  return { text: Object.is(value, -0) ? '-0' : floatText(kind, signed(number, text)) };
}

function decimalOf(value: Json): Decimal | undefined {
  if (typeof value === 'number') {
    // Beyond 2^53 nobody knows any more which number was meant.
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) return undefined;
    return parseDecimal(String(value));
  }
  const text = textOf(value);
  return text === undefined ? undefined : parseDecimal(text.trim());
}

function textOf(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  return isExactNumber(value) ? value.rawJSON : undefined;
}

function notNumber(kind: string, value: Json): string {
  if (typeof value === 'number') {
    return `is a JSON number beyond 2^53, which may have lost digits: send a string`;
  }
  return `is no number, and ${kind} holds numbers`;
}

function outside(kind: WholeKind): string {
  const limit = 1n << (bits[kind] - 1n);
  return `is outside of ${kind} (${-limit} to ${limit - 1n})`;
}

/** A scale below zero rounds before the point, and is not shown. */
function shown(value: Finite): Finite {
  return value.digits === '' ? { ...value, scale: Math.max(value.scale, 0) } : value;
}

function signed(number: number, text: string): number {
  return number === 0 && text.trim().startsWith('-') ? -0 : number;
}

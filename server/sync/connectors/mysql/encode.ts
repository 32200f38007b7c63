import { type Decimal, decimalText, parseDecimal, withPlaces } from '../../values/decimal.ts';
import { readExactly } from '../../values/exact-json.ts';
import { parseFloatExactly } from '../../values/floats.ts';
import type { FieldType, Json } from '../../values/types.ts';
import { geometryBytes } from './decode.ts';
import { type Encoded, rounded } from './encoded.ts';
import { bytesLiteral, literal } from './names.ts';
import { bitsOf, isGeometry, type Native } from './native.ts';
import { dateLiteral, momentLiteral, timeLiteral } from './times.ts';

const notOfType = { problem: 'This is not a value of the type of the column.' };
const outOfRange = { problem: 'The number is out of the range of the column.' };

/**
 * MySQL rounds, cuts and pads in silence, also when it is strict: what it would change is found here.
 * What it refuses aloud is left to it.
 */
export function encode(cell: string, from: FieldType, to: Native): Encoded {
  if (bitsOf(to) !== undefined) return wholeOf(cell, from, to);
  if (isGeometry(to)) return geometryOf(cell);
  switch (to.word) {
    case 'year':
      return yearOf(cell);
    case 'decimal':
      return decimalOf(cell, to);
    case 'float':
    case 'double':
    case 'real':
      return floatOf(cell, to);
    case 'date':
      return dateLiteral(cell, from);
    case 'datetime':
    case 'timestamp':
      return momentLiteral(cell, from, to.size ?? 0);
    case 'time':
      return timeLiteral(cell, from, to.size ?? 0);
    case 'bit':
      return bitsIn(cell, to.size ?? 1);
    case 'enum':
      return to.labels.includes(cell) ? { sql: literal(cell) } : notOfType;
    case 'set':
      return isSet(cell, to.labels) ? { sql: literal(cell) } : notOfType;
    case 'json':
      return jsonOf(cell);
    case 'binary':
    case 'varbinary':
      return bytesOf(cell, from, to);
  }
  if (/blob$|^vector$/.test(to.word)) return bytesOf(cell, from, to);
  return textOf(from.kind === 'boolean' ? wordOf(cell) : cell, from, to);
}

function wholeOf(cell: string, { kind }: FieldType, to: Native): Encoded {
  const truth = { t: '1', f: '0' }[cell];
  const text = kind === 'boolean' ? (truth ?? cell) : cell;
  const decimal = finite(text);
  if (!decimal) return notOfType;
  const whole = withPlaces(decimal, 0);
  if (!whole) return rounded;
  if (whole.digits.length > 20) return outOfRange;
  const value = BigInt(decimalText(whole));
  const bits = bitsOf(to) as number;
  const isWithin = to.isUnsigned
    ? BigInt.asUintN(bits, value) === value
    : BigInt.asIntN(bits, value) === value;
  return isWithin ? { sql: String(value) } : outOfRange;
}

function yearOf(cell: string): Encoded {
  if (!/^\d{1,4}$/.test(cell)) return notOfType;
  const year = Number(cell);
  // As a text it is that year, and none of this century.
  if (year === 0 || (year > 1900 && year < 2156)) return { sql: `'${cell.padStart(4, '0')}'` };
  return outOfRange;
}

function decimalOf(cell: string, { size = 10, places = 0, isUnsigned }: Native): Encoded {
  const decimal = finite(cell);
  if (!decimal) return notOfType;
  const fitting = withPlaces(decimal, places);
  if (!fitting) return rounded;
  if (fitting.digits.length > size || (isUnsigned && fitting.sign < 0)) return outOfRange;
  // Compared with a text, it would become a floating-point number.
  return { sql: decimalText(fitting) };
}

function floatOf(cell: string, { word, places, isUnsigned }: Native): Encoded {
  const decimal = finite(cell);
  if (!decimal) return notOfType;
  const value = parseFloatExactly(word === 'float' ? 'float4' : 'float8', cell);
  if (value === undefined) return rounded;
  if (places !== undefined && !withPlaces(decimal, places)) return rounded;
  if (isUnsigned && value < 0) return outOfRange;
  return { sql: literal(String(value)) };
}

function finite(text: string): Exclude<Decimal, string> | undefined {
  const decimal = parseDecimal(text);
  return typeof decimal === 'string' ? undefined : decimal;
}

function bitsIn(cell: string, size: number): Encoded {
  const bits = { t: '1', f: '0' }[cell] ?? cell;
  if (!/^[01]+$/.test(bits)) return notOfType;
  if (bits.length !== size) return { problem: 'The bits do not have the length of the column.' };
  return { sql: `b'${bits}'` };
}

/** In the order of the labels, and each once: so MySQL keeps it. */
function isSet(cell: string, labels: readonly string[]): boolean {
  const given = new Set(cell === '' ? [] : cell.split(','));
  return labels.filter((label) => given.has(label)).join(',') === cell;
}

/** Numbers that MySQL makes floating-point ones of. */
function jsonOf(cell: string): Encoded {
  const json = readExactly(cell);
  if (json === undefined) return { problem: 'This is not valid JSON.' };
  return hasLongNumber(json) ? rounded : { sql: literal(cell) };
}

function hasLongNumber(json: Json): boolean {
  if (json === null || typeof json !== 'object') return false;
  if (JSON.isRawJSON(json)) {
    const { rawJSON } = json as unknown as { rawJSON: string };
    const isWhole = /^-?\d{1,20}$/.test(rawJSON);
    const value = isWhole ? BigInt(rawJSON) : 0n;
    const isKept = BigInt.asUintN(64, value) === value || BigInt.asIntN(64, value) === value;
    return !isWhole || !isKept;
  }
  return Object.values(json).some(hasLongNumber);
}

function geometryOf(cell: string): Encoded {
  const bytes = geometryBytes(cell);
  return bytes ? { sql: bytesLiteral(bytes) } : notOfType;
}

function bytesOf(cell: string, { kind }: FieldType, { word, size = 1 }: Native): Encoded {
  const bytes =
    kind === 'bytea' && cell.startsWith('\\x')
      ? Buffer.from(cell.slice(2), 'hex')
      : Buffer.from(cell);
  if (word === 'binary' && bytes.length !== size) {
    return { problem: 'The bytes do not have the length of the column.' };
  }
  return { sql: bytesLiteral(bytes) };
}

function textOf(cell: string, { kind }: FieldType, { word, size = 1 }: Native): Encoded {
  if (!cell.isWellFormed()) return { problem: 'The text has a character that is none.' };
  if (word !== 'char' && word !== 'varchar') return { sql: literal(cell) };
  const isPadded = word === 'char' && cell.endsWith(' ');
  if (isPadded && kind !== 'char') return { problem: 'The column would cut blanks at its end.' };
  const kept = isPadded ? cell.replace(/ +$/, '') : cell;
  if (isLonger(kept, size)) return { problem: 'The text is longer than the column allows.' };
  return { sql: literal(kept) };
}

/** Than so many characters, whatever each of them takes. */
function isLonger(text: string, size: number): boolean {
  if (text.length <= size) return false;
  return text.length > 2 * size || [...text].length > size;
}

function wordOf(cell: string): string {
  return { t: 'true', f: 'false' }[cell] ?? cell;
}

import { withoutBlanks } from './blanks.ts';
import { isExactNumber } from './exact-json.ts';
import { problem, type Reading } from './reading.ts';
import type { FieldType, Json } from './types.ts';

type Sized = FieldType & { kind: 'varchar' | 'char' | 'bit' | 'varbit' };

const words: Record<string, 't' | 'f'> = {
  true: 't',
  t: 't',
  yes: 't',
  on: 't',
  1: 't',
  false: 'f',
  f: 'f',
  no: 'f',
  off: 'f',
  0: 'f',
};
const uuid = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;
const usualUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const hex = /^\\x((?:[0-9a-f]{2})*)$/i;

export function readBoolean(value: Json): Reading {
  if (typeof value === 'boolean') return { text: value ? 't' : 'f' };
  const word = typeof value === 'object' ? '' : String(value).trim().toLowerCase();
  const text = Object.hasOwn(words, word) ? words[word] : undefined;
  return text === undefined ? problem('is neither true nor false') : { text };
}

/** A text is taken as it is; any other value is the JSON that it was. */
export function readText(value: Json): Reading {
  if (typeof value !== 'string') {
    return { text: isExactNumber(value) ? value.rawJSON : JSON.stringify(value) };
  }
  return value.isWellFormed() ? { text: value } : problem('has half of a surrogate pair');
}

export function readSized(type: Sized, value: Json): Reading {
  const reading = readText(value);
  if (!('text' in reading) || reading.text === null) return reading;
  const { kind } = type;
  const isBits = kind === 'bit' || kind === 'varbit';
  if (isBits && /[^01]/.test(reading.text))
    return problem('has something else than the bits 0 and 1');
  return fitting(type, isBits, reading.text);
}

export function readUuid(text: string): Reading {
  if (usualUuid.test(text)) return { text };
  const [, ...groups] = uuid.exec(text.trim()) ?? [];
  return groups.length === 0 ? problem('is no uuid') : { text: groups.join('-').toLowerCase() };
}

/** Bytes in base64, or in hex as PostgreSQL writes them. */
export function readBytes(text: string): Reading {
  const digits = hex.exec(text)?.[1];
  if (digits !== undefined) return { text: `\\x${digits.toLowerCase()}` };
  const bytes = Buffer.from(text, 'base64');
  const isBase64 = bytes.toString('base64').replace(/=+$/, '') === text.replace(/={1,2}$/, '');
  return isBase64 ? { text: `\\x${bytes.toString('hex')}` } : problem('is not bytes in base64');
}

export function readEnum(type: FieldType & { kind: 'enum' }, text: string): Reading {
  return type.values.includes(text) ? { text } : problem(`is none of the values of ${type.name}`);
}

function fitting({ kind, length }: Sized, isBits: boolean, text: string): Reading {
  if (length === undefined || (kind === 'varchar' && text.length <= length)) return { text };
  const size = lengthOf(text, length);
  const unit = isBits ? 'bits' : 'characters';
  if (kind === 'bit' && size !== length) return problem(`has not exactly ${length} bits`);
  // Blanks beyond the length of a char are no part of its value.
  const counted = kind === 'char' ? lengthOf(withoutBlanks(text), length) : size;
  return counted <= length ? { text } : problem(`has more than ${length} ${unit}`);
}

/** In characters as PostgreSQL counts them. */
function lengthOf(text: string, enough: number): number {
  if (text.length <= enough) return text.length - pairsIn(text);
  return text.length > enough * 2 ? text.length : text.length - pairsIn(text);
}

function pairsIn(text: string): number {
  return text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0;
}

import { parseExactly } from '../values/exact-json.ts';
import { fromJson } from '../values/json.ts';
import type { Cell, FieldType, Json } from '../values/types.ts';
import type { Operand } from './checked.ts';
import { failure } from './failures.ts';
import type { Literal } from './filter.ts';
import { type Pattern, parsePattern, patternLengthMax } from './pattern.ts';

/** Their texts are not numbers, although they may look like ones: '10' is before '9'. */
const texts = ['text', 'varchar', 'char', 'enum', 'uuid', 'bytea', 'other', 'bit', 'varbit'];
/** 1e131071 is short, and the number is not. */
const digitsMax = 1_000;
const dated = ['date', 'timestamp', 'timestamptz'];

/** The text of a value as the operand's type writes it. @throws AppError 400 when it can't hold it */
export function literalText({ type }: Operand, literal: Literal): Cell {
  const { kind, text, place } = literal;
  if (kind === 'null') return null;
  const isBare = kind === 'number' || kind === 'boolean';
  if (isBare && texts.includes(type.kind)) {
    throw failure(
      place,
      `must be a text, since the field is of type ${nameOf(type)}: write '${text}'`,
    );
  }
  if (kind === 'date' || kind === 'timestamp') requireDate(type, literal);
  const reading = fromJson(compared(type), type.kind === 'jsonb' ? jsonOf(literal) : text);
  if ('problem' in reading) throw failure(place, `the value ${reading.problem}`);
  if (type.kind === 'numeric' && reading.text!.length > digitsMax) {
    throw failure(place, `a number must have at most ${digitsMax} digits`);
  }
  // The null of JSON is a value, and NULL is none.
  return reading.text ?? 'null';
}

/** @throws AppError 400 */
export function patternOf({ kind, text, place }: Literal): Pattern | null {
  if (kind === 'null') return null;
  if (kind !== 'text') throw failure(place, `a pattern must be a text: write '${text}'`);
  if (text.length > patternLengthMax) {
    throw failure(place, `a pattern must be at most ${patternLengthMax} characters`);
  }
  if (!text.isWellFormed()) throw failure(place, 'the value has half of a surrogate pair');
  const pattern = parsePattern(text);
  if (pattern === undefined) {
    throw failure(place, String.raw`a pattern must not end in a lone \; write \\ for a backslash`);
  }
  return pattern;
}

/** A comparison goes beyond what a column can hold: lengths and places are no limits to it. */
function compared(type: FieldType): FieldType {
  switch (type.kind) {
    case 'varchar':
      return { kind: 'text' };
    case 'bit':
      return { kind: 'varbit' };
    case 'numeric':
    case 'char':
    case 'varbit':
      return { kind: type.kind };
    default:
      return type;
  }
}

function requireDate(type: FieldType, { kind, text, place }: Literal): void {
  if (!dated.includes(type.kind)) {
    throw failure(place, `must not be a ${kind}, since the field is of type ${nameOf(type)}`);
  }
  const reading = fromJson({ kind } as FieldType, text);
  if ('problem' in reading) throw failure(place, `the value ${reading.problem}`);
}

function jsonOf({ kind, text, place }: Literal): Json {
  // A number may be written here as JSON doesn't: +.5
  const number = kind === 'number' ? fromJson({ kind: 'numeric' }, text) : undefined;
  try {
    return parseExactly(number !== undefined && 'text' in number ? number.text! : text);
  } catch {
    throw failure(place, `the value is not JSON: write '{"name": "value"}' or '"text"'`);
  }
}

function nameOf(type: FieldType): string {
  return type.kind === 'other' || type.kind === 'enum' ? type.name : type.kind;
}

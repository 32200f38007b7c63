import { arrayText, lengthsOf, type Nested, parseArray } from './arrays.ts';
import { depthMax, isDeep } from './depth.ts';
import { isExactNumber, isTold, parseExactly, withExact } from './exact-json.ts';
import { isoText } from './iso.ts';
import { jsonbText } from './jsonb.ts';
import { readFloat, readNumeric, readWhole } from './numbers.ts';
import { problem, type Reading } from './reading.ts';
import { readBoolean, readBytes, readEnum, readSized, readText, readUuid } from './texts.ts';
import { readInstantText, readInterval, readTime, readTimetz } from './times.ts';
import type { Cell, FieldType, Json } from './types.ts';

/** The JSON form of a cell. A number that JavaScript can't hold is written as it was by `JSON.stringify`. */
export function toJson(type: FieldType, text: Cell): Json {
  if (text === null) return null;
  switch (type.kind) {
    case 'boolean':
      // Columns that are booleans by custom may hold other numbers.
      return text === 't' ? true : text === 'f' ? false : text;
    case 'int2':
    case 'int4':
      return Number(text);
    case 'float4':
    case 'float8': {
      const value = Number(text);
      return Number.isFinite(value) ? value : text;
    }
    case 'timestamp':
    case 'timestamptz':
      return isoText(text);
    case 'bytea':
      return Buffer.from(text.slice(2), 'hex').toString('base64');
    case 'json':
    case 'jsonb':
      return parseExactly(text);
    case 'array':
      return toJsonArray(type.of, parseArray(text));
    default:
      return text;
  }
}

/** What `JSON.stringify` makes of `toJson`; what is JSON already passes as it is. */
export function toJsonText(type: FieldType, text: Cell): string {
  if (text === null) return 'null';
  switch (type.kind) {
    case 'int2':
    case 'int4':
      return text;
    case 'float4':
    case 'float8':
      // JSON has a negative zero; `JSON.stringify` has none.
      return text === '-0' ? text : JSON.stringify(toJson(type, text));
    case 'json':
    case 'jsonb':
      // Lines part records where JSON is written one record a line.
      return /[\n\r]/.test(text) ? JSON.stringify(parseExactly(text)) : text;
    default:
      return JSON.stringify(toJson(type, text));
  }
}

/** The cell of a JSON value. Nothing is rounded, cut or left out: what does not fit is a problem. */
export function fromJson(type: FieldType, json: Json): Reading {
  if (json === null) return { text: null };
  if (typeof json === 'object' && isDeep(json, depthMax))
    return problem(`is nested deeper than ${depthMax} levels`);
  return readValue(type, json);
}

/** After a transform: a value that came back as it went out keeps its cell. */
export function fromTransformed(type: FieldType, cell: Cell, json: Json): Reading {
  if (cell === null ? json === null : isUnchanged(toJson(type, cell), json)) return { text: cell };
  // JSONata gives one result as it is, and several as an array.
  const isOne = type.kind === 'array' && json !== null && !Array.isArray(json);
  const given = isOne ? [json] : json;
  if (!holdsJson(type) || cell === null) return fromJson(type, given);
  const exact = withExact(toJson(type, cell), given);
  return 'problem' in exact ? exact : fromJson(type, exact.json);
}

function holdsJson(type: FieldType): boolean {
  return type.kind === 'array' ? holdsJson(type.of) : type.kind === 'json' || type.kind === 'jsonb';
}

function readValue(type: FieldType, json: Json): Reading {
  switch (type.kind) {
    case 'boolean':
      return readBoolean(json);
    case 'int2':
    case 'int4':
    case 'int8':
      return readWhole(type.kind, json);
    case 'numeric':
      return readNumeric(type, json);
    case 'float4':
    case 'float8':
      return readFloat(type.kind, json);
    case 'text':
    case 'xml':
    case 'other':
      return readText(json);
    case 'varchar':
    case 'char':
    case 'bit':
    case 'varbit':
      return readSized(type, json);
    case 'json':
    case 'jsonb':
      return readJson(type.kind, json);
    case 'array':
      return readArray(type.of, json);
    default:
      return typeof json === 'string' ? readString(type, json) : problem('is no string');
  }
}

function readString(type: FieldType, text: string): Reading {
  switch (type.kind) {
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return readInstantText(type.kind, text);
    case 'time':
      return readTime(text);
    case 'timetz':
      return readTimetz(text);
    case 'interval':
      return readInterval(text);
    case 'uuid':
      return readUuid(text);
    case 'enum':
      return readEnum(type, text);
    default:
      return readBytes(text);
  }
}

function readJson(kind: 'json' | 'jsonb', json: Json): Reading {
  const text = kind === 'json' ? JSON.stringify(json) : jsonbText(json);
  // Escaped backslashes are taken away first: `\\u0000` is a text of six characters.
  const escapes = text.includes('\\u') ? text.replaceAll('\\\\', '') : '';
  if (kind === 'jsonb' && escapes.includes('\\u0000')) return problem('has a \\u0000 in a text');
  if (/\\ud[89a-f]/.test(escapes)) return problem('has half of a surrogate pair in a text');
  return { text };
}

function readArray(of: FieldType, json: Json): Reading {
  if (!Array.isArray(json)) return problem('is no array');
  const elements = readElements(of, json);
  if (!Array.isArray(elements)) return elements;
  const lengths = lengthsOf(elements);
  if (lengths === undefined || (lengths.length > 1 && lengths.includes(0))) {
    return problem('is an array of arrays that differ in length, or are empty');
  }
  return lengths.length > 6
    ? problem('has more than six dimensions')
    : { text: arrayText(elements) };
}

function readElements(of: FieldType, json: readonly Json[]): Nested[] | { problem: string } {
  // An array in an array of json is one of its elements.
  const mayNest = of.kind !== 'json' && of.kind !== 'jsonb';
  const elements: Nested[] = [];
  for (const [index, one] of json.entries()) {
    const reading = mayNest && Array.isArray(one) ? readElements(of, one) : fromJson(of, one);
    if ('problem' in reading) return { problem: `element ${index + 1} ${reading.problem}` };
    elements.push(Array.isArray(reading) ? reading : reading.text);
  }
  return elements;
}

function toJsonArray(of: FieldType, elements: readonly Nested[]): Json {
  return elements.map((element) =>
    Array.isArray(element) ? toJsonArray(of, element) : toJson(of, element),
  );
}

function isUnchanged(before: Json, after: Json): boolean {
  if (before === after || before === null || typeof before !== 'object') {
    return Object.is(before, after) || (before === 0 && after === 0);
  }
  if (isExactNumber(before)) return isTold(before, after);
  if (after === null || typeof after !== 'object') return false;
  if (Array.isArray(before) !== Array.isArray(after)) return false;
  const names = Object.keys(before);
  if (names.length !== Object.keys(after).length) return false;
  const [one, other] = [before, after] as { [name: string]: Json }[];
  return names.every(
    (name) => Object.hasOwn(other!, name) && isUnchanged(one![name]!, other![name]!),
  );
}

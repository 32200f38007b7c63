import { parseExactly } from '../../../values/exact-json.ts';
import { floatText } from '../../../values/floats.ts';
import { fromJson, toJson } from '../../../values/json.ts';
import { problem, type Reading } from '../../../values/reading.ts';
import { spell } from '../../../values/spelling.ts';
import type { Cell, FieldType, Json } from '../../../values/types.ts';
import { quoted } from './database.ts';
import { fieldTypeOf, type Shape } from './types.ts';

/** An expression whose values are texts, in the lists and structs that they stand in. */
export function expressionOf(shape: Shape, value: string, depth = 0): string {
  const own = `v${depth}`;
  switch (shape.form) {
    case 'list':
      return `list_transform(${value}, lambda ${own}: ${expressionOf(shape.of, own, depth + 1)})`;
    case 'map': {
      const inner = expressionOf(shape.of, `${own}.value`, depth + 1);
      const entry = `struct_pack(key := ${own}.key::varchar, value := ${inner})`;
      return `list_transform(map_entries(${value}), lambda ${own}: ${entry})`;
    }
    case 'struct': {
      const members = shape.members.map(({ name, shape: inner }) => {
        return `${quoted(name)} := ${expressionOf(inner, `${value}.${quoted(name)}`, depth)}`;
      });
      return `case when ${value} is not null then struct_pack(${members.join(', ')}) end`;
    }
    default:
      return textOf(shape.type, value);
  }
}

function textOf({ kind }: FieldType, value: string): string {
  if (kind === 'boolean') return `case when ${value} then 't' when not ${value} then 'f' end`;
  // The first of a text may be a byte order mark, which is lost on its way from DuckDB.
  if (kind === 'text') return `'=' || ${value}`;
  if (kind === 'bytea') return `'\\x' || lower(hex(${value}))`;
  return `${value}::varchar`;
}

/** The cell of what such an expression gave, for a field of another type too. */
export function cellOf(shape: Shape, value: unknown, wanted: FieldType): Reading {
  if (value === null) return { text: null };
  const own = fieldTypeOf(shape);
  const isSame = own.kind === wanted.kind && spell(own) === spell(wanted);
  if (shape.form === 'one') {
    const read = readScalar(shape.type, value as string);
    if (isSame || 'problem' in read) return read;
    return fromJson(wanted, toJson(own, read.text));
  }
  const json = jsonOf(shape, value);
  return 'problem' in json ? json : fromJson(wanted, json.json);
}

function jsonOf(shape: Shape, value: unknown): { json: Json } | { problem: string } {
  if (value === null || value === undefined) return { json: null };
  if (shape.form === 'one') {
    const read = readScalar(shape.type, value as string);
    return 'problem' in read ? read : { json: plainJson(shape.type, read.text) };
  }
  if (shape.form === 'struct') {
    const { entries } = value as { entries: Record<string, unknown> };
    return membersOf(shape.members.map(({ name, shape: of }) => [name, jsonOf(of, entries[name])]));
  }
  const { items } = value as { items: readonly unknown[] };
  if (shape.form === 'map') {
    const all = items.map((item) => (item as { entries: { key: string; value: unknown } }).entries);
    return membersOf(all.map(({ key, value: one }) => [key, jsonOf(shape.of, one)]));
  }
  const json: Json[] = [];
  for (const item of items) {
    const read = jsonOf(shape.of, item);
    if ('problem' in read) return read;
    json.push(read.json);
  }
  return { json };
}

type Member = [string, { json: Json } | { problem: string }];

function membersOf(members: readonly Member[]): { json: Json } | { problem: string } {
  const json: [string, Json][] = [];
  for (const [name, read] of members) {
    if ('problem' in read) return read;
    json.push([name, read.json]);
  }
  return { json: Object.fromEntries(json) };
}

/** In JSON that was no JSON, numbers are numbers. */
function plainJson(type: FieldType, text: Cell): Json {
  const isNumber = type.kind === 'int8' || type.kind === 'numeric';
  return isNumber && text !== null ? parseExactly(text) : toJson(type, text);
}

const infinities: Readonly<Record<string, string>> = { inf: 'Infinity', '-inf': '-Infinity' };

function readScalar(type: FieldType, text: string): Reading {
  switch (type.kind) {
    case 'text':
      return { text: text.slice(1) };
    case 'float4':
    case 'float8':
      return { text: floatText(type.kind, Number(infinities[text] ?? text)) };
    case 'jsonb':
      return text === 'null' ? { text } : fromJson(type, parseExactly(text));
    case 'interval':
      return fromJson(type, text);
    case 'date':
    case 'time':
    case 'timetz':
    case 'timestamp':
    case 'timestamptz':
      return readMoment(text);
    default:
      return { text };
  }
}

/** DuckDB says `(BC)` behind the date, and knows nanoseconds. */
function readMoment(text: string): Reading {
  const plain = text.replace(/^(\S+) \(BC\)(.*)$/, '$1$2 BC').replace(/(\.\d*?)0+(?!\d)/, '$1');
  const short = plain.replace(/\.(?!\d)/, '');
  return /\.\d{7}/.test(short) ? problem('has nanoseconds') : { text: short };
}

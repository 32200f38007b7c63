import { readExactly } from '../../values/exact-json.ts';
import { fromJson } from '../../values/json.ts';
import type { Cell, FieldType, Json, Row } from '../../values/types.ts';
import type { SalesforceField } from './fields.ts';

export type RowProblem = { readonly field: string; readonly reason: string };
export type Read = { readonly row: Row; readonly problem?: RowProblem };

/** The cells of a record of the REST API, and the first of them that does not fit its type. */
export function rowOf(record: Json, fields: readonly SalesforceField[]): Read {
  return readRow(fields, ({ name }) => {
    return name.includes('.') ? name.split('.').reduce(memberOf, record) : memberOf(record, name);
  });
}

/** The same of a line of CSV, in which what is null is empty. */
export function rowOfLine(line: readonly string[], fields: readonly SalesforceField[]): Read {
  return readRow(fields, (field, place) => {
    const text = line[place] ?? '';
    if (text === '') return null;
    return field.type.kind === 'numeric' ? (readExactly(text) ?? text) : text;
  });
}

function readRow(
  fields: readonly SalesforceField[],
  valueAt: (field: SalesforceField, place: number) => Json,
): Read {
  const row: Cell[] = [];
  let problem: RowProblem | undefined;
  for (let place = 0; place < fields.length; place += 1) {
    const field = fields[place] as SalesforceField;
    const reading = fromJson(field.type, plain(field.type, valueAt(field, place)));
    row.push('text' in reading ? reading.text : null);
    if ('text' in reading) continue;
    problem ??= { field: field.name, reason: `The field "${field.name}" ${reading.problem}.` };
  }
  return { row, ...(problem ? { problem } : {}) };
}

/** A time of day is said to be in UTC, and is in no zone. */
function plain({ kind }: FieldType, value: Json): Json {
  return kind === 'time' && typeof value === 'string' ? value.replace(/Z$/, '') : value;
}

function memberOf(json: Json, name: string): Json {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return null;
  return Object.hasOwn(json, name) ? (json[name] ?? null) : null;
}

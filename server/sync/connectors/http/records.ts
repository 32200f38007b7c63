import { inferType } from '../../values/infer.ts';
import { fromJson } from '../../values/json.ts';
import type { Cell, Json, Row } from '../../values/types.ts';
import type { Field } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { HttpObject } from './config.ts';
import { at } from './paths.ts';
import { typeOf } from './types.ts';

const recordsMax = 100_000;
const fieldsMax = 1_600;

export type HttpRecord = { readonly [name: string]: Json };
export type RowProblem = { readonly field: string; readonly reason: string };

/** The records of a page. @throws ConnectorError when it cannot be told where they stand */
export function recordsIn(body: Json | undefined, { name, records }: HttpObject): HttpRecord[] {
  const found = records === undefined ? onlyArray(body, name) : at(body, records);
  // Many leave out what is empty.
  if (found === undefined || found === null) return [];
  const list = Array.isArray(found) ? found : [found];
  if (list.length > recordsMax) {
    const message = `A page of "${name}" has more than ${recordsMax} records: ask for smaller ones.`;
    throw new ConnectorError('configuration', message);
  }
  return list.map((one) => (isRecord(one) ? one : { value: one }));
}

function onlyArray(body: Json | undefined, name: string): Json | undefined {
  if (body === undefined || body === null || Array.isArray(body)) return body;
  const arrays = isRecord(body)
    ? Object.entries(body).filter(([, value]) => Array.isArray(value))
    : [];
  if (arrays.length === 1) return arrays[0]?.[1];
  const found = arrays.length === 0 ? 'no array' : arrays.map(([member]) => member).join(', ');
  throw new ConnectorError(
    'configuration',
    `The records of "${name}" must be named with \`records\`: its answer has ${found}.`,
  );
}

/** The fields as configured, else as the records show them. */
export function fieldsOf({ name, fields }: HttpObject, records: readonly HttpRecord[]): Field[] {
  if (fields) {
    return Object.entries(fields).map(([field, type]) => ({
      ...plainField(field),
      type: typeOf(field, type),
      nativeType: type,
    }));
  }
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  if (names.size > fieldsMax) {
    const message = `"${name}" has more than ${fieldsMax} fields: name those that are wanted.`;
    throw new ConnectorError('configuration', message);
  }
  return [...names].map((field) => {
    const type = inferType(records.map((record) => memberOf(record, field)));
    return { ...plainField(field), type, nativeType: type.kind, isLoose: true as const };
  });
}

/** The cells of a record, and the first of them that does not fit its type. */
export function rowOf(
  record: HttpRecord,
  fields: readonly Field[],
): { row: Row; problem?: RowProblem } {
  const row: Cell[] = [];
  let problem: RowProblem | undefined;
  for (const { name, type } of fields) {
    const reading = fromJson(type, memberOf(record, name));
    row.push('text' in reading ? reading.text : null);
    if ('text' in reading) continue;
    problem ??= { field: name, reason: `The field "${name}" ${reading.problem}.` };
  }
  return { row, ...(problem ? { problem } : {}) };
}

function plainField(name: string) {
  return { name, isNullable: true, isWritable: true };
}

function memberOf(record: HttpRecord, name: string): Json {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}

function isRecord(value: Json): value is { [name: string]: Json } {
  return (
    value !== null && typeof value === 'object' && !Array.isArray(value) && !JSON.isRawJSON(value)
  );
}

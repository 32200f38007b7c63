import { matchName } from '../../conventions/names.ts';
import { fromJson, toJson } from '../../values/json.ts';
import type { Cell, Json, Row } from '../../values/types.ts';
import type { Field } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Version } from './config.ts';
import type { SapField } from './fields.ts';
import type { SapObject } from './metadata.ts';
import { jsonOf, literalOf } from './values.ts';

type Members = { readonly [name: string]: Json };

/** A record as a service takes it. */
export type Input = {
  /** All of it, for a new one. */
  readonly record: Members;
  /** What is not its key. */
  readonly changes: Members;
  /** `(BusinessPartner='1',AddressID='2')`, as it stands in an address. */
  readonly predicate: string;
  readonly id: string | undefined;
};

export type Encoding = {
  readonly version: Version;
  readonly path: string;
  readonly keys: readonly SapField[];
  readonly names: readonly string[];
  readonly columns: readonly { readonly from: Field; readonly to: SapField; place: number }[];
  /** What SAP computes itself. */
  readonly skipped: readonly string[];
};

type Refused = { readonly refused: { readonly error: string; readonly field: string } };

/** @throws ConnectorError that names what SAP does not have, or does not find records by */
export function encodingOf(
  object: SapObject,
  version: Version,
  { fields, key }: { fields: readonly Field[]; key: readonly string[] | undefined },
): Encoding {
  const names = object.fields.map(({ name }) => name);
  const found = fields.map(({ name }) => {
    return object.fields.find((one) => one.name === matchName(names, name));
  });
  const unknown = fields.filter((_, at) => !found[at]).map(({ name }) => `"${name}"`);
  if (unknown.length > 0) {
    const message = `SAP's ${object.name} have no property ${unknown.join(', ')}: map the field to another.`;
    throw new ConnectorError('request', message, { field: 'field_mappings' });
  }
  requireKey(object, key);
  const columns = fields.map((from, place) => ({ from, to: found[place] as SapField, place }));
  return {
    ...{ version, names },
    path: encodeURIComponent(object.name),
    keys: object.key.flatMap((name) => object.fields.filter((one) => one.name === name)),
    columns: columns.filter(({ to }) => to.isWritable),
    skipped: columns.filter(({ to }) => !to.isWritable).map(({ from }) => from.name),
  };
}

export function encode(
  { version, keys, columns }: Encoding,
  row: Row,
  operation: string,
): { readonly input: Input } | Refused {
  const record: Record<string, Json> = {};
  const changes: Record<string, Json> = {};
  const cells = new Map<SapField, Cell>();
  for (const { from, to, place } of columns) {
    const cell = row[place] ?? null;
    const isKey = keys.includes(to);
    // A new record may be given its number by the service.
    if (isKey && cell === null && operation === 'insert') continue;
    const said = jsonOf(to, version, from.type, cell);
    if ('problem' in said) return refused(from.name, said.problem);
    record[to.name] = said.json;
    if (!isKey) changes[to.name] = said.json;
    else cells.set(to, cellFor(from, to, cell));
  }
  const found = keys.map((field) => cells.get(field) ?? null);
  const predicate = predicateOf(keys, version, found);
  if (!predicate && operation !== 'insert') {
    const absent = keys.find((_, at) => found[at] === null)?.name ?? keys[0]?.name ?? '';
    return refused(absent, 'is empty, and records are found again by it');
  }
  return { input: { record, changes, predicate: predicate?.text ?? '', id: predicate?.id } };
}

/** The key of a record in an address, and as it is shown; nothing where a part of it is missing. */
export function predicateOf(
  keys: readonly SapField[],
  version: Version,
  cells: Row,
): { text: string; id: string } | undefined {
  const literals = keys.map((field, at) => {
    const cell = cells[at] ?? null;
    return cell === null ? undefined : literalOf(field, version, cell);
  });
  if (literals.length === 0 || literals.includes(undefined)) return undefined;
  const [only] = cells;
  if (keys.length === 1) return { text: `(${escaped(literals[0])})`, id: only ?? '' };
  const pairs = keys.map(({ name }, at) => `${name}=${literals[at]}`);
  const text = keys.map(({ name }, at) => `${name}=${escaped(literals[at])}`).join(',');
  return { text: `(${text})`, id: pairs.join(',') };
}

/** A quote need not be escaped in an address, but may stand for the end of one in a log. */
function escaped(literal: string | undefined): string {
  return encodeURIComponent(literal ?? '');
}

function cellFor({ type }: Field, to: SapField, cell: Cell): Cell {
  const json = toJson(type, cell);
  const read = fromJson(to.type, typeof json === 'number' ? String(json) : json);
  return 'text' in read ? read.text : null;
}

function requireKey({ name, key: own }: SapObject, key: readonly string[] | undefined): void {
  if (key === undefined) return;
  const found = key.map((one) => matchName(own, one));
  const isWhole = own.length > 0 && own.every((one) => found.includes(one));
  if (isWhole && key.length === own.length) return;
  const message = `SAP finds ${name} again by ${own.join(' and ') || 'nothing'}; not by ${key.join(', ')}.`;
  throw new ConnectorError('request', message, { field: 'key' });
}

function refused(field: string, problem: string): Refused {
  return { refused: { error: `The field "${field}" ${problem}.`, field } };
}

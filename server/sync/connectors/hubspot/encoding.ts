import { matchName } from '../../conventions/names.ts';
import type { Row } from '../../values/types.ts';
import type { Field } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { isByDomain, type RecordType } from './objects.ts';
import type { Encoded } from './sending.ts';
import { idField, type PropertyField, writtenValue } from './types.ts';

/** A record as HubSpot takes it. */
export type Input = {
  readonly id?: string;
  readonly idProperty?: string;
  readonly properties: Readonly<Record<string, string>>;
};

/** Which fields of a row are written to which properties. */
export type Encoding = {
  /** Undefined for what is new. */
  readonly key: PropertyField | undefined;
  readonly columns: readonly { readonly from: Field; readonly property: PropertyField }[];
  /** What HubSpot computes itself. */
  readonly skipped: readonly string[];
};

/** @throws ConnectorError that names what HubSpot does not have */
export function encodingOf(
  type: RecordType,
  own: readonly PropertyField[],
  { fields, key }: { fields: readonly Field[]; key: readonly string[] | undefined },
): Encoding {
  const names = own.map(({ name }) => name);
  const found = fields.map(({ name }) => own.find((one) => one.name === matchName(names, name)));
  const unknown = fields.filter((_, at) => !found[at]).map(({ name }) => `"${name}"`);
  if (unknown.length > 0) {
    const message = `HubSpot's ${type.name} have no property ${unknown.join(', ')}: make it there, or map the field to another.`;
    throw new ConnectorError('request', message, { field: 'field_mappings' });
  }
  const columns = fields.map((from, at) => ({ from, property: found[at] as PropertyField }));
  const keyed = key && keyOf(type, own, key);
  const isComputed = ({ property }: (typeof columns)[number]) =>
    !property.isWritable && property !== keyed;
  return {
    key: keyed,
    columns: columns.filter((column) => !isComputed(column)),
    skipped: columns.filter(isComputed).map(({ from }) => from.name),
  };
}

export function encode(
  { key, columns }: Encoding,
  row: Row,
  places: readonly number[],
): Encoded<Input> {
  const properties: Record<string, string> = {};
  let id: string | undefined;
  for (const [at, { from, property }] of columns.entries()) {
    const reading = writtenValue(property, from.type, row[places[at] as number] ?? null);
    if ('problem' in reading || reading.text === null) {
      const problem = 'problem' in reading ? reading.problem : 'holds nothing';
      const error = `The field "${from.name}" ${problem}.`;
      return { refused: { error, field: from.name } };
    }
    if (property === key) id = reading.text;
    else properties[property.name] = reading.text;
  }
  if (!key) return { input: { properties } };
  if (id === undefined || id === '') {
    const error = `The field "${key.name}", by which records are found again, is empty.`;
    return { refused: { error, field: key.name } };
  }
  const by = key.name === idField ? {} : { idProperty: key.name };
  return { input: { id, ...by, properties } };
}

/** @throws ConnectorError when HubSpot does not find records again by these */
function keyOf(
  type: RecordType,
  own: readonly PropertyField[],
  key: readonly string[],
): PropertyField {
  const names = own.map((one) => one.name);
  const found = own.find((one) => one.name === matchName(names, key[0] ?? ''));
  const isKey = (one: PropertyField) => one.isUnique || isByDomain(type, one.name);
  if (found && isKey(found) && key.length === 1) return found;
  const unique = own.filter(isKey).map((one) => `"${one.name}"`);
  throw new ConnectorError(
    'request',
    `HubSpot finds ${type.name} again by one unique property: ${unique.join(', ')}; not by ${key.join(', ')}.`,
    { field: 'key' },
  );
}

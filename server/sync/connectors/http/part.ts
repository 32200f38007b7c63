import { fromJson } from '../../values/json.ts';
import type { Row } from '../../values/types.ts';
import type { Field, ReadRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import { Cursor } from './cursor.ts';

type Asked = Pick<ReadRequest, 'key' | 'cursorField'> & {
  readonly part: NonNullable<ReadRequest['part']>;
};

/** Whether a record is of the part that is asked for, where a system cannot tell. @throws ConnectorError */
export function partOf(
  { part, key, cursorField }: Asked,
  fields: readonly Field[],
): (row: Row) => boolean {
  if ('keys' in part) {
    const places = pick(fields, key).map((field) => fields.indexOf(field));
    const keys = new Set(part.keys.map((one) => JSON.stringify(one)));
    return (row) => keys.has(JSON.stringify(places.map((place) => row[place])));
  }
  const [field] = pick(fields, [cursorField ?? key[0] ?? '']) as [Field];
  const cursor = new Cursor(field, fields.indexOf(field), 0);
  const from = part.from === undefined ? undefined : cellOf(field, part.from);
  const to = part.to === undefined ? undefined : cellOf(field, part.to);
  return (row) =>
    row[cursor.place] != null &&
    (from === undefined || !cursor.isBefore(row, from)) &&
    (to === undefined || !cursor.isAfter(row, to));
}

/** @throws ConnectorError */
export function cellOf({ name, type }: Field, text: string): string {
  const reading = fromJson(type, text);
  if ('text' in reading && reading.text !== null) return reading.text;
  throw new ConnectorError('request', `"${text}" is no value of the field "${name}".`);
}

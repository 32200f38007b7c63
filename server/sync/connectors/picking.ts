import { matchName } from '../conventions/names.ts';
import type { Row } from '../values/types.ts';
import type { Field } from './connector.ts';
import { ConnectorError } from './failure.ts';

/** The fields of some names. @throws ConnectorError that names the field which is not there */
export function pick<One extends Field>(fields: readonly One[], names: readonly string[]): One[] {
  const known = fields.map(({ name }) => name);
  return names.map((name) => {
    const found = matchName(known, name);
    const field = fields.find((one) => one.name === found);
    if (field) return field;
    throw new ConnectorError('request', `There is no field "${name}".`, { field: 'fields' });
  });
}

/** The cells of a row at some places; a row that has no others is taken as it is. */
export function cellsAt(places: readonly number[]): (row: Row) => Row {
  const isInOrder = places.every((place, at) => place === at);
  return (row) =>
    isInOrder && row.length === places.length ? row : places.map((place) => row[place] ?? null);
}

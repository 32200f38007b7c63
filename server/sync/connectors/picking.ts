import type { Field } from './connector.ts';
import { ConnectorError } from './failure.ts';
import { matchName } from './sql/names.ts';

/** @throws ConnectorError that names the field which is not there */
export function pick(fields: readonly Field[], names: readonly string[]): Field[] {
  const known = fields.map(({ name }) => name);
  return names.map((name) => {
    const found = matchName(known, name);
    const field = fields.find((one) => one.name === found);
    if (field) return field;
    throw new ConnectorError('request', `There is no field "${name}".`, { field: 'fields' });
  });
}

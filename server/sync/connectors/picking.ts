import { matchName } from '../conventions/names.ts';
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

import type { Field } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { matchName } from './names.ts';

/** The fields of some names. @throws ConnectorError */
export function pickFields<One extends Field>(
  fields: readonly One[],
  names: readonly string[],
): One[] {
  const known = fields.map(({ name }) => name);
  return names.map((name) => {
    const found = matchName(known, name);
    const field = fields.find((one) => one.name === found);
    if (field) return field;
    throw new ConnectorError('request', `There is no field "${name}".`, { field: 'fields' });
  });
}

import { Ajv } from 'ajv';
import type { Connector } from '../connectors/connector.ts';

const ajv = new Ajv({ strict: false, validateSchema: false, coerceTypes: true });

/**
 * What was written on a command line, as a provider takes it: what its schema says is a number or a
 * boolean was written as text. What does not fit stays, and is refused by the rules.
 */
export function typed(
  connector: Connector,
  member: 'config' | 'credentials',
  given: Record<string, unknown>,
): Record<string, unknown> {
  const copy = structuredClone(given);
  return ajv.compile(connector[member])(copy) ? copy : given;
}

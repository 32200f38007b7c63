import { Ajv } from 'ajv';
import { validatorCompiler } from '../../runtime/http/validation.ts';
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

/**
 * What was given on a command line or in a file fits the body of a request.
 * @throws AppError 400 that names each member
 */
export function requireFitting(schema: object, given: unknown): void {
  const check = validatorCompiler({ schema, method: 'POST', url: '', httpPart: 'body' });
  const { error } = check(given) as { error?: Error };
  if (error) throw error;
}

import { readType } from '../../values/spelling.ts';
import type { FieldType } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';

/** The type that a configuration names. @throws ConnectorError */
export function typeNamed(column: string, text: string): FieldType {
  const type = readType(text);
  if (type) return type;
  throw new ConnectorError('configuration', `${text} is no type that ${column} can have.`);
}

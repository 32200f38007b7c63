import { readType } from '../../values/spelling.ts';
import type { FieldType } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';

/** A type as a person writes it. @throws ConnectorError that names the field */
export function typeOf(field: string, text: string): FieldType {
  const type = readType(text);
  if (type) return type;
  const message = `The field "${field}" has a type that is not known: "${text}".`;
  throw new ConnectorError('configuration', message);
}

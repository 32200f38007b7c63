import type { FieldType } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';

const names: Readonly<Record<string, string>> = {
  bool: 'boolean',
  smallint: 'int2',
  integer: 'int4',
  int: 'int4',
  bigint: 'int8',
  real: 'float4',
  'double precision': 'float8',
  number: 'numeric',
  decimal: 'numeric',
  string: 'text',
  'character varying': 'varchar',
  character: 'char',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  datetime: 'timestamptz',
};
const plain = new Set(
  `boolean int2 int4 int8 float4 float8 numeric text varchar char bytea date time timetz timestamp
   timestamptz interval uuid json jsonb xml`.split(/\s+/),
);

/** A type as a person writes it. @throws ConnectorError that names the field */
export function typeOf(field: string, text: string): FieldType {
  const written = text.trim().toLowerCase();
  if (written.endsWith('[]')) return { kind: 'array', of: typeOf(field, written.slice(0, -2)) };
  const [, name = '', first, second] =
    /^([a-z0-9 ]+?)\s*(?:\(\s*(\d{1,8})\s*(?:,\s*(\d{1,4})\s*)?\))?$/.exec(written) ?? [];
  const kind = names[name] ?? name;
  if (!plain.has(kind)) {
    const message = `The field "${field}" has a type that is not known: "${text}".`;
    throw new ConnectorError('configuration', message);
  }
  if (first === undefined) return { kind } as FieldType;
  if (kind === 'numeric') return { kind, precision: Number(first), scale: Number(second ?? 0) };
  return { kind, length: Number(first) } as FieldType;
}

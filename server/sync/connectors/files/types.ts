import { spell } from '../../values/spelling.ts';
import type { FieldType } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';

const kinds = (
  'boolean int2 int4 int8 float4 float8 text bytea date time timetz timestamp timestamptz ' +
  'interval uuid json jsonb xml numeric varchar char bit varbit'
).split(' ') as Exclude<FieldType['kind'], 'array' | 'enum' | 'other'>[];

const named = new Map<string, FieldType['kind']>([
  ...kinds.flatMap((kind) => [
    [kind, kind] as const,
    [spell({ kind } as FieldType), kind] as const,
  ]),
  ['bool', 'boolean'],
  ['int', 'int4'],
  ['float', 'float8'],
  ['double', 'float8'],
  ['decimal', 'numeric'],
  ['string', 'text'],
]);

/** The type that a configuration names, in the words of PostgreSQL. @throws ConnectorError */
export function typeNamed(column: string, text: string): FieldType {
  const [, name = '', first, second, array] =
    /^([a-z][a-z\d ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*(\[\])?$/i.exec(text.trim()) ??
    [];
  const kind = named.get(name.toLowerCase());
  if (kind === undefined) {
    throw new ConnectorError('configuration', `${text} is no type that ${column} can have.`);
  }
  const type = sized(kind, first, second);
  return array === undefined ? type : { kind: 'array', of: type };
}

function sized(kind: FieldType['kind'], first?: string, second?: string): FieldType {
  if (first === undefined) return { kind } as FieldType;
  if (kind === 'numeric') return { kind, precision: Number(first), scale: Number(second ?? 0) };
  return { kind, length: Number(first) } as FieldType;
}

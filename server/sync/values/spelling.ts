import type { FieldType } from './types.ts';

const plain: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
  varchar: 'character varying',
  char: 'character',
  varbit: 'bit varying',
};

/** A type in the words of PostgreSQL: `numeric(10,2)`, `character varying(40)`, `uuid[]`. */
export function spell(type: FieldType): string {
  switch (type.kind) {
    case 'array':
      return `${spell(type.of)}[]`;
    case 'enum':
    case 'other':
      return type.name;
    case 'numeric':
      if (type.precision === undefined) return 'numeric';
      return `numeric(${type.precision},${type.scale ?? 0})`;
    case 'varchar':
    case 'char':
    case 'bit':
    case 'varbit': {
      const name = plain[type.kind] ?? type.kind;
      return type.length === undefined ? name : `${name}(${type.length})`;
    }
    default:
      return plain[type.kind] ?? type.kind;
  }
}

const kinds = (
  'boolean int2 int4 int8 float4 float8 text bytea date time timetz timestamp timestamptz ' +
  'interval uuid json jsonb xml numeric varchar char bit varbit'
).split(' ');

/** What people call them, too. */
const others: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int: 'int4',
  float: 'float8',
  double: 'float8',
  number: 'numeric',
  decimal: 'numeric',
  string: 'text',
  datetime: 'timestamptz',
};

const named: ReadonlyMap<string, string> = new Map([
  ...kinds.map((kind) => [kind, kind] as const),
  ...Object.entries(plain).map(([kind, name]) => [name, kind] as const),
  ...Object.entries(others),
]);

/** The type that a person has written, in the words of PostgreSQL or in others; undefined for none. */
export function readType(text: string): FieldType | undefined {
  const written = text.trim().toLowerCase();
  if (written.endsWith('[]')) {
    const of = readType(written.slice(0, -2));
    return of && { kind: 'array', of };
  }
  const [, name = '', first, second] =
    /^([a-z][a-z0-9 ]*?)\s*(?:\(\s*(\d{1,8})\s*(?:,\s*(\d{1,4})\s*)?\))?$/.exec(written) ?? [];
  const kind = named.get(name);
  if (kind === undefined) return undefined;
  if (first === undefined) return { kind } as FieldType;
  if (kind === 'numeric') return { kind, precision: Number(first), scale: Number(second ?? 0) };
  return { kind, length: Number(first) } as FieldType;
}

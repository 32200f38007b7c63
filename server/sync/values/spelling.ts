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

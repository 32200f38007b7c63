import type { FieldType } from '../../values/types.ts';

/** What SQLite makes of values on their way into a column. */
export type Affinity = 'integer' | 'real' | 'numeric' | 'text' | 'none';

// https://www.sqlite.org/datatype3.html, 3.1
export function affinityOf(declared: string): Affinity {
  const type = declared.toUpperCase();
  if (type.includes('INT')) return 'integer';
  if (/CHAR|CLOB|TEXT/.test(type)) return 'text';
  if (type === '' || type.includes('BLOB')) return 'none';
  return /REAL|FLOA|DOUB/.test(type) ? 'real' : 'numeric';
}

type Kind = Exclude<FieldType['kind'], 'array' | 'enum' | 'other'>;

const kinds: Readonly<Record<string, Kind>> = {
  BOOL: 'boolean',
  BOOLEAN: 'boolean',
  DATE: 'date',
  DATETIME: 'timestamp',
  TIMESTAMP: 'timestamp',
  TIMESTAMPTZ: 'timestamptz',
  TIME: 'time',
  TIMETZ: 'timetz',
  UUID: 'uuid',
  JSON: 'json',
  JSONB: 'jsonb',
  XML: 'xml',
  DURATION: 'interval',
};

/** SQLite holds nobody to a length or to digits, so that no type here has them. */
export function fieldTypeOf(declared: string): FieldType {
  const word = declared
    .toUpperCase()
    .replace(/\(.*/s, '')
    .replace(/ TEXT$/, '')
    .trim();
  const kind = kinds[word];
  if (kind !== undefined) return { kind } as FieldType;
  if (/^(DEC|NUM)/.test(word)) return { kind: 'numeric' };
  const affinity = affinityOf(declared);
  if (affinity === 'integer') return { kind: 'int8' };
  if (affinity === 'real') return { kind: 'float8' };
  if (affinity === 'numeric') return { kind: 'numeric' };
  return { kind: declared.toUpperCase().includes('BLOB') ? 'bytea' : 'text' };
}

/** TEXT in a name keeps SQLite from making a number of the value, which would lose digits. */
const declarations: Partial<Record<FieldType['kind'], string>> = {
  boolean: 'BOOLEAN',
  int2: 'SMALLINT',
  int4: 'INT',
  int8: 'BIGINT',
  float4: 'REAL',
  float8: 'DOUBLE',
  numeric: 'DECIMAL TEXT',
  bytea: 'BLOB',
  date: 'DATE',
  time: 'TIME',
  timetz: 'TIMETZ',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMPTZ',
  interval: 'DURATION TEXT',
  uuid: 'UUID TEXT',
  json: 'JSON TEXT',
  jsonb: 'JSONB TEXT',
  xml: 'XML TEXT',
};

export function declare(type: FieldType): string {
  return declarations[type.kind] ?? 'TEXT';
}

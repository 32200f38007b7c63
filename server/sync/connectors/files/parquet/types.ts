import type {
  DuckDBArrayType,
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  DuckDBType,
} from '@duckdb/node-api';
import type { FieldType } from '../../../values/types.ts';

const plain: Readonly<Record<string, FieldType['kind']>> = {
  BOOLEAN: 'boolean',
  TINYINT: 'int2',
  UTINYINT: 'int2',
  SMALLINT: 'int2',
  USMALLINT: 'int4',
  INTEGER: 'int4',
  UINTEGER: 'int8',
  BIGINT: 'int8',
  UBIGINT: 'numeric',
  HUGEINT: 'numeric',
  UHUGEINT: 'numeric',
  FLOAT: 'float4',
  DOUBLE: 'float8',
  DATE: 'date',
  TIME: 'time',
  TIME_NS: 'time',
  'TIME WITH TIME ZONE': 'timetz',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  TIMESTAMP_NS: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  INTERVAL: 'interval',
  UUID: 'uuid',
  BLOB: 'bytea',
};

/** A type of DuckDB, taken apart. */
export type Shape =
  | { readonly form: 'one'; readonly name: string; readonly type: FieldType }
  | { readonly form: 'list'; readonly of: Shape }
  | { readonly form: 'map'; readonly of: Shape }
  | { readonly form: 'struct'; readonly members: readonly { name: string; shape: Shape }[] };

export function shapeOf(type: DuckDBType): Shape {
  const name = String(type);
  if (/\[\d*\]$/.test(name)) {
    return { form: 'list', of: shapeOf((type as DuckDBListType | DuckDBArrayType).valueType) };
  }
  if (name.startsWith('MAP(')) {
    return { form: 'map', of: shapeOf((type as DuckDBMapType).valueType) };
  }
  if (name.startsWith('STRUCT(')) {
    const { entryNames, entryTypes } = type as DuckDBStructType;
    const members = entryNames.map((own, at) => ({
      name: own,
      shape: shapeOf(entryTypes[at] as DuckDBType),
    }));
    return { form: 'struct', members };
  }
  return { form: 'one', name, type: scalarOf(type, name) };
}

/** The type of a field: lists of what is no list are arrays, what is deeper is JSON. */
export function fieldTypeOf(shape: Shape): FieldType {
  if (shape.form === 'one') return shape.type;
  if (shape.form === 'list' && shape.of.form === 'one') return { kind: 'array', of: shape.of.type };
  return { kind: 'jsonb' };
}

function scalarOf(type: DuckDBType, name: string): FieldType {
  if (name.startsWith('DECIMAL')) {
    const { width, scale } = type as DuckDBDecimalType;
    return { kind: 'numeric', precision: width, scale };
  }
  if (type.alias === 'JSON') return { kind: 'jsonb' };
  return { kind: plain[name] ?? 'text' } as FieldType;
}

const declared: Partial<Record<FieldType['kind'], string>> = {
  boolean: 'BOOLEAN',
  int2: 'SMALLINT',
  int4: 'INTEGER',
  int8: 'BIGINT',
  float4: 'FLOAT',
  float8: 'DOUBLE',
  date: 'DATE',
  time: 'TIME',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMP WITH TIME ZONE',
  uuid: 'UUID',
  bytea: 'BLOB',
  jsonb: 'JSON',
};

/**
 * The type of DuckDB that holds all values of a field, or nearly: the rest is text. An interval of Parquet
 * has no microseconds, and its times with a zone have none.
 */
export function declare(type: FieldType): string {
  if (type.kind === 'array') return `${declare(type.of)}[]`;
  if (type.kind === 'numeric') {
    const { precision = 0, scale = 0 } = type;
    const isHeld = precision > 0 && precision <= 38 && scale >= 0 && scale <= precision;
    return isHeld ? `DECIMAL(${precision},${scale})` : 'VARCHAR';
  }
  return declared[type.kind] ?? 'VARCHAR';
}

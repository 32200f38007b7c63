/** What a field holds, by the names of PostgreSQL; what it has no name for is `other`, a text in all forms. */
export type FieldType =
  | {
      kind:
        | 'boolean'
        | 'int2'
        | 'int4'
        | 'int8'
        | 'float4'
        | 'float8'
        | 'text'
        | 'bytea'
        | 'date'
        | 'time'
        | 'timetz'
        | 'timestamp'
        | 'timestamptz'
        | 'interval'
        | 'uuid'
        | 'json'
        | 'jsonb'
        | 'xml';
    }
  | { kind: 'numeric'; precision?: number; scale?: number }
  | { kind: 'varchar' | 'char' | 'bit' | 'varbit'; length?: number }
  | { kind: 'array'; of: FieldType }
  | { kind: 'enum'; name: string; values: string[] }
  | { kind: 'other'; name: string };

/** A value as PostgreSQL writes it under pinned settings (ISO dates, UTC, bytea in hex), or NULL. */
export type Cell = string | null;

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What a field holds; the names are those of PostgreSQL. */
export type FieldType =
  | {
      readonly kind:
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
  | { readonly kind: 'numeric'; readonly precision?: number; readonly scale?: number }
  | { readonly kind: 'varchar' | 'char' | 'bit' | 'varbit'; readonly length?: number }
  | { readonly kind: 'array'; readonly of: FieldType }
  | { readonly kind: 'enum'; readonly name: string; readonly values: readonly string[] }
  /** Ranges, geometry, money and others: text, whatever it says. */
  | { readonly kind: 'other'; readonly name: string };

/**
 * How a value travels: as PostgreSQL writes it with DateStyle ISO, TimeZone UTC, IntervalStyle
 * postgres, extra_float_digits 1, bytea as hex; null is SQL's. Nothing goes through a floating-point
 * number or a Date on its way.
 */
export type Cell = string | null;

export type Row = readonly Cell[];

/** How a value looks in answers, previews, filters and transforms. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

import type { FieldType } from '../../values/types.ts';
import type { Field } from '../connector.ts';

/** A type as the catalogue tells it. */
export type Native = {
  /** As `NUMBER`, `TEXT` or `TIMESTAMP_NTZ`. */
  readonly word: string;
  readonly length: number | undefined;
  readonly precision: number | undefined;
  /** Digits behind the point: of a number, or of the seconds of a moment. */
  readonly scale: number | undefined;
};

/** https://docs.snowflake.com/en/sql-reference/data-types-text */
const textLengthDefault = 16_777_216;
const numberDigitsMax = 38;
const kinds: Readonly<Record<string, Exclude<FieldType['kind'], 'array' | 'enum' | 'other'>>> = {
  FLOAT: 'float8',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIME: 'time',
  TIMESTAMP_NTZ: 'timestamp',
  TIMESTAMP_LTZ: 'timestamptz',
  TIMESTAMP_TZ: 'timestamptz',
  BINARY: 'bytea',
  VARIANT: 'jsonb',
  OBJECT: 'jsonb',
  ARRAY: 'jsonb',
  MAP: 'jsonb',
};

export function fieldTypeOf({ word, length, precision = 38, scale = 0 }: Native): FieldType {
  if (word === 'NUMBER')
    return scale > 0 ? { kind: 'numeric', precision, scale } : whole(precision);
  if (word === 'TEXT') {
    if (length === undefined || length >= textLengthDefault) return { kind: 'text' };
    return { kind: 'varchar', length };
  }
  const kind = kinds[word];
  return kind === undefined ? { kind: 'other', name: word.toLowerCase() } : ({ kind } as FieldType);
}

function whole(precision: number): FieldType {
  if (precision > 18) return { kind: 'numeric', precision, scale: 0 };
  if (precision > 9) return { kind: 'int8' };
  return { kind: precision > 4 ? 'int4' : 'int2' };
}

export function nativeText({ word, length, precision, scale }: Native): string {
  if (word === 'NUMBER') return `NUMBER(${precision ?? 38},${scale ?? 0})`;
  if (isTime(word) && scale !== undefined) return `${word}(${scale})`;
  return word === 'TEXT' && length !== undefined ? `VARCHAR(${length})` : word;
}

/** What a column is made as; from a Snowflake it comes as it was there. */
export function declare({ type, nativeType }: Field): string {
  if (/^(TIME\(|TIMESTAMP_|VARIANT$|OBJECT$|ARRAY$)/.test(nativeType)) return nativeType;
  switch (type.kind) {
    case 'boolean':
      return 'BOOLEAN';
    case 'int2':
      return 'NUMBER(5,0)';
    case 'int4':
      return 'NUMBER(10,0)';
    case 'int8':
      return 'NUMBER(19,0)';
    case 'float4':
    case 'float8':
      return 'FLOAT';
    case 'numeric':
      return numberOf(type);
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'timestamp':
      return 'TIMESTAMP_NTZ';
    case 'timestamptz':
      return 'TIMESTAMP_TZ';
    case 'bytea':
      return 'BINARY';
    case 'json':
    case 'jsonb':
      return 'VARIANT';
    case 'varchar':
    case 'char':
      return type.length === undefined ? 'VARCHAR' : `VARCHAR(${type.length})`;
    default:
      return 'VARCHAR';
  }
}

/** Without bounds, or with more digits than there are, a number is kept as it is written. */
function numberOf({ precision, scale = 0 }: FieldType & { kind: 'numeric' }): string {
  if (precision === undefined) return 'VARCHAR';
  const digits = scale < 0 ? precision - scale : Math.max(precision, scale);
  if (digits > numberDigitsMax || scale > numberDigitsMax - 1) return 'VARCHAR';
  return `NUMBER(${digits},${Math.max(scale, 0)})`;
}

/** A declaration as the catalogue would tell it. */
export function parseNative(text: string): Native {
  const [, word = '', first, second] = /^(\w+)(?:\((\d+)(?:,\s*(\d+))?\))?$/.exec(text) ?? [];
  const size = first === undefined ? undefined : Number(first);
  const isNumber = word === 'NUMBER';
  const places = isTime(word) ? (size ?? 9) : undefined;
  return {
    word: word === 'VARCHAR' ? 'TEXT' : word,
    length: isNumber || isTime(word) ? undefined : size,
    precision: isNumber ? (size ?? 38) : undefined,
    scale: isNumber ? Number(second ?? 0) : places,
  };
}

function isTime(word: string): boolean {
  return /^TIME(STAMP_\w+)?$/.test(word);
}

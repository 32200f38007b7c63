import type { FieldType } from '../../values/types.ts';

/** A type as the catalogue knows it, its domain followed to what it is made of. */
export type Catalogued = {
  /** With its modifier: `numeric(10,2)[]`. */
  readonly native: string;
  readonly name: string;
  /** The name of the type of the elements of an array. */
  readonly element: string | null;
  readonly labels: readonly string[] | null;
};

const plain = new Set(
  (
    'boolean int2 int4 int8 float4 float8 text bytea date time timetz timestamp timestamptz ' +
    'interval uuid json jsonb xml'
  ).split(' '),
);
const sized: Readonly<Record<string, 'varchar' | 'char' | 'bit' | 'varbit'>> = {
  varchar: 'varchar',
  bpchar: 'char',
  bit: 'bit',
  varbit: 'varbit',
};

export function fieldTypeOf(type: Catalogued): FieldType {
  if (type.element !== null) {
    const native = type.native.replace(/(\[\])+$/, '');
    return { kind: 'array', of: scalarOf(type.element, native, type.labels) };
  }
  return scalarOf(type.name, type.native, type.labels);
}

function scalarOf(name: string, native: string, labels: readonly string[] | null): FieldType {
  if (labels !== null) return { kind: 'enum', name: native, values: labels };
  if (name === 'bool') return { kind: 'boolean' };
  if (plain.has(name)) return { kind: name } as FieldType;
  const [, first, second] = /\((\d+)(?:,(-?\d+))?\)/.exec(native) ?? [];
  if (name === 'numeric') {
    if (first === undefined) return { kind: 'numeric' };
    return { kind: 'numeric', precision: Number(first), scale: Number(second ?? 0) };
  }
  const kind = sized[name];
  if (kind === undefined) return { kind: 'other', name: native };
  return first === undefined ? { kind } : { kind, length: Number(first) };
}

const spelled: Partial<Record<FieldType['kind'], string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  varbit: 'bit varying',
};

/** How a column of the type is declared; `known` spells the types that only some databases have. */
export function declare(type: FieldType, known: ReadonlyMap<string, string>): string {
  if (type.kind === 'array') return `${declare(type.of, known)}[]`;
  if (type.kind === 'enum' || type.kind === 'other') return known.get(type.name) ?? 'text';
  const word = spelled[type.kind] ?? type.kind;
  if (type.kind === 'numeric') {
    const { precision, scale = 0 } = type;
    return precision === undefined ? word : `${word}(${precision},${scale})`;
  }
  const isSized = type.kind === 'char' || type.kind === 'bit';
  const { length = isSized ? 1 : undefined } = type as { length?: number };
  if (type.kind === 'char' && (type as { length?: number }).length === undefined) return 'bpchar';
  return length === undefined ? word : `${word}(${length})`;
}

/** The names in a type that only some databases have. */
export function rareNames(type: FieldType): string[] {
  if (type.kind === 'array') return rareNames(type.of);
  return type.kind === 'enum' || type.kind === 'other' ? [type.name] : [];
}

const wide: Partial<Record<FieldType['kind'], string>> = {
  numeric: 'numeric',
  int2: 'numeric',
  int4: 'numeric',
  int8: 'numeric',
  float4: 'numeric',
  float8: 'numeric',
  date: 'timestamp',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  time: 'time',
  timetz: 'timetz',
  interval: 'interval',
  varchar: 'text',
};
const ranks = ['int2', 'int4', 'int8'];

/**
 * The type that holds more than a column, where PostgreSQL would round or cut in silence what comes
 * into it from a field of another type; undefined where it takes all, or refuses it aloud.
 */
export function widerThan(
  column: { type: FieldType; native: string },
  field: { type: FieldType; nativeType: string },
): string | undefined {
  if (column.native === field.nativeType) return undefined;
  if (/^time/.test(column.type.kind) && isFiner(field)) return 'text';
  const to = column.type;
  const from = field.type;
  if (from.kind === to.kind && !/\(/.test(column.native)) return undefined;
  if (/^int\d/.test(to.kind)) return undefined;
  // The day would go.
  if (/^time(tz)?$/.test(to.kind) && /^timestamp/.test(from.kind)) return 'text';
  if (to.kind === 'numeric' && to.precision === undefined) return undefined;
  if (to.kind === 'numeric' && ranks.includes(from.kind) && (to.scale ?? 0) >= 0) return undefined;
  if (/^float/.test(to.kind) && from.kind === 'int2') return undefined;
  if (to.kind === 'float8' && (from.kind === 'float4' || from.kind === 'int4')) return undefined;
  if (/^timestamp/.test(to.kind) && from.kind === 'date') return undefined;
  if (!/\(/.test(column.native) && (to.kind === 'varchar' || /^(time|interval)/.test(to.kind))) {
    return undefined;
  }
  return wide[to.kind];
}

/** Whether a field has parts of a second that PostgreSQL would round: as in TIMESTAMP_NTZ(9). */
export function isFiner({ nativeType }: { nativeType: string }): boolean {
  return /^TIME(STAMP_\w+)?\([7-9]\)$/.test(nativeType);
}

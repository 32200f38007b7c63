import { withoutBlanks } from './blanks.ts';
import { compareMoments } from './calendar.ts';
import { compareDecimals, parseDecimal } from './decimal.ts';
import { depthMax, isDeep } from './depth.ts';
import { readExactly } from './exact-json.ts';
import { readClock, readInstant, readZonedClock } from './instants.ts';
import { compareIntervals, parseInterval } from './intervals.ts';
import { jsonbKey } from './jsonb.ts';
import type { FieldType } from './types.ts';

/** How texts of one type compare: each is read once, then compared as often as needed. */
export type Comparison = {
  /** Nothing for a text that is none of the type. */
  read(text: string): unknown;
  compare(one: unknown, other: unknown): number;
  /** Without an order only zero says something: the two are equal. */
  isOrdered: boolean;
};

/** The comparison of a type, as PostgreSQL does it (texts by code point); nothing where it has none. */
export function comparisonOf(type: FieldType): Comparison | undefined {
  switch (type.kind) {
    case 'json':
    case 'xml':
    case 'array':
      return undefined;
    case 'char':
      return { ...byCodePoint, read: withoutBlanks };
    case 'enum':
      return enumComparison(type.values);
    case 'numeric':
      return numericComparison;
    case 'text':
    case 'varchar':
      return byCodePoint;
    case 'other':
      return { ...byUnit, isOrdered: false };
    default:
      return comparisons[type.kind];
  }
}

/** Below, at or above zero; nothing where the type has no order, or a text is none of the type. */
export function compare(type: FieldType, one: string, other: string): number | undefined {
  const comparison = comparisonOf(type);
  if (!comparison?.isOrdered) return undefined;
  const [a, b] = [comparison.read(one), comparison.read(other)];
  return a === undefined || b === undefined ? undefined : comparison.compare(a, b);
}

function ordered<T>(read: (text: string) => T | undefined, order: (a: T, b: T) => number) {
  return { read, compare: order as Comparison['compare'], isOrdered: true };
}

const byUnit = ordered((text) => text, compareUnits);
const byCodePoint = ordered((text) => text, compareCodePoints);
const numericComparison = ordered(parseDecimal, compareDecimals);
const wholeComparison = ordered(
  (text) => (/^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined),
  (a, b) => (a === b ? 0 : a < b ? -1 : 1),
);
const numberComparison = ordered(readNumber, compareFloats);

const comparisons = {
  boolean: byUnit,
  int2: numberComparison,
  int4: numberComparison,
  int8: wholeComparison,
  float4: numberComparison,
  float8: numberComparison,
  bytea: byUnit,
  bit: byUnit,
  varbit: byUnit,
  uuid: byUnit,
  date: ordered((text) => valid(readInstant('date', text)), compareMoments),
  timestamp: ordered((text) => valid(readInstant('timestamp', text)), compareMoments),
  timestamptz: ordered((text) => valid(readInstant('timestamptz', text)), compareMoments),
  time: ordered((text) => valid(readClock(text)), compareFloats),
  timetz: ordered((text) => valid(readZonedClock(text)), compareZonedClocks),
  interval: ordered(parseInterval, compareIntervals),
  jsonb: { ...byUnit, read: readJsonb, isOrdered: false },
} satisfies Record<string, Comparison>;

function readNumber(text: string): number | undefined {
  const value = Number(text);
  return (Number.isNaN(value) && text !== 'NaN') || text === '' ? undefined : value;
}

function readJsonb(text: string): string | undefined {
  const json = readExactly(text);
  if (json === undefined || isDeep(json, depthMax)) return undefined;
  return jsonbKey(json);
}

function enumComparison(values: readonly string[]): Comparison {
  const places = new Map(values.map((value, index) => [value, index]));
  return ordered((text) => places.get(text), compareFloats);
}

function compareUnits(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** JavaScript compares halves of surrogate pairs, which sorts an emoji before U+FFFD. */
function compareCodePoints(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const [a, b] = [one.charCodeAt(index), other.charCodeAt(index)];
    if (a !== b) return weightOf(a) - weightOf(b);
  }
  return one.length - other.length;
}

function weightOf(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** As PostgreSQL: NaN equals itself and is above infinity. */
function compareFloats(one: number, other: number): number {
  if (one === other) return 0;
  if (Number.isNaN(one) || Number.isNaN(other)) {
    return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
  }
  return one < other ? -1 : 1;
}

type ZonedClock = { micros: number; east: number };

/** By the moment, then by the zone: of two that are one moment, the western is the later. */
function compareZonedClocks(one: ZonedClock, other: ZonedClock): number {
  const [a, b] = [one, other].map(({ micros, east }) => micros - east * 1_000_000);
  return a! - b! || other.east - one.east;
}

function valid<T>(read: T | { problem: string }): T | undefined {
  return typeof read === 'object' && read !== null && 'problem' in read ? undefined : (read as T);
}

import { isExactNumber } from './exact-json.ts';
import type { FieldType, Json } from './types.ts';

/**
 * The type that holds all of these values as they are. Strings stay texts: that one of them looks like
 * a date says nothing about the next.
 */
export function inferType(values: Iterable<Json>): FieldType {
  const kinds = new Set<string>();
  for (const value of values) if (value !== null) kinds.add(kindOf(value));
  if (kinds.size === 0) return { kind: 'text' };
  if (kinds.size === 1) return { kind: [...kinds][0] } as FieldType;
  const isNumbers = [...kinds].every((kind) => ['int8', 'numeric', 'float8'].includes(kind));
  if (!isNumbers) return { kind: 'jsonb' };
  return { kind: kinds.has('float8') ? 'float8' : 'numeric' };
}

function kindOf(value: Json): string {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return numberKindOf(value);
  return isExactNumber(value) ? exactKindOf(value.rawJSON) : 'jsonb';
}

function numberKindOf(value: number): string {
  if (!Number.isInteger(value)) return 'numeric';
  return Number.isSafeInteger(value) ? 'int8' : 'float8';
}

function exactKindOf(source: string): string {
  const isWhole = /^-?\d{1,19}$/.test(source);
  return isWhole && BigInt.asIntN(64, BigInt(source)) === BigInt(source) ? 'int8' : 'numeric';
}

import type { Cell, FieldType } from '../values/types.ts';
import type { Operator } from './filter.ts';
import type { Pattern } from './pattern.ts';

export type FilterField = { name: string; type: FieldType };

/** A field, or with a path what stands in its JSON; `type` is what it is compared as. */
export type Operand = {
  field: string;
  /** Where its cell stands in a row. */
  index: number;
  type: FieldType;
  path: string[];
  /** What the field itself holds. */
  within: FieldType;
};

/** A filter that fits the fields: names are found, and values are texts of their field's type. */
export type CheckedFilter =
  | Leaf
  | { kind: 'and'; terms: CheckedFilter[] }
  | { kind: 'or'; terms: CheckedFilter[] }
  | { kind: 'not'; term: CheckedFilter };

export type Leaf =
  | { kind: 'compare'; operand: Operand; operator: Operator; value: Cell }
  | { kind: 'in'; operand: Operand; values: Cell[] }
  | { kind: 'like'; operand: Operand; pattern: Pattern | null }
  | { kind: 'null'; operand: Operand };

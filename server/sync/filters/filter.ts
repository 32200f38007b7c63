/** A condition on records, as it was written: what `BETWEEN` and `NOT IN` say is in it already. */
export type Filter =
  | { kind: 'and'; terms: Filter[] }
  | { kind: 'or'; terms: Filter[] }
  | { kind: 'not'; term: Filter }
  | Single;

/** One condition on one field. */
export type Single =
  | { kind: 'compare'; field: FieldName; operator: Operator; value: Literal }
  | { kind: 'in'; field: FieldName; values: Literal[] }
  | { kind: 'like'; field: FieldName; pattern: Literal }
  | { kind: 'null'; field: FieldName };

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** Where something was written, for whoever has to mend it: a member of the request, and a character. */
export type Place = { member: string; character?: number };

/** `parts` are the names between dots; `text` is the whole, for messages. */
export type FieldName = { parts: string[]; place: Place };

export type Literal = {
  kind: 'null' | 'text' | 'number' | 'boolean' | 'date' | 'timestamp';
  text: string;
  place: Place;
};

export const lengthMax = 100_000;
export const depthMax = 50;
export const termsMax = 500;
export const valuesMax = 10_000;

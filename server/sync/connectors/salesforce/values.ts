import { fromJson, toJson } from '../../values/json.ts';
import type { Cell, FieldType, Row } from '../../values/types.ts';
import type { SalesforceField } from './fields.ts';
import type { Target, TargetField } from './target.ts';

export type Problem = { readonly field: string; readonly reason: string };
type Value = { readonly text: string | null } | { readonly problem: string };

/** What is sent for the fields of a record, in their order; or what is wrong with it. */
export type Sendable = { readonly texts: readonly (string | null)[] } | Problem;

const dateShape = /^\d{4}-\d\d-\d\d$/;
const momentShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.0+)?Z$/;
const clockShape = /^\d\d:\d\d:\d\d(?:\.\d{1,3})?$/;
const numbers = ['int', 'long', 'double', 'currency', 'percent'];

export function sendableOf({ fields, key }: Target, row: Row): Sendable {
  const texts: (string | null)[] = [];
  for (const field of fields) {
    const value = writtenOf(field, row[field.place] ?? null);
    const { name } = field.given;
    if ('problem' in value) return { field: name, reason: `The field "${name}" ${value.problem}.` };
    if (field === key && value.text === null) {
      return { field: name, reason: `The key field "${name}" is empty.` };
    }
    texts.push(value.text);
  }
  return { texts };
}

/** A text as JSON of the field's type; a number keeps its digits. */
export function jsonOf({ kind }: SalesforceField, text: string | null): unknown {
  if (text === null) return null;
  if (kind === 'boolean') return text === 'true';
  return numbers.includes(kind) ? JSON.rawJSON(text) : text;
}

/** Nothing is sent that would be rounded, cut or nulled there in silence; an empty text is null. */
function writtenOf({ given, own }: TargetField, cell: Cell): Value {
  const reading = fromJson(typeFor(own), toJson(given.type, cell));
  if ('problem' in reading) return reading;
  const { text } = reading;
  if (text === null) {
    return own.kind === 'boolean'
      ? { problem: 'is empty, and a checkbox is checked or not' }
      : { text };
  }
  return said(own, text);
}

function said({ kind, type }: SalesforceField, text: string): Value {
  switch (kind) {
    case 'boolean':
      return { text: text === 't' ? 'true' : 'false' };
    case 'double':
    case 'currency':
    case 'percent':
      return numberOf(text);
    case 'int':
    case 'long':
      return { text };
    case 'date':
      return dateShape.test(text)
        ? { text }
        : { problem: 'is a date that Salesforce does not have' };
    case 'datetime': {
      const moment = String(toJson(type, text));
      if (momentShape.test(moment)) return { text: moment };
      return { problem: 'is no time to the second, which is all that Salesforce keeps' };
    }
    case 'time':
      if (clockShape.test(text)) return { text: `${text}Z` };
      return { problem: 'is finer than a millisecond, or 24:00' };
    default:
      if (text === text.trim()) return { text: text === '' ? null : text };
      return { problem: 'begins or ends with blanks, which Salesforce would take away' };
  }
}

/** Numbers are kept there as floating-point ones. */
function numberOf(text: string): Value {
  const isPlain = /^-?\d+(?:\.\d+)?$/.test(text);
  const isKept = isPlain && 'text' in fromJson({ kind: 'float8' }, text);
  return isKept ? { text } : { problem: 'has more digits than Salesforce keeps' };
}

/** What is text there may be any value here; how long it may be, the org says. */
function typeFor({ type }: SalesforceField): FieldType {
  return type.kind === 'varchar' ? { kind: 'text' } : type;
}

import type { Property } from '@hubspot/api-client/lib/codegen/crm/properties/models/Property.js';
import { fromJson, toJson } from '../../values/json.ts';
import type { Reading } from '../../values/reading.ts';
import type { Cell, FieldType } from '../../values/types.ts';
import type { Field } from '../connector.ts';
import { labelled } from '../field.ts';

/** The field by which a record is known, whatever its type. */
export const idField = 'hs_object_id';

export type PropertyField = Field & { readonly isUnique: boolean; readonly isList: boolean };

const types: Readonly<Record<string, FieldType>> = {
  number: { kind: 'numeric' },
  date: { kind: 'date' },
  datetime: { kind: 'timestamptz' },
  bool: { kind: 'boolean' },
};

/** What a property is here: texts are all that nothing else is known of. */
export function fieldOf(property: Property): PropertyField {
  const { name, label, type, fieldType, calculated, modificationMetadata, hasUniqueValue } =
    property;
  const isId = name === idField;
  return {
    name,
    ...labelled(name, label),
    type: isId ? { kind: 'int8' } : (types[type] ?? { kind: 'text' }),
    nativeType: type,
    isNullable: !isId,
    isWritable: !isId && !calculated && !modificationMetadata?.readOnlyValue,
    isUnique: isId || name === 'email' || hasUniqueValue === true,
    isList: fieldType === 'checkbox',
  };
}

/** The cell of a value; an empty text is how HubSpot says that there is none. */
export function cellOf({ type }: Pick<Field, 'type'>, value: string | null | undefined): Reading {
  if (value === null || value === undefined || value === '') return { text: null };
  return fromJson(type, instantIn(type, value));
}

/** Times come in ISO 8601, and where they are old as milliseconds. */
function instantIn({ kind }: FieldType, value: string): string {
  if ((kind !== 'date' && kind !== 'timestamptz') || !/^-?\d{5,}$/.test(value)) return value;
  const at = Number(value);
  if (!Number.isSafeInteger(at) || Math.abs(at) > 8.64e15) return value;
  const iso = new Date(at).toISOString();
  // A day is told by its midnight in UTC; another time is no day.
  return kind === 'date' && iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso;
}

/** The text that HubSpot takes for a cell of another system; empty where there is nothing. */
export function writtenValue(property: Field, from: FieldType, cell: Cell): Reading {
  if (cell === null) return { text: '' };
  const json = toJson(from, cell);
  const read = fromJson(property.type, typeof json === 'number' ? String(json) : json);
  if ('problem' in read || read.text === null) return read;
  return valueIn(property, read.text);
}

function valueIn({ type }: Field, text: string): Reading {
  switch (type.kind) {
    case 'boolean':
      return { text: text === 't' ? 'true' : 'false' };
    case 'numeric':
    case 'int8':
      return /^-?\d/.test(text) ? { text } : { problem: 'is no number that HubSpot holds' };
    case 'date':
      return isInYears(text) ? { text } : { problem: 'is a day that HubSpot does not hold' };
    case 'timestamptz': {
      if (!isInYears(text)) return { problem: 'is a time that HubSpot does not hold' };
      const [, date, clock, fraction = ''] =
        /^(\S+) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text) ?? [];
      if (fraction.length > 3) return { problem: 'is finer than a millisecond' };
      return { text: `${date}T${clock}.${fraction.padEnd(3, '0')}Z` };
    }
    default:
      return { text };
  }
}

/** From 1 to 9999; years before Christ and infinities are words. */
function isInYears(text: string): boolean {
  return /^\d{4}-[^B]*$/.test(text);
}

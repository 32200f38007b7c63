import type { FieldType } from '../../values/types.ts';
import type { Field } from '../connector.ts';
import { labelled } from '../field.ts';
import { type Node, textOf } from '../xml.ts';
import type { Version } from './config.ts';

export type SapField = Field & {
  /** The type in the words of OData. */
  readonly edm: string;
  /** Digits behind the seconds. */
  readonly fraction: number;
  readonly isFilterable: boolean;
  readonly isSortable: boolean;
};

type About = {
  readonly version: Version;
  readonly label: string | undefined;
  readonly isKey: boolean;
  readonly isEnum: boolean;
  readonly isComputed: boolean;
  readonly isFilterable: boolean;
  readonly isSortable: boolean;
  readonly refersTo: string | undefined;
};

const kinds: Readonly<Record<string, FieldType>> = {
  'Edm.Boolean': { kind: 'boolean' },
  'Edm.Byte': { kind: 'int2' },
  'Edm.SByte': { kind: 'int2' },
  'Edm.Int16': { kind: 'int2' },
  'Edm.Int32': { kind: 'int4' },
  'Edm.Int64': { kind: 'int8' },
  'Edm.Single': { kind: 'float4' },
  'Edm.Double': { kind: 'float8' },
  'Edm.Guid': { kind: 'uuid' },
  'Edm.Binary': { kind: 'bytea' },
  'Edm.DateTime': { kind: 'timestamp' },
  'Edm.DateTimeOffset': { kind: 'timestamptz' },
  'Edm.Date': { kind: 'date' },
  'Edm.Time': { kind: 'time' },
  'Edm.TimeOfDay': { kind: 'time' },
  'Edm.Duration': { kind: 'text' },
};
/** Milliseconds are all that the second version can say. */
const fractionOfV2 = 3;
const microseconds = 6;

/** Streams are no values of a record. */
export function isRead(property: Node): boolean {
  return textOf(property, 'Type') !== 'Edm.Stream';
}

export function fieldOf(property: Node, about: About): SapField {
  const edm = textOf(property, 'Type');
  const precision = numberOf(textOf(property, 'Precision'));
  const fraction =
    about.version === 'v2' ? Math.min(precision ?? 3, fractionOfV2) : (precision ?? 0);
  const isAllowed = (attribute: string) => textOf(property, attribute) !== 'false';
  const isGiven = isAllowed('creatable') || isAllowed('updatable');
  const length = textOf(property, 'MaxLength');
  const shown = length === '' ? edm : `${edm}(${length})`;
  return {
    name: textOf(property, 'Name'),
    ...labelled(textOf(property, 'Name'), textOf(property, 'label') || about.label),
    type: about.isEnum ? { kind: 'text' } : typeOf(property, edm, fraction),
    nativeType: about.refersTo === undefined ? shown : `${shown} of ${about.refersTo}`,
    isNullable: !about.isKey && textOf(property, 'Nullable') !== 'false',
    isWritable: about.isKey || (isGiven && !about.isComputed),
    ...{ edm, fraction },
    isFilterable: isAllowed('filterable') && about.isFilterable,
    isSortable: isAllowed('sortable') && about.isSortable,
  };
}

function typeOf(property: Node, edm: string, fraction: number): FieldType {
  const [length, precision, scale] = ['MaxLength', 'Precision', 'Scale'].map((name) =>
    numberOf(textOf(property, name)),
  );
  switch (edm) {
    case 'Edm.String':
      return length === undefined ? { kind: 'text' } : { kind: 'varchar', length };
    case 'Edm.Decimal':
      return precision === undefined || scale === undefined
        ? { kind: 'numeric' }
        : { kind: 'numeric', precision, scale };
    case 'Edm.DateTime':
      // A day has no type of its own in the second version.
      return { kind: textOf(property, 'display-format') === 'Date' ? 'date' : 'timestamp' };
    case 'Edm.DateTimeOffset':
      return { kind: fraction > microseconds ? 'text' : 'timestamptz' };
    default:
      return kinds[edm] ?? { kind: 'jsonb' };
  }
}

/** By what a position in the order of records can be told. */
export function isStep({ edm, type, fraction, ...field }: SapField, version: Version): boolean {
  if (!field.isFilterable || !field.isSortable) return false;
  // What is finer than what is shown cannot be asked for again.
  const isTold = version === 'v4' || type.kind === 'date' || fraction < fractionOfV2;
  if (edm === 'Edm.DateTime' || edm === 'Edm.DateTimeOffset') return isTold;
  return /^Edm\.(String|Byte|SByte|Int16|Int32|Int64|Decimal|Date|Time|TimeOfDay)$/.test(edm);
}

/** By what new records can be found. */
export function isCursor({ edm, isFilterable, isSortable }: SapField): boolean {
  return isFilterable && isSortable && /^Edm\.(DateTime|DateTimeOffset|Date)$/.test(edm);
}

function numberOf(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

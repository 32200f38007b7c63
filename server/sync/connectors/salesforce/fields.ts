import type { FieldType, Json } from '../../values/types.ts';
import type { Description, Field } from '../connector.ts';
import { labelled } from '../field.ts';
import type { Relation } from '../relations.ts';

/** A field, and what the org allows to be done with it. */
export type SalesforceField = Field & {
  /** What the API calls its type. */
  readonly kind: string;
  readonly isFilterable: boolean;
  readonly isSortable: boolean;
  /** Records can be found by it. */
  readonly isIdLookup: boolean;
  readonly isCaseSensitive: boolean;
};

export type SalesforceObject = Omit<Description, 'fields'> & {
  readonly fields: readonly SalesforceField[];
  readonly relations: Relation[];
  /** The parts of each compound field. */
  readonly compounds: Readonly<Record<string, readonly string[]>>;
  /** What the user of the connection may do. */
  readonly allows: { readonly insert: boolean; readonly update: boolean; readonly delete: boolean };
};

/** As far as it is read here. */
type Described = {
  readonly name: string;
  readonly label?: string;
  readonly type: string;
  readonly length?: number;
  readonly nillable?: boolean;
  readonly createable?: boolean;
  readonly updateable?: boolean;
  readonly filterable?: boolean;
  readonly sortable?: boolean;
  readonly externalId?: boolean;
  readonly idLookup?: boolean;
  readonly caseSensitive?: boolean;
  readonly referenceTo?: readonly string[];
  readonly relationshipName?: string | null;
  readonly compoundFieldName?: string | null;
};

type DescribedObject = {
  readonly name: string;
  readonly fields: readonly Described[];
  readonly createable?: boolean;
  readonly updateable?: boolean;
  readonly deletable?: boolean;
};

/** Compound fields stand for others, which are read and written in their place; files come otherwise. */
const leftOut = new Set(['address', 'location', 'base64', 'complexvalue']);
const ids = ['id', 'reference'];
const stamps = ['SystemModstamp', 'LastModifiedDate'];

/** An object as `describe` says it. */
export function objectOf(described: Json): SalesforceObject {
  const { name, fields, createable, updateable, deletable } =
    described as unknown as DescribedObject;
  const own = fields.filter(({ type }) => !leftOut.has(type)).flatMap(fieldsOf);
  const cursorFields = cursorsOf(own);
  const [cursor = ''] = cursorFields;
  return {
    name,
    fields: own,
    key: own.some((field) => field.name === 'Id') ? ['Id'] : [],
    cursorFields,
    ...(stamps.includes(cursor) ? { cursor } : {}),
    relations: fields.flatMap(relationsOf),
    compounds: compoundsOf(fields),
    allows: {
      insert: createable === true,
      update: updateable === true,
      delete: deletable === true,
    },
  };
}

function relationsOf({ name, referenceTo = [] }: Described): Relation[] {
  return referenceTo.map((object) => ({ fields: [name], object, references: ['Id'] }));
}

/** A reference to one of several objects says, in a field beside it, to which. */
function fieldsOf(described: Described): SalesforceField[] {
  const { name, type, referenceTo = [], relationshipName } = described;
  const field: SalesforceField = {
    name,
    ...labelled(name, described.label),
    type: typeOf(described),
    nativeType: type === 'reference' ? `reference(${referenceTo.join(', ')})` : type,
    isNullable: described.nillable === true,
    isWritable: described.createable === true || described.updateable === true,
    kind: type,
    isFilterable: described.filterable === true,
    isSortable: described.sortable === true,
    isIdLookup: described.idLookup === true || described.externalId === true || type === 'id',
    isCaseSensitive: described.caseSensitive === true || ids.includes(type),
  };
  if (referenceTo.length < 2 || typeof relationshipName !== 'string') return [field];
  const { label: _, ...unlabelled } = field;
  const isOf: SalesforceField = {
    ...unlabelled,
    name: `${relationshipName}.Type`,
    type: { kind: 'text' },
    nativeType: `object of ${name}`,
    kind: 'string',
    ...{ isWritable: false, isFilterable: false, isSortable: false, isIdLookup: false },
  };
  return [field, isOf];
}

/** Numbers are decimal digits here: what the org rounds is not rounded once more. */
function typeOf({ type, length = 0, externalId, idLookup }: Described): FieldType {
  switch (type) {
    case 'boolean':
      return { kind: 'boolean' };
    case 'int':
      return { kind: 'int4' };
    case 'long':
      return { kind: 'int8' };
    case 'double':
    case 'currency':
    case 'percent':
      return { kind: 'numeric' };
    case 'date':
    case 'time':
      return { kind: type };
    case 'datetime':
      return { kind: 'timestamptz' };
    default: {
      const isKey = ids.includes(type) || externalId || idLookup;
      return isKey && length > 0 ? { kind: 'varchar', length } : { kind: 'text' };
    }
  }
}

function compoundsOf(fields: readonly Described[]): Record<string, string[]> {
  const whole = fields.filter(({ type }) => leftOut.has(type));
  return Object.fromEntries(
    whole.map(({ name }) => [
      name,
      fields.filter(({ compoundFieldName }) => compoundFieldName === name).map((one) => one.name),
    ]),
  );
}

function cursorsOf(fields: readonly SalesforceField[]): string[] {
  const usable = fields.filter(
    ({ kind, isFilterable, isSortable, isNullable }) =>
      kind === 'datetime' && isFilterable && isSortable && !isNullable,
  );
  const names = usable.map(({ name }) => name);
  return [
    ...stamps.filter((name) => names.includes(name)),
    ...names.filter((name) => !stamps.includes(name)),
  ];
}

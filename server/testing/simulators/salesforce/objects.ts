/** What the API calls the type of a field. */
export type FieldKind =
  | 'id'
  | 'reference'
  | 'string'
  | 'textarea'
  | 'picklist'
  | 'email'
  | 'phone'
  | 'boolean'
  | 'int'
  | 'double'
  | 'currency'
  | 'date'
  | 'datetime'
  | 'time'
  | 'address'
  | 'location';

/** What a test or a person may give a field; the rest follows from its kind. */
export type FieldTraits = {
  readonly label?: string;
  readonly length?: number;
  readonly scale?: number;
  readonly isRequired?: true;
  /** Written by the system only. */
  readonly isOwn?: true;
  readonly isFilterable?: false;
  readonly isExternalId?: true;
  readonly isUnique?: true;
  readonly referenceTo?: readonly string[];
  /** The compound field that this one is a component of. */
  readonly compound?: string;
};

export type SimulatedField = FieldTraits & { readonly name: string; readonly kind: FieldKind };

export type SimulatedObject = {
  readonly name: string;
  /** The first three characters of its ids. */
  readonly prefix: string;
  readonly fields: readonly SimulatedField[];
  readonly isReadOnly?: true;
  /** The Bulk API does not know it. */
  readonly isWithoutBulk?: true;
};

export function field(name: string, kind: FieldKind, traits: FieldTraits = {}): SimulatedField {
  return { name, kind, ...traits };
}

const stamps = [
  field('CreatedDate', 'datetime', { isOwn: true }),
  field('LastModifiedDate', 'datetime', { isOwn: true }),
  field('SystemModstamp', 'datetime', { isOwn: true }),
];
const system = [field('IsDeleted', 'boolean', { isOwn: true }), ...stamps];
const id = field('Id', 'id', { isOwn: true });
const externalId = field('External_Id__c', 'string', {
  ...{ label: 'External Id', length: 40, isExternalId: true, isUnique: true },
});

const about = [
  field('Phone', 'phone', { length: 40 }),
  field('Website', 'string', { length: 255 }),
  field('Industry', 'picklist'),
  field('AnnualRevenue', 'currency'),
  field('NumberOfEmployees', 'int'),
];

function addressOf(prefix: string): SimulatedField[] {
  const compound = `${prefix}Address`;
  return [
    field(`${prefix}Street`, 'textarea', { length: 255, compound }),
    field(`${prefix}City`, 'string', { length: 40, compound }),
    field(`${prefix}PostalCode`, 'string', { length: 20, compound }),
    field(`${prefix}Country`, 'string', { length: 80, compound }),
    field(compound, 'address', { isOwn: true, isFilterable: false }),
  ];
}

/** The objects of every simulated org. */
export const objects: readonly SimulatedObject[] = [
  {
    name: 'Account',
    prefix: '001',
    fields: [
      id,
      field('Name', 'string', { label: 'Account Name', length: 255, isRequired: true }),
      ...addressOf('Billing'),
      ...about,
      field('Description', 'textarea', { length: 32_000, isFilterable: false }),
      field('OwnerId', 'reference', { referenceTo: ['User'] }),
      externalId,
      field('Active__c', 'boolean', { label: 'Active' }),
      field('Founded__c', 'date', { label: 'Founded' }),
      field('Next_Call__c', 'datetime', { label: 'Next Call' }),
      field('Opens__c', 'time', { label: 'Opens' }),
      field('Score__c', 'double', { label: 'Score', scale: 6 }),
      field('Place__Latitude__s', 'double', { scale: 6, compound: 'Place__c' }),
      field('Place__Longitude__s', 'double', { scale: 6, compound: 'Place__c' }),
      field('Place__c', 'location', { label: 'Place', isOwn: true, isFilterable: false }),
      ...system,
    ],
  },
  {
    name: 'Contact',
    prefix: '003',
    fields: [
      id,
      field('FirstName', 'string', { length: 40 }),
      field('LastName', 'string', { length: 80, isRequired: true }),
      field('Email', 'email', { length: 80 }),
      field('Phone', 'phone', { length: 40 }),
      field('Title', 'string', { length: 128 }),
      field('AccountId', 'reference', { referenceTo: ['Account'] }),
      field('OwnerId', 'reference', { referenceTo: ['User'] }),
      ...addressOf('Mailing'),
      externalId,
      ...system,
    ],
  },
  {
    name: 'Lead',
    prefix: '00Q',
    fields: [
      id,
      field('FirstName', 'string', { length: 40 }),
      field('LastName', 'string', { length: 80, isRequired: true }),
      field('Company', 'string', { length: 255, isRequired: true }),
      field('Title', 'string', { length: 128 }),
      field('Email', 'email', { length: 80 }),
      ...about,
      ...addressOf(''),
      field('Status', 'picklist'),
      field('OwnerId', 'reference', { referenceTo: ['Group', 'User'] }),
      ...system,
    ],
  },
  {
    name: 'User',
    prefix: '005',
    isReadOnly: true,
    fields: [id, field('Name', 'string'), field('Username', 'email'), ...stamps],
  },
  {
    name: 'Group',
    prefix: '00G',
    isReadOnly: true,
    fields: [id, field('Name', 'string'), ...stamps],
  },
  {
    name: 'ActivityFieldHistory',
    prefix: '1T7',
    isReadOnly: true,
    isWithoutBulk: true,
    fields: [
      id,
      field('FieldName', 'string'),
      field('SystemModstamp', 'datetime', { isOwn: true, isFilterable: false }),
    ],
  },
];

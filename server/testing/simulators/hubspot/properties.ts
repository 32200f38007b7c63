export type Kind = 'contacts' | 'companies' | 'deals' | 'tickets';

export type Property = {
  readonly name: string;
  readonly label: string;
  readonly type: 'string' | 'number' | 'date' | 'datetime' | 'bool' | 'enumeration';
  readonly options?: readonly string[];
  readonly isUnique?: true;
  readonly isReadOnly?: true;
};

/** What is wrong with a value; nothing where the property takes it. */
export function refuseValue(
  { name, type, options }: Property,
  value: string,
): { error: string; message: string; name: string } | undefined {
  if (value === '') return undefined;
  const refused = (error: string, message: string) => ({ error, message, name });
  switch (type) {
    case 'number':
      return Number.isFinite(Number(value)) && value.trim() !== ''
        ? undefined
        : refused('INVALID_NUMBER', `${value} was not a valid number.`);
    case 'bool':
      return /^(true|false)$/i.test(value)
        ? undefined
        : refused('INVALID_BOOLEAN', `${value} was not one of true, false`);
    case 'date': {
      const at = instantOf(value);
      if (at === undefined) return refused('INVALID_DATE', `${value} was not a valid date.`);
      return at % 86_400_000 === 0
        ? undefined
        : refused('INVALID_DATE', `${value} is at ${new Date(at).toISOString()}, not midnight!`);
    }
    case 'datetime':
      return instantOf(value) === undefined
        ? refused('INVALID_DATE', `${value} was not a valid timestamp.`)
        : undefined;
    case 'enumeration': {
      const wrong = value.split(';').find((one) => one !== '' && !options?.includes(one));
      return wrong === undefined
        ? undefined
        : refused('INVALID_OPTION', `${wrong} was not one of the allowed options.`);
    }
    default:
      if (name !== 'email' || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value)) return undefined;
      return refused('INVALID_EMAIL', `Email address ${value} is invalid`);
  }
}

/** A value as it is kept and shown. */
export function keptValue({ type, name }: Property, value: string): string {
  if (value === '') return '';
  if (type === 'date') return new Date(instantOf(value) as number).toISOString().slice(0, 10);
  if (type === 'datetime') return new Date(instantOf(value) as number).toISOString();
  if (type === 'bool') return value.toLowerCase();
  return name === 'email' ? value.toLowerCase() : value;
}

/** Milliseconds, as a number or as ISO 8601. */
export function instantOf(text: string): number | undefined {
  const at = /^-?\d+$/.test(text) ? Number(text) : isoOf(text);
  return Number.isNaN(at) ? undefined : at;
}

function isoOf(text: string): number {
  return /^\d{4}-\d\d-\d\d(T.*(Z|[+-]\d\d:?\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN;
}

const shared: readonly Property[] = [
  { name: 'hs_object_id', label: 'Record ID', type: 'number', isReadOnly: true },
  { name: 'hs_createdate', label: 'Object create date/time', type: 'datetime', isReadOnly: true },
  {
    name: 'hs_merged_object_ids',
    label: 'Merged record IDs',
    type: 'enumeration',
    isReadOnly: true,
  },
];
const address: readonly Property[] = [
  { name: 'address', label: 'Street address', type: 'string' },
  { name: 'city', label: 'City', type: 'string' },
  { name: 'state', label: 'State/Region', type: 'string' },
  { name: 'zip', label: 'Postal code', type: 'string' },
  { name: 'country', label: 'Country/Region', type: 'string' },
  { name: 'phone', label: 'Phone number', type: 'string' },
  { name: 'website', label: 'Website URL', type: 'string' },
  { name: 'industry', label: 'Industry', type: 'string' },
  { name: 'annualrevenue', label: 'Annual revenue', type: 'number' },
];
const stage = ['open', 'won', 'lost'];
const modified: Property = {
  name: 'hs_lastmodifieddate',
  label: 'Last modified date',
  type: 'datetime',
  isReadOnly: true,
};

/** The properties of the objects that every account has. */
export const standard: Readonly<Record<Kind, readonly Property[]>> = {
  contacts: [
    ...shared,
    { ...modified, name: 'lastmodifieddate' },
    { name: 'createdate', label: 'Create date', type: 'datetime', isReadOnly: true },
    { name: 'email', label: 'Email', type: 'string', isUnique: true },
    { name: 'firstname', label: 'First name', type: 'string' },
    { name: 'lastname', label: 'Last name', type: 'string' },
    { name: 'mobilephone', label: 'Mobile phone number', type: 'string' },
    { name: 'company', label: 'Company name', type: 'string' },
    { name: 'jobtitle', label: 'Job title', type: 'string' },
    { name: 'numemployees', label: 'Number of employees', type: 'number' },
    ...address,
    { name: 'birthday', label: 'Birthday', type: 'date' },
    { name: 'seen_at', label: 'Seen at', type: 'datetime' },
    { name: 'visits', label: 'Visits', type: 'number' },
    { name: 'is_customer', label: 'Is customer', type: 'bool' },
    { name: 'level', label: 'Level', type: 'enumeration', options: ['gold', 'silver', 'bronze'] },
    { name: 'external_id', label: 'External ID', type: 'string', isUnique: true },
  ],
  companies: [
    ...shared,
    modified,
    { name: 'createdate', label: 'Create date', type: 'datetime', isReadOnly: true },
    { name: 'name', label: 'Company name', type: 'string' },
    { name: 'domain', label: 'Company domain name', type: 'string' },
    { name: 'numberofemployees', label: 'Number of employees', type: 'number' },
    ...address,
    { name: 'external_id', label: 'External ID', type: 'string', isUnique: true },
  ],
  deals: [
    ...shared,
    modified,
    { name: 'createdate', label: 'Create date', type: 'datetime', isReadOnly: true },
    { name: 'dealname', label: 'Deal name', type: 'string' },
    { name: 'amount', label: 'Amount', type: 'number' },
    { name: 'closedate', label: 'Close date', type: 'datetime' },
    { name: 'dealstage', label: 'Deal stage', type: 'enumeration', options: stage },
  ],
  tickets: [
    ...shared,
    modified,
    { name: 'createdate', label: 'Create date', type: 'datetime', isReadOnly: true },
    { name: 'subject', label: 'Ticket name', type: 'string' },
    {
      name: 'hs_ticket_priority',
      label: 'Priority',
      type: 'enumeration',
      options: ['LOW', 'HIGH'],
    },
  ],
};

/** The properties of a custom object, beside those that every object has. */
export const custom: readonly Property[] = [
  ...shared,
  modified,
  { name: 'plate', label: 'Number plate', type: 'string', isUnique: true },
  { name: 'built_on', label: 'Built on', type: 'date' },
];

/** What a record is about. */
export type Kind = 'person' | 'company' | 'other';

/** What systems call the same thing; where a record has several, the first counts. */
const spellings = {
  email: ['email', 'emailaddress', 'mail', 'mailaddress', 'primaryemail', 'workemail'],
  first_name: ['firstname', 'givenname', 'forename'],
  last_name: ['lastname', 'surname', 'familyname'],
  full_name: ['fullname', 'displayname', 'contactname'],
  phone: ['phone', 'phonenumber', 'telephone', 'workphone', 'businessphone'],
  mobile: ['mobilephone', 'mobile', 'mobilenumber', 'cellphone', 'mobilephonenumber'],
  company: ['company', 'companyname', 'accountname', 'organization', 'organisation', 'employer'],
  job_title: ['jobtitle', 'title'],
  website: ['website', 'websiteurl', 'homepage'],
  domain: ['domain', 'companydomain', 'domainname'],
  industry: ['industry'],
  annual_revenue: ['annualrevenue', 'revenue'],
  employees: ['numberofemployees', 'numemployees', 'employees', 'employeecount', 'headcount'],
  street: ['street', 'address', 'streetaddress', 'addressline1', 'billingstreet', 'mailingstreet'],
  city: ['city', 'billingcity', 'mailingcity'],
  state: ['state', 'region', 'province', 'billingstate', 'mailingstate'],
  postal_code: [
    'postalcode',
    'zip',
    'zipcode',
    'postcode',
    'billingpostalcode',
    'mailingpostalcode',
  ],
  country: ['country', 'billingcountry', 'mailingcountry'],
  birthday: ['birthday', 'birthdate', 'dateofbirth', 'dob'],
  description: ['description', 'notes'],
} as const;

export type Meaning = keyof typeof spellings;

/** What says something else of what is neither a person nor a company: a state may be a status. */
const ambiguous: readonly Meaning[] = ['job_title', 'state', 'domain', 'description', 'website'];

/** What a company has, whoever tells of it. */
export const companyMeanings = [
  'website',
  'industry',
  'annual_revenue',
  'employees',
  'phone',
  'street',
  'city',
  'state',
  'postal_code',
  'country',
] as const satisfies readonly Meaning[];

const kinds: Record<Exclude<Kind, 'other'>, readonly string[]> = {
  person: [
    'lead',
    'contact',
    'patient',
    'person',
    'people',
    'customer',
    'client',
    'user',
    'member',
    'employee',
    'worker',
    'prospect',
  ],
  company: ['account', 'company', 'organization', 'organisation', 'business', 'firm'],
};

/** What an object is about, by its name in whatever system: `Contact`, `crm.contacts`, `companies`. */
export function kindOf(object: string): Kind {
  const name = plain(object.slice(object.lastIndexOf('.') + 1));
  const singular = singularOf(name);
  const found = (['person', 'company'] as const).find(
    (kind) => kinds[kind].includes(name) || kinds[kind].includes(singular),
  );
  return found ?? 'other';
}

/** The names that an object of companies may have. */
export const companyNames = kinds.company;

/** Whether two systems mean the same by these names: `Contact` and `contacts`, `Account` and `companies`. */
export function isSameObject(one: string, other: string): boolean {
  if (singularOf(plain(one)) === singularOf(plain(other))) return true;
  return kindOf(one) === 'company' && kindOf(other) === 'company';
}

/** For each thing that is meant, the field that says it, of the names of an object. */
export function meaningsOf(kind: Kind, names: readonly string[]): Map<Meaning, string> {
  const byName = new Map<string, string>();
  for (const name of names) {
    const key = plain(name);
    if (!byName.has(key)) byName.set(key, name);
  }
  const meant = new Map<Meaning, string>();
  for (const [meaning, own] of Object.entries(spellings) as [Meaning, readonly string[]][]) {
    if (kind === 'other' && ambiguous.includes(meaning)) continue;
    const found = [...own, ...bareName(kind, meaning)].find((name) => byName.has(name));
    if (found !== undefined) meant.set(meaning, byName.get(found) as string);
  }
  return meant;
}

/** A name without what only one system adds to it: `Next_Call__c` and `nextCall` are one. */
export function plain(name: string): string {
  return name
    .replace(/__c$/i, '')
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .toLowerCase();
}

function singularOf(name: string): string {
  return name.replace(/ies$/, 'y').replace(/(sse|s)$/, (end) => (end === 's' ? '' : end));
}

/** Whose name it is depends on what has it. */
function bareName(kind: Kind, meaning: Meaning): readonly string[] {
  const isOwn =
    (kind === 'person' && meaning === 'full_name') || (kind === 'company' && meaning === 'company');
  return isOwn ? ['name'] : [];
}

import { objects, type SimulatedField, type SimulatedObject } from './objects.ts';

/** A value as the org holds it: numbers are their decimal digits, times are in UTC. */
export type Value = string | boolean | null;
export type SimulatedRecord = Readonly<Record<string, Value>>;

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const checks = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const tieSize = 7;
const begin = Date.UTC(2024, 0, 1);

/** The data of an org. A record is replaced, never changed, so that what was asked before stays as it was. */
export class Org {
  readonly objects = new Map<string, SimulatedObject>(objects.map((one) => [one.name, one]));
  readonly #records = new Map<string, Map<string, SimulatedRecord>>();
  #made = 0;
  /** What the next change is stamped with; undefined: the time. */
  stampAt: Date | undefined;

  constructor(records: number) {
    for (const { name } of objects) this.#records.set(name, new Map());
    const user = this.#make('User', { Name: 'Ada Admin', Username: 'ada@simulator.example' }, 0);
    const group = this.#make('Group', { Name: 'Queue' }, 0);
    for (let nth = 0; nth < records; nth += 1) {
      const account = this.#make('Account', accountOf(nth, user), nth);
      this.#make('Contact', contactOf(nth, account, user), nth);
      this.#make('Lead', leadOf(nth, nth % 2 === 0 ? user : group), nth);
      if (nth % 10 === 0) this.#make('ActivityFieldHistory', { FieldName: 'Subject' }, nth);
    }
  }

  /** Adds a field to an object, as an administrator does. */
  addField(object: string, one: SimulatedField): void {
    const known = this.object(object);
    if (known) this.objects.set(object, { ...known, fields: [...known.fields, one] });
  }

  /** By its name without regard to case, as the API takes it. */
  object(name: string): SimulatedObject | undefined {
    const folded = name.toLowerCase();
    return [...this.objects.values()].find((one) => one.name.toLowerCase() === folded);
  }

  all(object: string): SimulatedRecord[] {
    return [...(this.#records.get(object)?.values() ?? [])];
  }

  find(object: string, id: string): SimulatedRecord | undefined {
    const records = this.#records.get(object);
    return records?.get(id) ?? (id.length === 15 ? records?.get(longId(id)) : undefined);
  }

  /** The object and the record of an id. */
  recordOf(id: string): { object: SimulatedObject; record: SimulatedRecord } | undefined {
    for (const object of this.objects.values()) {
      const record = this.find(object.name, id);
      if (record) return { object, record };
    }
    return undefined;
  }

  insert(object: SimulatedObject, given: Readonly<Record<string, Value>>): SimulatedRecord {
    const now = this.#now();
    const stamped = { CreatedDate: now, LastModifiedDate: now, SystemModstamp: now };
    return this.#keep(object, { ...given, ...stamped });
  }

  update(object: SimulatedObject, id: string, given: Readonly<Record<string, Value>>): void {
    const now = this.#now();
    const before = this.find(object.name, id);
    const record = { ...before, ...given, LastModifiedDate: now, SystemModstamp: now };
    this.#records.get(object.name)?.set(String(before?.Id), record);
  }

  delete(object: SimulatedObject, id: string): void {
    const record = this.find(object.name, id);
    this.#records.get(object.name)?.delete(String(record?.Id));
  }

  #make(name: string, given: Record<string, Value>, nth: number): string {
    const at = new Date(begin + Math.floor(nth / tieSize) * 1000).toISOString();
    const stamped = { CreatedDate: at, LastModifiedDate: at, SystemModstamp: at };
    const object = this.objects.get(name) as SimulatedObject;
    return String(this.#keep(object, { ...given, ...stamped }).Id);
  }

  #keep(object: SimulatedObject, given: Readonly<Record<string, Value>>): SimulatedRecord {
    this.#made += 1;
    const blank = object.fields.map(({ name, kind }) => [name, kind === 'boolean' ? false : null]);
    const record = { ...Object.fromEntries(blank), ...given, Id: idOf(object.prefix, this.#made) };
    this.#records.get(object.name)?.set(record.Id, record);
    return record;
  }

  /** To the second: finer parts of a time are not kept. */
  #now(): string {
    const at = this.stampAt ?? new Date();
    return new Date(Math.floor(at.getTime() / 1000) * 1000).toISOString();
  }
}

/** Ids differ in the case of their letters. */
function idOf(prefix: string, number: number): string {
  let [text, rest] = ['', number];
  for (let place = 0; place < 8; place += 1) {
    text = digits[rest % digits.length] + text;
    rest = Math.floor(rest / digits.length);
  }
  return longId(`${prefix}5g00${text}`);
}

/** With three characters that tell the case of the fifteen before. */
function longId(id: string): string {
  const check = [0, 5, 10].map((from) => {
    const bits = [...id.slice(from, from + 5)].map((sign) => (/[A-Z]/.test(sign) ? 1 : 0));
    return checks[bits.reduce<number>((sum, bit, place) => sum + (bit << place), 0)];
  });
  return id + check.join('');
}

const names = ["O'Brien", 'Müller', 'Nguyễn', 'Smith "Jr"', 'García\\López', '100%_sure', 'שלום'];
const industries = ['Technology', 'Healthcare', 'Banking', null];

function accountOf(nth: number, owner: string): Record<string, Value> {
  return {
    Name: `Account ${nth} ${names[nth % names.length]}`,
    BillingStreet: nth % 3 === 0 ? `${nth} Main St\nFloor 2` : null,
    BillingCity: 'Springfield',
    BillingCountry: 'US',
    Phone: nth % 5 === 0 ? null : `+1 555 ${String(nth).padStart(6, '0')}`,
    Industry: industries[nth % industries.length] ?? null,
    AnnualRevenue: nth % 4 === 0 ? null : String(nth * 12_500),
    NumberOfEmployees: String(nth % 1000),
    Description: nth % 50 === 0 ? 'A longer text. '.repeat(20).trim() : null,
    OwnerId: owner,
    External_Id__c: `A-${nth}`,
    Active__c: nth % 2 === 0,
    Founded__c: `${1900 + (nth % 120)}-02-28`,
    Next_Call__c: '2024-03-31T01:30:00.000Z',
    Opens__c: '08:30:00.000Z',
    Score__c: nth % 9 === 0 ? null : `${nth}.125`,
    Place__Latitude__s: '51.5',
    Place__Longitude__s: '-0.125',
  };
}

function contactOf(nth: number, account: string, owner: string): Record<string, Value> {
  return {
    FirstName: nth % 4 === 0 ? null : `First ${nth}`,
    LastName: names[nth % names.length] as string,
    Email: `person${nth}@example.com`,
    AccountId: account,
    OwnerId: owner,
    MailingCity: 'Springfield',
    External_Id__c: `C-${nth}`,
  };
}

function leadOf(nth: number, owner: string): Record<string, Value> {
  return {
    FirstName: `First ${nth}`,
    LastName: `Last ${nth}`,
    Company: `Company ${nth % 50}`,
    Email: `lead${nth}@example.com`,
    Status: 'Open',
    OwnerId: owner,
  };
}

/** A value as it is kept: times in microseconds, days and clocks as texts, numbers with digits as texts. */
export type Value = string | number | boolean | null;
export type Entity = Record<string, Value>;

type Kind =
  | 'text'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'decimal'
  | 'date'
  | 'time'
  | 'guid'
  | 'stamp'
  | 'double';

export type Property = {
  readonly name: string;
  readonly kind: Kind;
  readonly length?: number;
  readonly isNullable?: false;
  readonly isComputed?: true;
  readonly isUnfilterable?: true;
  /** The fourth version shows a digit behind the microseconds. */
  readonly isFine?: true;
};

export type EntitySet = {
  readonly name: string;
  readonly type: string;
  readonly key: readonly string[];
  readonly properties: readonly Property[];
  readonly isReadOnly?: true;
  readonly entities: Map<string, Entity>;
};

export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly target: string | undefined;

  constructor(status: number, code: string, message: string, target?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.target = target;
  }
}

const partner: readonly Property[] = [
  { name: 'BusinessPartner', kind: 'text', length: 10, isNullable: false },
  { name: 'Name', kind: 'text', length: 40, isNullable: false },
  { name: 'Category', kind: 'text', length: 1 },
  { name: 'IsBlocked', kind: 'boolean' },
  { name: 'Credit', kind: 'decimal' },
  { name: 'Visits', kind: 'int32' },
  { name: 'Points', kind: 'int64' },
  { name: 'Rating', kind: 'double' },
  { name: 'CreatedOn', kind: 'date' },
  { name: 'OpensAt', kind: 'time' },
  { name: 'PartnerUuid', kind: 'guid' },
  { name: 'Remark', kind: 'text', isUnfilterable: true },
  { name: 'LastChangedAt', kind: 'stamp', isComputed: true },
];
const address: readonly Property[] = [
  { name: 'BusinessPartner', kind: 'text', length: 10, isNullable: false },
  { name: 'AddressID', kind: 'text', length: 10, isNullable: false },
  { name: 'City', kind: 'text', length: 40 },
  { name: 'ValidFrom', kind: 'date' },
  { name: 'ChangedAt', kind: 'stamp', isComputed: true, isFine: true },
];
const entry: readonly Property[] = [
  { name: 'EntryUuid', kind: 'guid', isNullable: false },
  { name: 'Text', kind: 'text' },
];

export const startMicros = Date.UTC(2024, 0, 1) * 1_000;

/** So many partners, an address for each second one of them, and as many entries as there are partners. */
export function makeSets(records: number): EntitySet[] {
  const numbers = Array.from({ length: records }, (_, nth) => nth);
  const sets = [
    setOf('BusinessPartners', 'BusinessPartnerType', ['BusinessPartner'], partner),
    setOf('PartnerAddresses', 'PartnerAddressType', ['BusinessPartner', 'AddressID'], address),
    { ...setOf('AuditEntries', 'AuditEntryType', ['EntryUuid'], entry), isReadOnly: true as const },
  ] as const;
  const [partners, addresses, entries] = sets;
  for (const nth of numbers) {
    put(partners, {
      ...{ BusinessPartner: numberOf(nth), Name: `Partner ${nth}`, Category: nth % 2 ? '1' : '2' },
      ...{ IsBlocked: nth % 7 === 0, Credit: `${nth}.25`, Visits: nth % 10 ? nth : null },
      ...{ Points: '1755445060952000000', Rating: nth / 4, Remark: null },
      CreatedOn: '1980-02-29',
      OpensAt: '14:00:00',
      PartnerUuid: uuidOf(nth),
      LastChangedAt: startMicros + nth * 1_000_000,
    });
    put(entries, { EntryUuid: uuidOf(nth), Text: `Entry ${nth}` });
    if (nth % 2) continue;
    put(addresses, {
      ...{
        BusinessPartner: numberOf(nth),
        AddressID: 'A/1',
        City: `City ${nth}`,
        ValidFrom: null,
        ChangedAt: startMicros + nth,
      },
    });
  }
  return [...sets];
}

export function numberOf(nth: number): string {
  return String(nth + 1).padStart(10, '0');
}

function uuidOf(nth: number): string {
  return `00000000-0000-4000-8000-${(nth + 1).toString(16).padStart(12, '0')}`;
}

function setOf(
  name: string,
  type: string,
  key: readonly string[],
  properties: readonly Property[],
): EntitySet {
  return { name, type, key, properties, entities: new Map() };
}

export function put(set: EntitySet, entity: Entity): void {
  set.entities.set(idOf(set, entity), entity);
}

export function idOf({ key }: EntitySet, entity: Entity): string {
  return JSON.stringify(key.map((name) => entity[name]));
}

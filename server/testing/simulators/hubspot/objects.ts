import { custom, keptValue, type Property, refuseValue, standard } from './properties.ts';

export type Stored = {
  readonly id: number;
  properties: Record<string, string>;
  readonly createdAt: number;
  updatedAt: number;
  archivedAt?: number;
};

/** What the server refuses, in the words that it has for it. */
export class Refusal extends Error {
  readonly status: number;
  readonly category: string;
  readonly context: Readonly<Record<string, readonly string[]>>;

  constructor(
    status: number,
    category: string,
    message: string,
    context: Readonly<Record<string, readonly string[]>> = {},
  ) {
    super(message);
    this.status = status;
    this.category = category;
    this.context = context;
  }
}

/** The records of one type. */
export class ObjectType {
  readonly name: string;
  readonly typeId: string;
  readonly modifiedBy: string;
  readonly properties: Property[];
  /** In the order of their ids. */
  readonly records = new Map<number, Stored>();
  roundsNumbers = false;
  readonly #unique = new Map<string, Map<string, number>>();
  readonly #now: () => number;
  #last: number;

  constructor(
    name: string,
    typeId: string,
    { properties, now, from }: { properties: readonly Property[]; now: () => number; from: number },
  ) {
    this.name = name;
    this.typeId = typeId;
    this.properties = [...properties];
    this.modifiedBy = name === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate';
    this.#now = now;
    this.#last = from;
  }

  property(name: string): Property {
    const found = this.properties.find((one) => one.name === name);
    if (found) return found;
    throw new Refusal(400, 'VALIDATION_ERROR', `Property "${name}" does not exist`);
  }

  /** What a record shows, computed properties too. */
  valueOf({ id, properties, createdAt, updatedAt }: Stored, name: string): string | null {
    if (name === 'hs_object_id') return String(id);
    if (name === this.modifiedBy) return new Date(updatedAt).toISOString();
    if (name === 'createdate' || name === 'hs_createdate') return new Date(createdAt).toISOString();
    return properties[name] ?? null;
  }

  find(id: string, idProperty?: string): Stored | undefined {
    if (idProperty === undefined || idProperty === 'hs_object_id') {
      const found = this.records.get(Number(id));
      return found?.archivedAt === undefined ? found : undefined;
    }
    const property = this.property(idProperty);
    if (!property.isUnique) {
      throw new Refusal(400, 'VALIDATION_ERROR', `Property ${idProperty} is not a unique property`);
    }
    const own = this.#unique.get(idProperty)?.get(keptValue(property, id));
    return own === undefined ? undefined : this.records.get(own);
  }

  /** @throws Refusal */
  check(properties: Readonly<Record<string, unknown>>): void {
    const wrong = Object.entries(properties).flatMap(([name, value]) => {
      const property = this.property(name);
      if (property.isReadOnly) {
        return [{ name, error: 'READ_ONLY_VALUE', message: `${name} is a read only property` }];
      }
      return refuseValue(property, String(value ?? '')) ?? [];
    });
    if (wrong.length === 0) return;
    const said = wrong.map((one) => ({ isValid: false, ...one }));
    const message = `Property values were not valid: ${JSON.stringify(said)}`;
    throw new Refusal(400, 'VALIDATION_ERROR', message);
  }

  /** @throws Refusal */
  create(given: Readonly<Record<string, unknown>>, at = this.#now()): Stored {
    this.check(given);
    this.refuseTaken(given);
    this.#last += 1;
    const record = { id: this.#last, properties: {}, createdAt: at, updatedAt: at };
    this.records.set(record.id, record);
    this.#set(record, given);
    return record;
  }

  /** @throws Refusal */
  update(record: Stored, given: Readonly<Record<string, unknown>>): Stored {
    this.check(given);
    this.refuseTaken(given, record.id);
    this.#set(record, given);
    record.updatedAt = this.#now();
    return record;
  }

  archive(id: string): void {
    const record = this.records.get(Number(id));
    if (!record || record.archivedAt !== undefined) return;
    record.archivedAt = this.#now();
    this.#forget(record);
  }

  /** One record becomes another, and is there no more. */
  merge(kept: Stored, gone: Stored): void {
    this.#forget(gone);
    this.records.delete(gone.id);
    const ids = [kept.properties.hs_merged_object_ids, String(gone.id)].filter(Boolean);
    kept.properties.hs_merged_object_ids = ids.join(';');
    kept.updatedAt = this.#now();
  }

  /** @throws Refusal where another record has the value of a unique property */
  refuseTaken(given: Readonly<Record<string, unknown>>, own?: number): void {
    for (const property of this.properties) {
      const value = String(given[property.name] ?? '');
      if (!property.isUnique || value === '') continue;
      const taken = this.#unique.get(property.name)?.get(keptValue(property, value));
      if (taken === undefined || taken === own) continue;
      const message = `${this.name} already exists. Existing ID: ${taken}`;
      throw new Refusal(409, 'CONFLICT', message);
    }
  }

  #set(record: Stored, given: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(given)) {
      const property = this.property(name);
      const whole = keptValue(property, String(value ?? ''));
      const isRounded = this.roundsNumbers && property.type === 'number' && whole !== '';
      const kept = isRounded ? String(Number(whole)) : whole;
      const index = this.#unique.get(name) ?? new Map<string, number>();
      if (property.isUnique) this.#unique.set(name, index);
      const before = record.properties[name];
      if (before !== undefined) index.delete(before);
      if (kept === '') delete record.properties[name];
      else {
        record.properties[name] = kept;
        index.set(kept, record.id);
      }
    }
  }

  #forget(record: Stored): void {
    for (const [name, index] of this.#unique) {
      const value = record.properties[name];
      if (value !== undefined) index.delete(value);
    }
  }
}

/** What an account holds at first: the four objects that all have, and cars. */
export function makeTypes(now: () => number): ObjectType[] {
  const make = (name: string, typeId: string, nth: number, properties: readonly Property[]) =>
    new ObjectType(name, typeId, { properties, now, from: nth * 10_000_000 });
  return [
    make('contacts', '0-1', 1, standard.contacts),
    make('companies', '0-2', 2, standard.companies),
    make('deals', '0-3', 3, standard.deals),
    make('tickets', '0-5', 4, standard.tickets),
    make('cars', '2-1001', 5, custom),
  ];
}

import { makeTypes, type ObjectType, Refusal, type Stored } from './objects.ts';

type Linked = { readonly typeId: number; readonly category: string; readonly label: string | null };
export type Association = Linked & { readonly from: number; readonly to: number };

/** What is between two objects when nobody says what. */
const plain: Linked = { typeId: 1, category: 'HUBSPOT_DEFINED', label: null };
const firstAt = Date.UTC(2024, 0, 1);

type Five = [ObjectType, ObjectType, ObjectType, ObjectType, ObjectType];

/** An account in memory. */
export class Account {
  readonly types: readonly ObjectType[];
  readonly #links = new Map<string, Map<number, Association[]>>();
  #latest = 0;

  /** So many contacts, and others in proportion, one second after the other. */
  constructor(records: number) {
    this.types = makeTypes(() => this.now());
    this.#seed(records);
  }

  /** Later than every moment before. */
  now(): number {
    this.#latest = Math.max(Date.now(), this.#latest + 1);
    return this.#latest;
  }

  /** By its name, its id or its full name. @throws Refusal */
  type(name: string): ObjectType {
    const found = this.types.find(
      (one) => one.name === name || one.typeId === name || `p1_${one.name}` === name,
    );
    if (found) return found;
    throw new Refusal(404, 'OBJECT_NOT_FOUND', `Unable to infer object type from: ${name}`);
  }

  /** Both ways, as every association is. */
  associate(from: Of, to: Of, linked: Linked = plain): void {
    this.#link(from, to, linked);
    this.#link(to, from, linked);
  }

  dissociate(from: Of, to: Of): void {
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      const links = this.#between(one.type, other.type);
      const left = links.get(one.record.id)?.filter((link) => link.to !== other.record.id);
      links.set(one.record.id, left ?? []);
    }
  }

  associations(from: ObjectType, to: ObjectType, id: number): readonly Association[] {
    const gone = (link: Association) => to.records.get(link.to)?.archivedAt === undefined;
    return (this.#between(from, to).get(id) ?? []).filter(gone);
  }

  #link(from: Of, to: Of, linked: Linked): void {
    const links = this.#between(from.type, to.type);
    const own = links.get(from.record.id) ?? [];
    const isSame = (one: Association) =>
      one.to === to.record.id && one.typeId === linked.typeId && one.category === linked.category;
    if (!own.some(isSame)) own.push({ from: from.record.id, to: to.record.id, ...linked });
    links.set(from.record.id, own);
  }

  #between(from: ObjectType, to: ObjectType): Map<number, Association[]> {
    const name = `${from.name}/${to.name}`;
    const links = this.#links.get(name) ?? new Map<number, Association[]>();
    this.#links.set(name, links);
    return links;
  }

  #seed(count: number): void {
    const [contacts, companies, deals, tickets, cars] = [
      'contacts',
      'companies',
      'deals',
      'tickets',
      'cars',
    ].map((name) => this.type(name)) as Five;
    const at = (nth: number) => firstAt + nth * 1_000;
    const few = Math.ceil(count / 10);
    for (let nth = 0; nth < few; nth += 1) {
      companies.create(companyOf(nth), at(nth));
      deals.create({ dealname: `Deal ${nth}`, amount: `${nth}.50`, dealstage: 'open' }, at(nth));
      tickets.create({ subject: `Ticket ${nth}`, hs_ticket_priority: 'LOW' }, at(nth));
      cars.create({ plate: `B ${nth}`, built_on: '2020-02-29' }, at(nth));
    }
    const firms = [...companies.records.values()];
    for (let nth = 0; nth < count; nth += 1) {
      const record = contacts.create(contactOf(nth), at(nth));
      const firm = firms[nth % few] as Stored;
      this.associate({ type: contacts, record }, { type: companies, record: firm });
    }
  }
}

type Of = { readonly type: ObjectType; readonly record: Stored };

function companyOf(nth: number): Record<string, string> {
  return { name: `Company ${nth}`, domain: `company${nth}.example`, annualrevenue: `${nth}000` };
}

function contactOf(nth: number): Record<string, string> {
  return {
    email: `person${nth}@company.example`,
    firstname: `First ${nth}`,
    lastname: `Last ${nth}`,
    visits: String(nth),
    is_customer: String(nth % 2 === 0),
    level: ['gold', 'silver', 'bronze'][nth % 3] as string,
    birthday: '1980-02-29',
  };
}

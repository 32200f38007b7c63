import type { Field } from '../../connectors/connector.ts';
import { fromJson } from '../../values/json.ts';
import { type JsonObject, objectIn } from '../../values/members.ts';
import type { Json } from '../../values/types.ts';
import { hostOf, isFreeMail, mailDomainOf } from './domains.ts';
import { kindOf, type Meaning, meaningsOf, plain } from './meanings.ts';

/** An object of a system, where a record comes from. */
export type From = { readonly provider: string; readonly object: string };

/** An object of a system, where a record goes to. */
export type To = From & {
  readonly fields: readonly Field[];
  /** By which it tells its records apart. */
  readonly key: readonly string[];
};

const databases = ['postgres', 'mysql', 'sqlite', 'snowflake', 'files'];

/**
 * What `write` writes where nobody says it: of a record of one object the fields that another has, too,
 * whatever it calls them (`Lead.FirstName` is `firstname`), and those of the same name. What is empty, has
 * no counterpart or does not fit a field of the same name is left out.
 */
export function standardFields(from: From, to: To, record: Json): Record<string, Json> {
  const given = objectIn(record) ?? {};
  const [own, other] = [kindOf(from.object), kindOf(to.object)];
  const writable = to.fields.filter(({ isWritable }) => isWritable);
  const said = saidIn(meaningsOf(own, filledNames(given)), given);
  const wanted = meaningsOf(
    other,
    writable.map(({ name }) => name),
  );
  const values = new Map<string, Json>();
  for (const [meaning, name] of wanted) {
    const value = said.get(meaning);
    if (value !== undefined) values.set(name, value);
  }
  const meant = new Set(wanted.values());
  for (const field of writable) {
    if (meant.has(field.name)) continue;
    const value = sameNamed(field, to, given);
    if (value !== undefined) values.set(field.name, value);
  }
  return Object.fromEntries(values);
}

/**
 * By which field an upsert finds again what `write` has written before: the object's own key where that
 * is written, else the mail address; of HubSpot's companies the domain. None where there is neither: then records are inserted.
 */
export function standardKey(to: To, written: Iterable<string>): string[] {
  const names = new Set(written);
  if (to.key.length > 0 && to.key.every((name) => names.has(name))) return [...to.key];
  if (to.provider === 'scheduling' || to.provider === 'messaging') return [];
  const kind = kindOf(to.object);
  const meant = meaningsOf(kind, [...names]);
  const known = kind === 'person' ? meant.get('email') : undefined;
  // HubSpot's companies are searched for by it; others find by what is unique only.
  const domain = to.provider === 'hubspot' && kind === 'company' ? meant.get('domain') : undefined;
  return [known ?? domain ?? []].flat();
}

type Operation = 'insert' | 'upsert' | 'update' | 'delete';

/**
 * How `write` writes where it does not say that: it upserts, by the key of `standardKey`, or inserts where
 * there is none.
 * @param written the fields that are written
 */
export function howToWrite(
  said: { operation?: Operation | null | undefined; key?: readonly string[] | null | undefined },
  to: To,
  written: Iterable<string>,
): { operation: Operation; key: readonly string[] } | { problem: string } {
  const operation = said.operation ?? 'upsert';
  if (operation === 'insert') return { operation, key: said.key ?? to.key };
  const key = said.key?.length ? said.key : standardKey(to, written);
  if (key.length > 0) return { operation, key };
  if (!said.operation) return { operation: 'insert', key: to.key };
  const own = to.key.length > 0 ? `, or write ${to.key.join(', ')}` : '';
  return {
    problem: `${to.object} has nothing by which a record is found again: name a key${own}.`,
  };
}

function filledNames(record: JsonObject): string[] {
  return Object.keys(record).filter((name) => !isBlank(record[name]));
}

export function isBlank(value: Json | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'string' && !value.trim());
}

/** What a record says, with what follows from it. */
function saidIn(names: ReadonlyMap<Meaning, string>, record: JsonObject): Map<Meaning, Json> {
  const said = new Map<Meaning, Json>();
  for (const [meaning, name] of names) {
    const value = record[name] as Json;
    // An address that is an object is said by its parts.
    if (objectIn(value) === undefined && !Array.isArray(value)) said.set(meaning, value);
  }
  const [first, last] = [said.get('first_name'), said.get('last_name')];
  if (!said.has('full_name') && typeof first === 'string' && typeof last === 'string') {
    said.set('full_name', `${first} ${last}`);
  }
  const mail = mailDomainOf(said.get('email'));
  const domain = hostOf(said.get('website')) ?? (mail && !isFreeMail(mail) ? mail : undefined);
  if (domain !== undefined && !said.has('domain')) said.set('domain', domain);
  return said;
}

/** Ids mean something in their own system only: they go where records are kept as they were elsewhere. */
function sameNamed({ name, type, givenType }: Field, to: To, record: JsonObject): Json | undefined {
  const own = Object.keys(record).find((one) => plain(one) === plain(name));
  const value = own === undefined ? undefined : record[own];
  if (value === undefined || isBlank(value)) return undefined;
  if (/(^|_)id$|[a-z]Id$/.test(name) && !databases.includes(to.provider)) return undefined;
  return 'problem' in fromJson(givenType ?? type, value) ? undefined : value;
}

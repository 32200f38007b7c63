import type { Description, Session } from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import { recordOf } from '../../connectors/records.ts';
import { check } from '../../filters/check.ts';
import type { FieldName, Filter, Literal } from '../../filters/filter.ts';
import { type JsonObject, objectIn } from '../../values/members.ts';
import type { Json } from '../../values/types.ts';
import { hostOf, isFreeMail, mailDomainOf } from './domains.ts';
import { describeCompanies } from './finding.ts';
import { companyMeanings, kindOf, type Meaning, meaningsOf } from './meanings.ts';
import { isBlank } from './standard.ts';

const candidatesMax = 100;
const place = { member: 'enrich_company_data' };
const filled = [...companyMeanings, 'company'] as const satisfies readonly Meaning[];

/**
 * Fills the empty company fields of a record from the account of its system that has the domain of its
 * mail address, else the name of its company. Where none has, or more than one, it stays as it is: what is
 * wrong is worse than what is empty. A mail address that anybody can have says nothing of a company.
 * @throws ConnectorError
 */
export async function enrichCompany(
  record: Json,
  { session, object }: { session: Session; object: string | null },
): Promise<Json> {
  const given = objectIn(record);
  if (!given) return record;
  const kind = object === null ? 'person' : kindOf(object);
  const own = meaningsOf(
    kind,
    Object.keys(given).filter((name) => !isBlank(given[name])),
  );
  const textOf = (meaning: Meaning) => {
    const value = given[own.get(meaning) ?? ''];
    return typeof value === 'string' ? value.trim() : '';
  };
  const domain = mailDomainOf(textOf('email'));
  const sought = {
    domain: domain && !isFreeMail(domain) ? domain : undefined,
    name: textOf('company'),
  };
  if (sought.domain === undefined && sought.name === '') return record;
  const places = meaningsOf(kind, await namesOf(session, given, object));
  const empty = filled.filter((meaning) => !own.has(meaning) && places.has(meaning));
  const companies = empty.length > 0 ? await describeCompanies(session) : undefined;
  const company = companies && (await findCompany(session, companies, sought));
  if (!company) return record;
  const additions = empty.flatMap((meaning): [string, Json][] => {
    const value = company.valueOf(meaning);
    return isBlank(value) ? [] : [[places.get(meaning) as string, value as Json]];
  });
  return Object.fromEntries([...Object.entries(given), ...additions]);
}

/** The fields of a record: those that it has, and those that its object has. */
async function namesOf(session: Session, given: JsonObject, object: string | null) {
  const names = Object.keys(given);
  if (object === null) return names;
  try {
    const { fields } = await session.describe(object);
    return [...names, ...fields.map(({ name }) => name)];
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'missing') return names;
    throw error;
  }
}

type Sought = { domain: string | undefined; name: string };

class Company {
  readonly #record: Record<string, Json>;
  readonly #places: ReadonlyMap<Meaning, string>;

  constructor(record: Record<string, Json>, places: ReadonlyMap<Meaning, string>) {
    this.#record = record;
    this.#places = places;
  }

  valueOf(meaning: Meaning): Json | undefined {
    return this.#record[this.#places.get(meaning) ?? ''];
  }

  isAt(domain: string): boolean {
    return [this.valueOf('domain'), this.valueOf('website')].some((one) => hostOf(one) === domain);
  }

  isCalled(name: string): boolean {
    const own = this.valueOf('company');
    return typeof own === 'string' && own.trim().toLowerCase() === name.toLowerCase();
  }
}

/** By the domain, else by the name; of several the one that has both. */
async function findCompany(
  session: Session,
  companies: Description,
  { domain, name }: Sought,
): Promise<Company | undefined> {
  const places = meaningsOf(
    'company',
    companies.fields.map((field) => field.name),
  );
  const find = async (filter: Filter | undefined, fits: (one: Company) => boolean) => {
    const found = filter ? await queryAll(session, companies, filter) : [];
    const fitting = found.map((record) => new Company(record, places)).filter(fits);
    const named = fitting.filter((one) => name !== '' && one.isCalled(name));
    if (fitting.length === 1) return fitting[0];
    return named.length === 1 ? named[0] : undefined;
  };
  const byDomain = domain && (await find(atDomain(places, domain), (one) => one.isAt(domain)));
  if (byDomain) return byDomain;
  const field = places.get('company');
  if (name === '' || field === undefined) return undefined;
  const isNamed = compare(field, name);
  return find(isNamed, (one) => one.isCalled(name));
}

async function queryAll(session: Session, { name, fields }: Description, filter: Filter) {
  const limit = candidatesMax;
  const answer = await session.query({ object: name, filter: check(filter, fields), limit });
  return answer.rows.map((row) => recordOf(answer.fields, row));
}

/** In small letters, with a capital, or in capitals; whether it really is its host is looked at afterwards. */
function atDomain(places: ReadonlyMap<Meaning, string>, domain: string): Filter | undefined {
  const [own, website] = [places.get('domain'), places.get('website')];
  const spelled = [domain, `${domain[0]?.toUpperCase()}${domain.slice(1)}`, domain.toUpperCase()];
  const terms: Filter[] = [
    ...(own === undefined ? [] : [compare(own, domain)]),
    ...(website === undefined
      ? []
      : spelled.map((one): Filter => {
          const text = `%${one.replace(/[\\%_]/g, '\\$&')}%`;
          return { kind: 'like', field: fieldOf(website), pattern: literalOf(text) };
        })),
  ];
  return terms.length === 0 ? undefined : { kind: 'or', terms };
}

function compare(field: string, value: string): Filter {
  return { kind: 'compare', field: fieldOf(field), operator: '=', value: literalOf(value) };
}

function fieldOf(name: string): FieldName {
  return { parts: [name], place };
}

function literalOf(text: string): Literal {
  return { kind: 'text', text, place };
}

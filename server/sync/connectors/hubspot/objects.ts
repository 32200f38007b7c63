import { matchName } from '../../conventions/names.ts';
import type { ObjectName } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { listOf } from './answers.ts';
import type { Api } from './api.ts';
import { HubspotRefusal } from './refusal.ts';

/** Records of one type. */
export type RecordType = {
  readonly name: string;
  /** In addresses: a custom object may have the name of another. */
  readonly path: string;
  /** The property that tells when a record was changed: contacts have another than all others. */
  readonly modifiedBy: string;
};

/** Which records of one type belong to which of another. */
export type Association = { readonly from: RecordType; readonly to: RecordType };
/** The records of one type that are there no more. */
export type Archive = { readonly archived: RecordType };
export type HubspotObject = RecordType | Association | Archive;

export const standardNames = ['contacts', 'companies', 'deals', 'tickets'] as const;
/** By which people know companies. */
export const domainField = 'domain';
const between = '_to_';
const gone = 'archived_';

/** Companies are found by their domain, though HubSpot keeps it unique only where people make them. */
export function isByDomain({ name }: RecordType, key: string): boolean {
  return name === 'companies' && key === domainField;
}

export function isAssociation(object: HubspotObject): object is Association {
  return 'from' in object;
}

export function isArchive(object: HubspotObject): object is Archive {
  return 'archived' in object;
}

export function nameOf(object: HubspotObject): string {
  if (isArchive(object)) return `${gone}${object.archived.name}`;
  return isAssociation(object) ? `${object.from.name}${between}${object.to.name}` : object.name;
}

/** The objects of an account, of which only the custom ones have to be asked for. */
export class Objects {
  readonly #api: Api;
  #types: Promise<readonly RecordType[]> | undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  async list(): Promise<ObjectName[]> {
    const types = await this.#all();
    const pairs = await this.pairs();
    const archives = types.map((archived) => ({ archived }));
    return [...types, ...archives, ...pairs].map((one) => ({
      name: nameOf(one),
      kind: 'object' as const,
    }));
  }

  /** Each pair once: the other way round holds the same. */
  async pairs(): Promise<Association[]> {
    const types = await this.#all();
    return types.flatMap((from, at) => types.slice(at).map((to) => ({ from, to })));
  }

  /** @throws ConnectorError */
  async find(name: string): Promise<HubspotObject> {
    const [left = '', right] = name.split(between);
    const known = standard.find((one) => one.name === name);
    if (known) return known;
    const types = await this.#all();
    const own = typeIn(types, name);
    if (own) return own;
    const archived = name.startsWith(gone) && typeIn(types, name.slice(gone.length));
    if (archived) return { archived };
    const [from, to] = [
      typeIn(types, left),
      right === undefined ? undefined : typeIn(types, right),
    ];
    if (from && to) return { from, to };
    throw new ConnectorError('missing', `HubSpot has no object "${name}".`);
  }

  #all(): Promise<readonly RecordType[]> {
    this.#types ??= this.#ask();
    this.#types.catch(() => {
      this.#types = undefined;
    });
    return this.#types;
  }

  async #ask(): Promise<readonly RecordType[]> {
    const schemas = await this.#schemas();
    const names: string[] = [...standardNames];
    const custom = schemas.map(({ name, fullyQualifiedName = name, objectTypeId = name }) => {
      const own = names.includes(name) ? fullyQualifiedName : name;
      names.push(own);
      return typeOf(own, objectTypeId);
    });
    return [...standard, ...custom];
  }

  /** Whoever may not see them has none. */
  async #schemas() {
    try {
      return listOf(await this.#api.schemas.getAll());
    } catch (error) {
      const isForbidden = error instanceof ConnectorError && error.kind === 'configuration';
      if (isForbidden && /\(403\)/.test(error.message)) return [];
      if (error instanceof HubspotRefusal && error.status === 404) return [];
      throw error;
    }
  }
}

const standard: readonly RecordType[] = standardNames.map((name) => typeOf(name, name));

function typeOf(name: string, path: string): RecordType {
  const modifiedBy = name === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate';
  return { name, path, modifiedBy };
}

/** By its name, or as one of its records is called: `Contact`. */
function typeIn(types: readonly RecordType[], name: string): RecordType | undefined {
  const names = types.map((one) => one.name);
  const found =
    matchName(names, name) ?? names.find((one) => singularOf(one) === name.toLowerCase());
  return types.find((one) => one.name === found);
}

function singularOf(name: string): string {
  return name.toLowerCase().replace(/ies$/, 'y').replace(/s$/, '');
}

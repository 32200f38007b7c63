import { compareValues, filterOf, literalIn } from './filter.ts';
import { describeSets } from './metadata.ts';
import {
  type Entity,
  type EntitySet,
  idOf,
  makeSets,
  numberOf,
  put,
  Refusal,
} from './properties.ts';
import { keep, show, type Version } from './shown.ts';

export type Answered = {
  readonly status: number;
  readonly body?: unknown;
  readonly xml?: string;
};
export type Request = {
  readonly method: string;
  /** Below the root, decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly text: string;
};

/** One service with its records, of which both versions tell. */
export class Service {
  readonly sets: readonly EntitySet[];
  pageSize: number;
  /** More it never answers, without a word. */
  capsAt = Number.POSITIVE_INFINITY;
  /** By how many microseconds a change comes after the one before. */
  now = Date.UTC(2025, 0, 1) * 1_000;

  constructor(records: number, pageSize: number) {
    this.sets = makeSets(records);
    this.pageSize = pageSize;
  }

  set(name: string): EntitySet {
    const found = this.sets.find((one) => one.name === name);
    if (found) return found;
    throw new Refusal(404, '/IWBEP/CM_MGW_RT/021', `Resource not found for the segment '${name}'`);
  }

  /** Changes a record, or makes one, as others do at the same time. */
  change(name: string, entity: Entity): Entity {
    const set = this.set(name);
    const stamp = set.properties.find(({ kind }) => kind === 'stamp');
    this.now += 1_000_000;
    const whole = { ...(stamp ? { [stamp.name]: this.now } : {}), ...entity };
    const before = set.entities.get(idOf(set, entity)) ?? {};
    put(set, { ...before, ...whole });
    return { ...before, ...whole };
  }

  answer(request: Request, version: Version, root: string): Answered {
    const { method, path } = request;
    if (path === '$metadata') return { status: 200, xml: describeSets(this.sets, version) };
    if (path === '') {
      const names = this.sets.map(({ name }) => name);
      return {
        status: 200,
        body: version === 'v2' ? { d: { EntitySets: names } } : { value: names },
      };
    }
    const [, name = '', key] = /^([^(/]+)(?:\((.*)\))?$/s.exec(path) ?? [];
    const set = this.set(name);
    if (key === undefined && method === 'GET') return this.#list(set, request.query, version, root);
    if (set.isReadOnly && method !== 'GET') {
      throw new Refusal(405, '/IWBEP/CM_MGW_RT/019', `Method ${method} is not allowed for ${name}`);
    }
    if (method === 'POST') return this.#create(set, request.text, version, root);
    const id = JSON.stringify(keyIn(set, key ?? ''));
    const found = set.entities.get(id);
    if (!found) throw new Refusal(404, '/IWBEP/CM_MGW_RT/020', 'Resource not found');
    if (method === 'DELETE') {
      set.entities.delete(id);
      return { status: 204 };
    }
    if (method === (version === 'v2' ? 'MERGE' : 'PATCH')) {
      this.change(name, { ...found, ...this.#read(set, request.text) });
      return { status: 204 };
    }
    throw new Refusal(405, '/IWBEP/CM_MGW_RT/019', `Method ${method} is not allowed`);
  }

  #list(set: EntitySet, query: URLSearchParams, version: Version, root: string): Answered {
    const filter = query.get('$filter');
    const order = (query.get('$orderby') ?? '').split(',').filter(Boolean);
    const found = [...set.entities.values()].filter(filter ? filterOf(set, filter) : () => true);
    for (const one of order.reverse()) {
      const [name, direction] = one.trim().split(' ');
      const property = set.properties.find((own) => own.name === name);
      if (!property) throw new Refusal(400, '/IWBEP/CM_MGW_RT/024', `No property '${name}'`);
      const sign = direction === 'desc' ? -1 : 1;
      found.sort((a, b) => {
        return sign * compareValues(property, a[property.name] ?? null, b[property.name] ?? null);
      });
    }
    const skip = Number(query.get('$skip') ?? 0);
    const top = Math.min(Number(query.get('$top') ?? found.length), this.capsAt);
    const all = found.slice(skip, skip + top);
    const from = this.#tokenIn(query.get('$skiptoken'));
    const page = all.slice(from, from + this.pageSize);
    const names = query.get('$select')?.split(',');
    const shown = page.map((entity) => show(set, entity, { version, root, names }));
    const end = from + page.length;
    const next = end < all.length ? this.#nextOf(set, query, end, root) : undefined;
    if (version === 'v4') {
      return { status: 200, body: { value: shown, ...(next ? { '@odata.nextLink': next } : {}) } };
    }
    return { status: 200, body: { d: { results: shown, ...(next ? { __next: next } : {}) } } };
  }

  /** Its plus is not encoded, as many services leave it. */
  #nextOf(set: EntitySet, query: URLSearchParams, end: number, root: string): string {
    const rest = new URLSearchParams(query);
    rest.delete('$skiptoken');
    return `${root}/${set.name}?${rest}&$skiptoken=2024-01-01T00:00:00+01:00_${end}`;
  }

  #tokenIn(text: string | null): number {
    if (text === null) return 0;
    const end = /^2024-01-01T00:00:00\+01:00_(\d+)$/.exec(text)?.[1];
    if (end !== undefined) return Number(end);
    throw new Refusal(400, '/IWBEP/CM_MGW_RT/025', 'Invalid $skiptoken');
  }

  #create(set: EntitySet, text: string, version: Version, root: string): Answered {
    const given = this.#read(set, text);
    if (set.name === 'BusinessPartners' && given.BusinessPartner === undefined) {
      given.BusinessPartner = numberOf(900_000 + set.entities.size);
    }
    const absent = set.properties.find(({ name, isNullable }) => {
      return isNullable === false && (given[name] ?? null) === null;
    });
    if (absent) {
      throw new Refusal(400, 'BP/001', `Property '${absent.name}' is needed`, absent.name);
    }
    if (set.entities.has(idOf(set, given))) {
      throw new Refusal(400, 'BP/002', 'The record exists already');
    }
    const entity = this.change(set.name, given);
    const body = show(set, entity, { version, root });
    return { status: 201, body: version === 'v2' ? { d: body } : body };
  }

  #read(set: EntitySet, text: string): Entity {
    const members: Record<string, unknown> = JSON.parse(text);
    const entity: Entity = {};
    for (const [name, json] of Object.entries(members)) {
      const property = set.properties.find((one) => one.name === name);
      if (!property) throw new Refusal(400, '/IWBEP/CM_MGW/010', `No property '${name}'`, name);
      entity[name] = keep(property, json);
    }
    if (entity.Category !== undefined && !/^[12]$/.test(String(entity.Category ?? '1'))) {
      throw new Refusal(400, 'BP/003', `Category '${entity.Category}' is unknown`, 'Category');
    }
    return entity;
  }
}

/** `'1'`, or `BusinessPartner='1',AddressID='2'` in any order. */
function keyIn(set: EntitySet, text: string): unknown[] {
  const literals = new Map<string, string>();
  for (const [, name, literal = ''] of text.matchAll(
    /(?:(\w+)=)?([a-z]*'(?:[^']|'')*'|[^,]+),?/g,
  )) {
    literals.set(name ?? set.key[0] ?? '', literal);
  }
  return set.key.map((name) => {
    const property = set.properties.find((one) => one.name === name);
    const literal = literals.get(name);
    if (property && literal !== undefined) return literalIn(property, literal);
    throw new Refusal(400, '/IWBEP/CM_MGW_RT/026', `The key needs '${name}'`);
  });
}

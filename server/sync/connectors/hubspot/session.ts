import type {
  ApplyRequest,
  ApplyResult,
  Checked,
  Description,
  QueryRequest,
  ReadRequest,
  Session,
  WriteRequest,
  Writer,
} from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { type Listing, queryListing, readListing } from '../listing.ts';
import { applied } from '../outcomes.ts';
import type { Outside } from '../outside-contract.ts';
import { Place } from '../place.ts';
import type { Relation } from '../relations.ts';
import { listOf } from './answers.ts';
import { type Api, openApi } from './api.ts';
import { archiveOf } from './archives.ts';
import { associationsOf } from './associations.ts';
import type { HubspotSettings } from './config.ts';
import {
  type Association,
  type HubspotObject,
  isArchive,
  isAssociation,
  nameOf,
  Objects,
  type RecordType,
  standardNames,
} from './objects.ts';
import { query } from './query.ts';
import { read } from './read.ts';
import { sendEach } from './sending.ts';
import { Transport } from './transport.ts';
import { fieldOf, idField, type PropertyField } from './types.ts';
import { linkWayOf, wayOf } from './ways.ts';
import { HubspotWriter, requireAble, type Way } from './writer.ts';

export class HubspotSession implements Session {
  readonly #settings: HubspotSettings;
  readonly #outside: Outside;
  readonly #place: Place;
  readonly #api: Api;
  readonly #objects: Objects;
  readonly #fields = new Map<string, Promise<readonly PropertyField[]>>();

  constructor(settings: HubspotSettings, outside: Outside) {
    this.#settings = settings;
    this.#outside = outside;
    this.#place = new Place(outside);
    this.#api = this.#apiFor(outside.signal);
    this.#objects = new Objects(this.#api);
  }

  async check(): Promise<Checked> {
    const closed: string[] = [];
    let refusal: unknown;
    for (const name of standardNames) {
      try {
        await this.#api.records.getPage(name, 1);
      } catch (error) {
        if (!isForbidden(error)) throw error;
        closed.push(name);
        refusal = error;
      }
    }
    if (closed.length === standardNames.length) throw refusal;
    const scopes = closed.map((name) => `crm.objects.${name}.read`).join(', ');
    if (closed.length === 0) return { warnings: [] };
    return { warnings: [`The access token does not open ${closed.join(', ')}: add ${scopes}.`] };
  }

  async objects({ search, after, limit }: { search?: string; after?: string; limit: number }) {
    const sought = search?.toLowerCase() ?? '';
    return (await this.#objects.list())
      .filter(({ name }) => name.toLowerCase().includes(sought))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .filter(({ name }) => after === undefined || name > after)
      .slice(0, limit);
  }

  async describe(name: string): Promise<Description> {
    const object = await this.#objects.find(name);
    if (!isRecordType(object)) {
      const { fields, key } = listingOf(this.#api, object);
      return { name: nameOf(object), fields, key, cursorFields: [] };
    }
    const fields = await this.#fieldsOf(object);
    const cursor = object.modifiedBy;
    return { name: object.name, fields, key: [idField], cursorFields: [cursor], cursor };
  }

  /** A record leads to the lists of what belongs to it, and these lead to the records at both ends. */
  async relations(name: string): Promise<Relation[]> {
    const object = await this.#objects.find(name);
    if (isArchive(object)) return [];
    if (!isAssociation(object)) return relationsOf(object, await this.#objects.pairs());
    const { from, to } = object;
    return [
      { fields: ['from_id'], object: from.name, references: [idField] },
      { fields: ['to_id'], object: to.name, references: [idField] },
    ];
  }

  async read(request: ReadRequest) {
    const object = await this.#objects.find(request.object ?? request.query ?? '');
    const api = this.#apiFor(request.signal);
    if (!isRecordType(object)) return readListing(listingOf(api, object), request);
    return read(api, object, await this.#fieldsOf(object), request);
  }

  async query(request: QueryRequest) {
    const object = await this.#objects.find(request.object);
    if (!isRecordType(object)) return queryListing(listingOf(this.#api, object), request);
    return query(this.#api, object, await this.#fieldsOf(object), request);
  }

  async write(request: WriteRequest): Promise<Writer> {
    requireAble(request);
    const { mode, key, fields } = request;
    const asked = { operation: mode === 'append' ? 'insert' : 'upsert', key, fields } as const;
    const object = await this.#objects.find(request.object);
    const api = this.#apiFor(request.signal);
    if (isArchive(object)) throw unwritable(object);
    if (isAssociation(object)) return new HubspotWriter(linkWayOf(api, object, asked), request);
    const way = wayOf(api, object, await this.#fieldsOf(object), asked);
    return new HubspotWriter(way, request);
  }

  async apply(request: ApplyRequest): Promise<ApplyResult[]> {
    const object = await this.#objects.find(request.object);
    if (isArchive(object)) throw unwritable(object);
    if (isAssociation(object)) return applyBy(linkWayOf(this.#api, object, request), request);
    return applyBy(wayOf(this.#api, object, await this.#fieldsOf(object), request), request);
  }

  async close() {}

  #apiFor(signal: AbortSignal): Api {
    const terms = { place: this.#place, signal };
    return openApi(this.#settings, new Transport(this.#settings, this.#outside, terms));
  }

  #fieldsOf({ path }: RecordType): Promise<readonly PropertyField[]> {
    const known = this.#fields.get(path) ?? this.#askFields(path);
    this.#fields.set(path, known);
    known.catch(() => this.#fields.delete(path));
    return known;
  }

  async #askFields(path: string): Promise<readonly PropertyField[]> {
    const fields = listOf(await this.#api.properties.getAll(path)).map(fieldOf);
    // What a record is known by comes first.
    return fields.sort((a, b) => Number(b.name === idField) - Number(a.name === idField));
  }
}

function isRecordType(object: HubspotObject): object is RecordType {
  return !isAssociation(object) && !isArchive(object);
}

function listingOf(api: Api, object: Exclude<HubspotObject, RecordType>): Listing {
  return isArchive(object) ? archiveOf(api, object) : associationsOf(api, object);
}

function relationsOf({ name }: RecordType, pairs: readonly Association[]): Relation[] {
  return pairs.flatMap((pair) => {
    const end = pair.from.name === name ? 'from_id' : pair.to.name === name ? 'to_id' : undefined;
    return end ? [{ fields: [idField], object: nameOf(pair), references: [end] }] : [];
  });
}

function unwritable(object: HubspotObject): ConnectorError {
  const message = `"${nameOf(object)}" tells what is there no more, and cannot be written.`;
  return new ConnectorError('request', message, { field: 'object' });
}

async function applyBy<Input>(way: Way<Input>, { rows }: ApplyRequest): Promise<ApplyResult[]> {
  const results = await sendEach(
    rows.map((row) => way.encode(row)),
    way.send,
  );
  return results.map(applied);
}

function isForbidden(error: unknown): boolean {
  return error instanceof ConnectorError && /\(403\)/.test(error.message);
}

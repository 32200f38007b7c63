import type { Filter } from '@hubspot/api-client/lib/codegen/crm/objects/models/Filter.js';
import type { Cell, Row } from '../../values/types.ts';
import type { Field } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { listOf } from './answers.ts';
import type { Api } from './api.ts';
import type { RecordType } from './objects.ts';
import type { Position } from './position.ts';
import { cellOf } from './types.ts';

/** A condition on one property, in the words of HubSpot. */
export type Condition = {
  readonly propertyName: string;
  readonly operator: `${Filter['operator']}`;
  readonly value?: string;
  readonly values?: readonly string[];
};
/** Of groups one must hold, and of it all conditions. */
export type Groups = readonly (readonly Condition[])[];

export type HubspotRecord = {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly archivedAt?: Date;
};

/** Some records, and where a reading goes on after them. */
export type Page = { readonly records: readonly HubspotRecord[]; readonly position: Position };

type Search = {
  groups: Groups;
  sort: string;
  limit?: number;
  after?: string;
};

export const listSize = 100;
export const searchSize = 200;
const readSize = 100;
/** Longer addresses, and bodies of searches, are refused; then the properties are asked for after it. */
const addressCharactersMax = 6_000;
const searchCharactersMax = 3_000;

/** The records of one type, with the properties that are wanted of them. */
export class Records {
  readonly type: RecordType;
  readonly #api: Api;
  readonly #names: readonly string[];
  readonly #isShort: boolean;

  constructor(api: Api, type: RecordType, names: readonly string[]) {
    this.#api = api;
    this.type = type;
    this.#names = [...new Set(names)];
    const characters = this.#names.reduce((sum, name) => sum + name.length + 12, 0);
    this.#isShort = characters <= addressCharactersMax;
  }

  /** A page in the order of the ids. */
  async list(after: string | undefined, { isArchived = false, limit = listSize } = {}) {
    const { path } = this.type;
    const names = this.#isShort ? [...this.#names] : [this.type.modifiedBy];
    const answer = await this.#api.records.getPage(
      ...([path, limit, after, names, undefined, undefined, isArchived] as const),
    );
    const records = listOf(answer);
    const next = answer.paging?.next?.after;
    return { records: this.#isShort ? records : await this.#fill(records), next };
  }

  /** Records that fit one of the groups, with how many there are in all. */
  async search({ groups, sort, limit = searchSize, after }: Search) {
    const { path, modifiedBy } = this.type;
    const body = {
      filterGroups: groups.map((filters) => ({ filters })),
      sorts: [sort],
      limit,
      ...(after === undefined ? {} : { after }),
    };
    const whole = { ...body, properties: this.#names };
    const isShort = JSON.stringify(whole).length <= searchCharactersMax;
    const asked = isShort ? whole : { ...body, properties: [modifiedBy] };
    const answer = await this.#api.search.doSearch(path, asked as never);
    const records = listOf(answer);
    const { total } = answer;
    if (records.length === 0 && total > 0 && after === undefined) {
      const message = `HubSpot finds ${total} ${this.type.name} and shows none of them.`;
      throw new ConnectorError('retry', message);
    }
    const times = new Map(
      records.map(({ id, properties }) => [id, properties[modifiedBy] ?? null]),
    );
    const filled = isShort ? records : await this.#fill(records);
    return { records: filled, found: records, total, times, next: answer.paging?.next?.after };
  }

  /** Those that are there. */
  async read(ids: readonly string[], idProperty?: string): Promise<HubspotRecord[]> {
    const records: HubspotRecord[] = [];
    for (let from = 0; from < ids.length; from += readSize) {
      const inputs = ids.slice(from, from + readSize).map((id) => ({ id }));
      const answer = await this.#api.batches.read(this.type.path, {
        inputs,
        properties: [...this.#names],
        propertiesWithHistory: [],
        ...(idProperty === undefined ? {} : { idProperty }),
      });
      records.push(...listOf(answer));
    }
    return records;
  }

  async #fill(records: readonly HubspotRecord[]): Promise<HubspotRecord[]> {
    return this.read(records.map(({ id }) => id));
  }
}

/** The cells of a record, and the first of them that does not fit its type. */
export function rowOf(
  { id, properties }: HubspotRecord,
  fields: readonly Field[],
): { row: Row; problem?: { field: string; reason: string } } {
  let problem: { field: string; reason: string } | undefined;
  const row = fields.map((field): Cell => {
    const value = field.name === 'hs_object_id' ? id : properties[field.name];
    const reading = cellOf(field, value);
    if ('text' in reading) return reading.text;
    problem ??= { field: field.name, reason: `The field "${field.name}" ${reading.problem}.` };
    return null;
  });
  return { row, ...(problem ? { problem } : {}) };
}

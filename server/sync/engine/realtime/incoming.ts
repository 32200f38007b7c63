import { Batch } from '../../connectors/batch.ts';
import type { Altered, Changed, Changes } from '../../connectors/changes.ts';
import type { Cell, Row } from '../../values/types.ts';
import type { Aside } from '../aside.ts';
import { withoutGiants } from '../giants.ts';
import type { Passage, Passed } from '../passage.ts';
import type { Column } from '../planning.ts';
import { Shaping } from '../shaping.ts';
import type { Gathered } from './gathering.ts';
import type { Way } from './way.ts';

/** What is written of a group of changes. */
export type Made = Omit<Changes, 'isWhole'> & { readonly passed: Passed | undefined };

type Means = {
  readonly passage: Passage;
  readonly aside: Aside;
  readonly protectingKey: Buffer;
  /** Reads records as they are now: those that are gone by then are left out. */
  reread(keys: readonly Row[]): Promise<readonly Row[]>;
  /** Says once that it is not known which records of the destination are gone. */
  noteMoved(): Promise<void>;
};

/** Turns changes of the source into changes of the destination. */
export class Incoming {
  readonly #way: Way;
  readonly #means: Means;
  readonly #keys: Shaping;
  readonly #alterings = new Map<string, Shaping>();

  constructor(way: Way, means: Means) {
    this.#way = way;
    this.#means = means;
    this.#keys = this.#shapingOf(way.keyColumns);
  }

  async make({ records, isEmptied }: Pick<Gathered, 'records' | 'isEmptied'>): Promise<Made> {
    const whole: Row[] = [];
    const gone: Row[] = [];
    const lacking: Row[] = [];
    const partly = new Map<string, Row[]>();
    for (const { key, cells, isThere } of records) {
      if (cells === undefined) gone.push(key);
      else if (!cells.includes(undefined)) whole.push(cells as Row);
      else if (isThere && this.#canAlter) add(partly, cells);
      else lacking.push(key);
    }
    if (lacking.length > 0) whole.push(...(await this.#means.reread(lacking)));
    const { passage } = this.#means;
    const passed = whole.length > 0 ? await passage.pass(this.#batchOf(whole)) : undefined;
    if (passed) await passage.keepRefused(passed);
    const deleted = [...this.#destinationKeys(gone), ...this.#leftOut(whole, passed)];
    if (deleted.length > 0 && passage.movesKeys) await this.#means.noteMoved();
    return {
      isEmptied,
      passed,
      deleted: passage.movesKeys ? [] : deleted,
      written: passed?.batch ?? Batch.ofRows([]),
      altered: [...partly].flatMap(([places, rows]) => this.#alteredBy(JSON.parse(places), rows)),
    };
  }

  #batchOf(whole: readonly Row[]): Batch {
    return withoutGiants(Batch.ofRows(whole), this.#way.fields);
  }

  /** Neither a filter nor code of others has to see all of a record. */
  get #canAlter(): boolean {
    return !this.#way.hasFilter && !this.#means.passage.hasCode;
  }

  #alteredBy(places: readonly number[], rows: readonly Row[]): Altered[] {
    const columns = places.map((place) => this.#way.columns[place] as Column);
    // Nothing of what is taken has changed.
    if (columns.every((column) => this.#way.keyColumns.includes(column))) return [];
    const name = JSON.stringify(places);
    const shaping = this.#alterings.get(name) ?? this.#shapingOf(columns);
    this.#alterings.set(name, shaping);
    const { batch } = shaping.shape(Batch.ofRows(rows));
    return [{ fields: columns.map(({ field }) => field.name), batch }];
  }

  /** The keys of records that a filter or code leaves out: if they are there, they are no more. */
  #leftOut(whole: readonly Row[], passed: Passed | undefined): readonly Row[] {
    if (!passed || this.#canAlter) return [];
    const { keyPlaces, route } = this.#way;
    const keysOf = whole.map((row) => keyPlaces.map((place) => row[place] as Cell));
    const keys = this.#destinationKeys(keysOf);
    const places = route.key.map((name) =>
      this.#means.passage.fields.findIndex((field) => field.name === name),
    );
    const stay = new Set([
      ...passed.batch.rows.map((row) => JSON.stringify(places.map((place) => row[place]))),
      ...this.#refusedKeys(passed).map((key) => JSON.stringify(key)),
    ]);
    return keys.filter((key) => !stay.has(JSON.stringify(key)));
  }

  /** What was set aside is still at the source. */
  #refusedKeys({ refusals, unread }: Passed): readonly Row[] {
    const refused = [...refusals.flatMap(({ rejected }) => rejected), ...unread];
    const { sourceKey } = this.#way.route;
    const known = refused.flatMap(({ key }) =>
      key ? [sourceKey.map((name) => key[name] ?? null)] : [],
    );
    return this.#destinationKeys(known);
  }

  #destinationKeys(keys: readonly Row[]): readonly Row[] {
    return keys.length === 0 ? [] : this.#keys.shape(Batch.ofRows(keys)).batch.rows;
  }

  #shapingOf(columns: readonly Column[]): Shaping {
    const { isProtected } = this.#way.route;
    return new Shaping({ columns, isProtected }, undefined, this.#means.protectingKey);
  }
}

/** To those of which the same was told. */
function add(partly: Map<string, Row[]>, cells: readonly Changed[]): void {
  const places = cells.flatMap((cell, at) => (cell === undefined ? [] : [at]));
  const name = JSON.stringify(places);
  const rows = partly.get(name) ?? [];
  rows.push(places.map((place) => cells[place] as Cell));
  partly.set(name, rows);
}

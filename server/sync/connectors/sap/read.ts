import { fromJson } from '../../values/json.ts';
import type { Row } from '../../values/types.ts';
import type { Batch, Unread } from '../batch.ts';
import type { Reading, ReadRequest } from '../connector.ts';
import { batchesOf } from '../cutting.ts';
import { ConnectorError } from '../failure.ts';
import { cellsAt, pick } from '../picking.ts';
import { type Position as AnyPosition, readPosition, writePosition } from '../sql/position.ts';
import { Remembered, type Since } from '../sql/remembered.ts';
import { Changes } from './changes.ts';
import { pageSize } from './client.ts';
import { conditionOf } from './conditions.ts';
import type { SapField } from './fields.ts';
import { Listing, type Place, type Terms } from './listing.ts';
import type { SapObject } from './metadata.ts';
import type { Read } from './records.ts';
import { stepAfter, stepOf, stepTypeOf } from './steps.ts';

type Position = AnyPosition<Since> & {
  /** A list goes on here, where keys have no order. */
  readonly next?: string;
  /** Everything that was changed up to then comes with the list. */
  readonly bound?: string;
  /** Everything that was changed up to then was read. */
  readonly last?: string;
};
type Page = { readonly rows: readonly Read[]; readonly position: Position | undefined };

/** Records may come to be seen later than those that were written after them. */
const overlapDefault = 300;
const keysMax = 20;

/** Nothing is asked for before the first batch is. */
export function read(from: Omit<Terms, 'columns' | 'signal'>, request: ReadRequest): Reading {
  const { object, version } = from;
  const fields = pick(object.fields, request.fields ?? object.fields.map(({ name }) => name));
  const known = new Map(object.fields.map((field) => [field.name, field]));
  const filter = request.filter && conditionOf(request.filter, known, version);
  const cursor = cursorOf(object, request.cursorField);
  const keys = pick(object.fields, object.key);
  const columns = [...new Set([...fields, ...keys, ...(cursor ? [cursor] : [])])];
  const listing = new Listing({ ...from, columns, signal: request.signal });
  const conditions = filter ? [filter.text] : [];
  const reader = new Reader(listing, { request, cursor, conditions });
  const batches = reader.batches(fields.map((field) => columns.indexOf(field)));
  const remaining = filter?.isExact ? undefined : request.filter;
  return { fields, batches, ...(remaining ? { remaining } : {}) };
}

type About = {
  readonly request: ReadRequest;
  readonly cursor: SapField | undefined;
  readonly conditions: readonly string[];
};

class Reader {
  readonly #listing: Listing;
  readonly #about: About;
  readonly #size: number;

  constructor(listing: Listing, about: About) {
    this.#listing = listing;
    this.#about = about;
    this.#size = Math.min(pageSize, about.request.batchRows);
  }

  async *batches(places: readonly number[]): AsyncGenerator<Batch> {
    const { request, cursor } = this.#about;
    const position: Position = readPosition<Since>(request.position);
    const cellsOf = cellsAt(places);
    const pages = request.part
      ? this.#part(request.part)
      : cursor
        ? this.#news(cursor, position)
        : this.#everything(position);
    for await (const page of pages) {
      const end = request.part ? request.position : page.position && writePosition(page.position);
      const rows: Row[] = [];
      const unread: Unread[] = [];
      for (const { row, problem } of page.rows) {
        if (problem) unread.push({ row: cellsOf(row), ...problem });
        else rows.push(cellsOf(row));
      }
      yield* batchesOf(rows, request, end, unread);
    }
  }

  async *#everything(position: Position): AsyncGenerator<Page> {
    if (position.isEnd) return yield { rows: [], position };
    for await (const { rows, place } of this.#listed(position)) {
      yield { rows, position: place ?? { isEnd: true } };
    }
  }

  /** The first time everything, from then on what was changed. */
  async *#news(cursor: SapField, position: Position): AsyncGenerator<Page> {
    const { overlapSeconds = overlapDefault } = this.#about.request;
    const type = stepTypeOf(cursor);
    const changes = new Changes(this.#listing, cursor, this.#about.conditions, this.#size);
    const { since, value } = position;
    let { last } = position;
    if (last === undefined && value === undefined) {
      const bound = position.bound ?? (await changes.newest());
      return yield* this.#listedUntil(bound, cursor, position);
    }
    const remembered = new Remembered(type, overlapSeconds, { last, since });
    const from = last === undefined ? undefined : remembered.from(last);
    const lower = from ?? { sign: '>=' as const, value: this.#stepIn(cursor, value ?? '') };
    for await (const rows of changes.pages(lower)) {
      const fresh = rows.filter((one) => {
        const identity = this.#identityOf(one, cursor);
        if (remembered.recognize(identity)) return false;
        const step = changes.stepIn(one);
        remembered.add(step ?? null, identity);
        if (step !== undefined && (last === undefined || step > last)) last = step;
        return true;
      });
      const asOf = { since: remembered.at(last) };
      yield {
        rows: fresh,
        position: last === undefined ? { value: lower.value } : { last, ...asOf },
      };
    }
  }

  /** What is changed while everything is read comes with the next reading. */
  async *#listedUntil(
    bound: string | undefined,
    cursor: SapField,
    position: Position,
  ): AsyncGenerator<Page> {
    const { overlapSeconds = overlapDefault } = this.#about.request;
    const type = stepTypeOf(cursor);
    const { since } = position;
    const remembered = new Remembered(type, overlapSeconds, { last: bound, since });
    const near = bound === undefined ? undefined : remembered.from(bound).value;
    for await (const { rows, place } of this.#listed(position)) {
      for (const one of rows) {
        const step = stepOf(type, one.row[this.#listing.terms.columns.indexOf(cursor)]);
        const isNear = near !== undefined && step !== undefined && step >= near;
        if (isNear) remembered.add(step, this.#identityOf(one, cursor));
      }
      const asOf = bound === undefined ? {} : { since: remembered.at(bound) };
      const end: Position = bound === undefined ? {} : { last: bound, ...asOf };
      const between = { ...place, ...(bound === undefined ? {} : { bound }), ...asOf };
      yield { rows, position: place ? between : end };
    }
  }

  async *#listed({ at, next }: Position) {
    const { conditions } = this.#about;
    const from: Place = { ...(at ? { at } : {}), ...(next === undefined ? {} : { next }) };
    const pages = this.#listing.pages(conditions, from, this.#size);
    if (next !== undefined) {
      try {
        const first = await pages.next();
        if (!first.done) yield first.value;
      } catch (error) {
        // Its page may be over by now: then everything comes again.
        if (!(error instanceof ConnectorError) || error.kind === 'retry') throw error;
        return yield* this.#listing.pages(conditions, {}, this.#size);
      }
    }
    yield* pages;
  }

  async *#part(part: NonNullable<ReadRequest['part']>): AsyncGenerator<Page> {
    const { request, cursor, conditions } = this.#about;
    const { fields } = this.#listing.terms.object;
    const position = undefined;
    if ('keys' in part) {
      const keys = pick(fields, request.key);
      for (let from = 0; from < part.keys.length; from += keysMax) {
        const chosen = part.keys.slice(from, from + keysMax).map((key) => this.#isKey(keys, key));
        const asked = [`(${chosen.join(' or ')})`, ...conditions];
        for await (const { rows } of this.#listing.pages(asked)) yield { rows, position };
      }
      return;
    }
    const bounds = this.#boundsOf(part, cursor, pick(fields, request.key.slice(0, 1))[0]);
    for await (const { rows } of this.#listing.pages([...bounds, ...conditions])) {
      yield { rows, position };
    }
  }

  /** The whole last millisecond, or day, of a time. */
  #boundsOf(
    { from, to }: { from?: string; to?: string },
    cursor: SapField | undefined,
    key: SapField | undefined,
  ): string[] {
    const field = cursor ?? key;
    if (!field) throw new ConnectorError('request', 'A part needs a cursor field or a key.');
    const literal = (text: string) => this.#listing.literal(field, text);
    const [least, most] = [from, to].map((text) => {
      if (text === undefined) return undefined;
      return cursor ? this.#stepIn(cursor, text) : cellIn(field, text);
    });
    const upper = cursor
      ? (text: string) => `lt ${literal(stepAfter(stepTypeOf(cursor), text))}`
      : (text: string) => `le ${literal(text)}`;
    return [
      ...(least === undefined ? [] : [`${field.name} ge ${literal(least)}`]),
      ...(most === undefined ? [] : [`${field.name} ${upper(most)}`]),
    ];
  }

  #isKey(keys: readonly SapField[], key: Row): string {
    const same = keys.map((one, at) => `${one.name} eq ${this.#listing.literal(one, key[at])}`);
    return `(${same.join(' and ')})`;
  }

  #identityOf(one: Read, cursor: SapField) {
    const at = one.row[this.#listing.terms.columns.indexOf(cursor)] ?? null;
    return [at, ...this.#listing.keyOf(one)];
  }

  #stepIn(cursor: SapField, text: string): string {
    const type = stepTypeOf(cursor);
    const step = stepOf(type, cellIn({ ...cursor, type }, text));
    if (step !== undefined) return step;
    throw new ConnectorError('request', `"${text}" is no value of the field "${cursor.name}".`);
  }
}

function cursorOf(object: SapObject, name: string | undefined): SapField | undefined {
  const [field] = pick(object.fields, name === undefined ? [] : [name]);
  if (!field || object.cursorFields.includes(field.name)) return field;
  const usable = object.cursorFields.join(', ');
  const remedy =
    usable === '' ? 'leave it out, and everything is read' : `those that can are ${usable}`;
  const message = `What is new in ${object.name} cannot be found by ${field.name}: ${remedy}.`;
  throw new ConnectorError('request', message, { field: 'cursor_field' });
}

/** @throws ConnectorError */
function cellIn({ name, type }: SapField, text: string): string {
  const reading = fromJson(type, text);
  if ('text' in reading && reading.text !== null) return reading.text;
  throw new ConnectorError('request', `"${text}" is no value of the field "${name}".`);
}

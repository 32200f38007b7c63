import type { Row } from '../../values/types.ts';
import { Batch, type Unread } from '../batch.ts';
import type { Field, Reading, ReadRequest } from '../connector.ts';
import { batchesOf } from '../cutting.ts';
import { ConnectorError } from '../failure.ts';
import { withTypes } from '../loose.ts';
import { pick } from '../picking.ts';
import { Cursor } from './cursor.ts';
import type { HttpPage } from './pages.ts';
import { cellOf, partOf } from './part.ts';
import { type Position, readPosition } from './position.ts';
import { rowOf } from './records.ts';

/** From which value of which field on records are new, as a cell. */
export type Since = { readonly field: Field; readonly from: string };

/** An object that is read page by page, from where `next` of an earlier page said. */
export type Paged = {
  readonly fields: readonly Field[];
  pages(from: string | undefined, since: Since | undefined): AsyncGenerator<HttpPage>;
};

/** Reads page by page; what is new is what an API says it is, and what its cursor field says. */
export function read(paged: Paged, request: ReadRequest): Reading {
  const own = paged.fields;
  const described = withTypes(own, request.types);
  const fields = pick(described, request.fields ?? described.map(({ name }) => name));
  const { key, cursorField } = request;
  const ordering = pick(described, [...key, ...(cursorField === undefined ? [] : [cursorField])]);
  const needed = [...new Set([...fields, ...ordering])];
  const reader = new Reader(paged, needed, request);
  const batches = reader.batches(fields.map((field) => needed.indexOf(field)));
  return { fields, batches, ...(request.filter ? { remaining: request.filter } : {}) };
}

class Reader {
  readonly #paged: Paged;
  readonly #fields: readonly Field[];
  readonly #request: ReadRequest;
  readonly #cursor: Cursor | undefined;

  constructor(paged: Paged, fields: readonly Field[], request: ReadRequest) {
    this.#paged = paged;
    this.#fields = fields;
    this.#request = request;
    const [name] = request.part ? [] : [request.cursorField];
    const [field] = pick(fields, name === undefined ? [] : [name]);
    this.#cursor = field && new Cursor(field, fields.indexOf(field), request.overlapSeconds);
  }

  async *batches(places: readonly number[]): AsyncGenerator<Batch> {
    const position = this.#position();
    if (position.isEnd) return yield Batch.ofRows([], this.#request.position);
    const isAsked = this.#isAsked(position);
    let { last = position.since } = position;
    for await (const { records, next } of this.#pages(position)) {
      const rows: Row[] = [];
      const unread: Unread[] = [];
      for (const record of records) {
        const { row, problem } = rowOf(record, this.#fields);
        if (!isAsked(row)) continue;
        last = this.#cursor?.later(row, last);
        const picked = places.map((place) => row[place] ?? null);
        if (problem) unread.push({ row: picked, ...problem });
        else rows.push(picked);
      }
      const mark =
        next === undefined ? this.#end(position, last) : { ...position, ...withLast(last), next };
      const end = this.#request.part ? this.#request.position : JSON.stringify(mark);
      yield* batchesOf(rows, this.#request, end, unread);
    }
  }

  #position(): Position {
    const { value, ...position } = readPosition(this.#request.position);
    if (value === undefined || !this.#cursor) return position;
    return { since: cellOf(this.#cursor.field, value) };
  }

  async *#pages(position: Position): AsyncGenerator<HttpPage> {
    const since = this.#since(position);
    const pages = this.#paged.pages(position.next, since);
    if (position.next !== undefined) {
      try {
        const first = await pages.next();
        if (!first.done) yield first.value;
      } catch (error) {
        // What a page is asked for with may be over by now: then everything comes again.
        if (!(error instanceof ConnectorError) || error.kind === 'retry') throw error;
        return yield* this.#paged.pages(undefined, since);
      }
    }
    yield* pages;
  }

  #since({ since }: Position): Since | undefined {
    if (since === undefined || !this.#cursor) return undefined;
    return { field: this.#cursor.field, from: this.#cursor.from(since) };
  }

  #end({ since }: Position, last: string | undefined): Position {
    if (!this.#cursor) return { isEnd: true };
    const value = last ?? since;
    return value === undefined ? {} : { since: value };
  }

  #isAsked({ since }: Position): (row: Row) => boolean {
    const { part } = this.#request;
    if (part) return partOf({ ...this.#request, part }, this.#fields);
    const from = since === undefined ? undefined : this.#cursor?.from(since);
    return (row) => from === undefined || !this.#cursor?.isBefore(row, from);
  }
}

function withLast(last: string | undefined): { last?: string } {
  return last === undefined ? {} : { last };
}

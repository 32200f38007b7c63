import type { CheckedFilter } from '../../filters/checked.ts';
import { toSql } from '../../filters/sql/sql.ts';
import type { Cell } from '../../values/types.ts';
import { Batch } from '../batch.ts';
import type { Reading, ReadRequest } from '../connector.ts';
import { pick } from '../picking.ts';
import { ending } from '../sql/ending.ts';
import { orderBy, type Sort, stepsBeyond } from '../sql/keyset.ts';
import { quote } from '../sql/names.ts';
import { type Position as AnyPosition, readPosition, writePosition } from '../sql/position.ts';
import { Remembered, type Since } from '../sql/remembered.ts';
import type { Place as Where } from './catalogue.ts';
import { decoded, selected } from './cells.ts';
import type { Link } from './link.ts';
import { literal } from './names.ts';
import { compared, comparedWith, isEqual } from './order.ts';
import { type Source, type SourceField, sourceOf } from './source.ts';

type Position = AnyPosition<Since>;

/** Answers the position after a row of this order; undefined: after a later one. */
type Place = (order: readonly Cell[]) => Position | undefined;
type Read = { readonly row: Cell[]; readonly order: readonly Cell[] };

/** Loads are committed late that have begun early. */
const overlapDefault = 300;

/** The link is the reading's own until its end; each of its statements sees one state of everything. */
export async function read(link: Link, place: Where, request: ReadRequest): Promise<Reading> {
  const source = await sourceOf(link, place, request);
  const names = request.fields ?? source.fields.map(({ name }) => name);
  const fields = pick(source.fields, names);
  const reader = new Reader(link, source, fields, request);
  const { remaining } = reader;
  return {
    fields: fields.map(({ native: _, ...field }) => field),
    batches: ending(reader.batches(), () => link.close()),
    ...(remaining ? { remaining } : {}),
    ...(source.estimate > 0 ? { estimate: source.estimate } : {}),
  };
}

class Reader {
  readonly #link: Link;
  readonly #source: Source;
  readonly #request: ReadRequest;
  readonly #fields: readonly SourceField[];
  readonly #cursor: SourceField | undefined;
  readonly #keys: readonly SourceField[];
  readonly #order: readonly SourceField[];
  readonly #sorts: readonly Sort[];
  /** What is asked for, and where the order stands in it. */
  readonly #columns: readonly SourceField[];
  readonly #places: readonly number[];
  /** The part of the filter that is Snowflake's. */
  readonly #filter: readonly string[];
  readonly remaining: CheckedFilter | undefined;

  constructor(link: Link, source: Source, fields: readonly SourceField[], request: ReadRequest) {
    this.#link = link;
    this.#source = source;
    this.#request = request;
    this.#fields = fields;
    [this.#cursor] = pick(source.fields, request.cursorField ? [request.cursorField] : []);
    this.#keys = pick(source.fields, request.key);
    const keys = this.#keys.filter((key) => key !== this.#cursor);
    this.#order = [...(this.#cursor ? [this.#cursor] : []), ...keys];
    this.#sorts = this.#order.map((field) => ({
      column: compared(field),
      isNullable: field.isNullable && field !== this.#cursor,
    }));
    this.#columns = [...fields, ...this.#order.filter((field) => !fields.includes(field))];
    this.#places = this.#order.map((field) => this.#columns.indexOf(field));
    const compiled =
      request.filter && toSql(request.filter, 'snowflake', (value) => literal(String(value)));
    this.#filter = compiled?.sql ? [compiled.sql.text] : [];
    this.remaining = compiled?.rest;
  }

  async *batches(): AsyncGenerator<Batch> {
    const position = readPosition<Since>(this.#request.position);
    if (this.#request.part) yield* this.#part(this.#request.part, position);
    else if (this.#cursor) yield* this.#news(this.#cursor, position);
    else yield* this.#everything(position);
  }

  async *#everything({ at, isEnd }: Position): AsyncGenerator<Batch> {
    if (!isEnd) {
      const rows = this.#rows(at ? [this.#beyond(at)] : []);
      yield* this.#batched(rows, (order) => (order.length > 0 ? { at: order } : undefined));
    }
    yield Batch.ofRows([], writePosition({ isEnd: true }));
  }

  async *#news(cursor: SourceField, { at, since, value }: Position): AsyncGenerator<Batch> {
    const { overlapSeconds = overlapDefault } = this.#request;
    const from = at?.[0] ?? undefined;
    const remembered = new Remembered(cursor.type, overlapSeconds, { last: from, since });
    let last = at;
    // These have no place in the order: they are read again as a whole, or not at all.
    if (at || value === undefined) {
      const late = this.#rows([this.#late(remembered, at)]);
      yield* this.#batched(late, () => undefined, remembered);
    }
    const { column } = this.#sorts[0]!;
    const bound = value === undefined ? [] : [`${column} >= ${comparedWith(value, cursor)}`];
    const fresh = this.#rows([`${column} is not null`, ...(at ? [this.#beyond(at)] : bound)]);
    const place = (order: readonly Cell[]) => {
      last = order;
      return { at: order, since: remembered.at(order[0] ?? undefined) };
    };
    yield* this.#batched(fresh, place, remembered);
    const now = remembered.at(last?.[0] ?? undefined);
    yield Batch.ofRows([], writePosition({ ...(last ? { at: last } : {}), since: now }));
  }

  /** What was not to be seen at the read before, although its place is before where that ended. */
  #late(remembered: Remembered, at: readonly Cell[] | undefined): string {
    const { column } = this.#sorts[0]!;
    const isNull = `${column} is null`;
    if (!at) return isNull;
    const { sign, value } = remembered.from(at[0]!);
    const isNear = `${column} ${sign} ${comparedWith(value, this.#order[0]!)}`;
    return `(${isNull} or ${isNear} and not ${this.#beyond(at)})`;
  }

  async *#part(part: NonNullable<ReadRequest['part']>, position: Position): AsyncGenerator<Batch> {
    const keep = () => position;
    if ('keys' in part) {
      for (const key of part.keys) {
        const isThis = this.#keys.map((field, at) => isEqual(field, key[at] ?? null));
        yield* this.#batched(this.#rows(isThis), keep);
      }
      return;
    }
    const field = this.#cursor ?? this.#keys[0];
    const bounds = [
      ['>=', part.from],
      ['<=', part.to],
    ].flatMap(([sign, text]) => {
      if (text === undefined || !field) return [];
      return [`${compared(field)} ${sign} ${comparedWith(text, field)}`];
    });
    yield* this.#batched(this.#rows(bounds), keep);
  }

  async *#rows(conditions: readonly string[]): AsyncGenerator<Read[]> {
    const all = [...conditions, ...this.#filter];
    const where = all.length > 0 ? ` where ${all.join(' and ')}` : '';
    const columns = this.#columns.map(({ name, native }) => selected(quote(name), native));
    const chunks = this.#link.stream(
      `select ${columns.join(', ')} from ${this.#source.from}${where}${orderBy(this.#sorts)}`,
    );
    const width = this.#fields.length;
    for await (const chunk of chunks) {
      yield chunk.map((values) => {
        const cells = values.map((value, at) => value && decoded(value, this.#columns[at]!.native));
        const order = this.#places.map((place) => cells[place]!);
        if (cells.length > width) cells.length = width;
        return { row: cells, order };
      });
    }
  }

  /** Leaves out what was read before, and remembers the rest. */
  async *#batched(
    rows: AsyncIterable<Read[]>,
    place: Place,
    remembered?: Remembered,
  ): AsyncGenerator<Batch> {
    const { batchRows, batchBytes, batchSeconds = Number.POSITIVE_INFINITY } = this.#request;
    let begun = performance.now();
    let held: Cell[][] = [];
    let bytes = 0;
    let last: readonly Cell[] | undefined;
    for await (const chunk of rows) {
      let isLate = performance.now() - begun >= batchSeconds * 1000;
      for (const { row, order } of chunk) {
        const identity = this.#identityOf(row, order);
        if (remembered?.recognize(identity)) continue;
        const isFull = held.length >= batchRows || bytes >= batchBytes || isLate;
        if (isFull && last) {
          // Of several with one key, the rest would be lost to whoever went on from the first.
          const isTied = order.every((cell, at) => cell === last?.[at]);
          yield batchOf(held, isTied ? undefined : place(last));
          [held, bytes, isLate, begun] = [[], 0, false, performance.now()];
        }
        held.push(row);
        remembered?.add(order[0]!, identity);
        for (const cell of row) bytes += cell === null ? 1 : cell.length + 1;
        last = order;
      }
    }
    if (last) yield batchOf(held, place(last));
  }

  /** Without a key, a record is told by all that is in it. */
  #identityOf(row: readonly Cell[], order: readonly Cell[]): readonly Cell[] {
    return this.#keys.length > 0 ? order : [...order, ...row];
  }

  #beyond(at: readonly Cell[]): string {
    return stepsBeyond(this.#sorts, at, (cell, index) => comparedWith(cell, this.#order[index]!));
  }
}

function batchOf(rows: readonly Cell[][], position: Position | undefined): Batch {
  return Batch.ofRows(rows, position && writePosition(position));
}

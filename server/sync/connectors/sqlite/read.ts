import type { CheckedFilter } from '../../filters/checked.ts';
import { toSql } from '../../filters/sql/sql.ts';
import { instantText, readInstant } from '../../values/instants.ts';
import type { Cell } from '../../values/types.ts';
import { Batch } from '../batch.ts';
import type { Field, Reading, ReadRequest } from '../connector.ts';
import { pick } from '../picking.ts';
import { ending } from '../sql/ending.ts';
import { beyond, orderBy, type Sort } from '../sql/keyset.ts';
import { quote } from '../sql/names.ts';
import { type Position as AnyPosition, readPosition, writePosition } from '../sql/position.ts';
import type { Read } from './asked.ts';
import { fieldOf, ordered, requireTable } from './catalogue.ts';
import { bind, type SqlValue, unmark } from './cells.ts';
import type { Link } from './link.ts';
import { affinityOf } from './types.ts';

/** Orders of the records at the end of a read, by which the next one tells what came between them. */
type Since = {
  readonly seen: readonly string[];
  /** The read has not come to its end: these are of its last value alone. */
  readonly isUnderWay?: true;
};
type Position = AnyPosition<Since>;
type Piece = { readonly where: string; readonly values: readonly SqlValue[] };

type Place = (read: Read) => Position | undefined;

/** What SQLite calls the number of a row. */
const rowNames = ['rowid', '_rowid_', 'oid'];
const seenMax = 10_000;
const secondMicroseconds = 1_000_000;

/** Opens a transaction on the link, which is the reading's own until its end. */
export async function read(link: Link, request: ReadRequest): Promise<Reading> {
  await link.run('begin');
  const { from, all, own } = await sourceOf(link, request);
  const fields = pick(all, request.fields ?? all.map(({ name }) => name));
  const reader = new Reader(link, { from, all, own }, fields, request);
  const { remaining } = reader;
  return {
    fields,
    batches: ending(reader.batches(), () => link.close()),
    ...(remaining ? { remaining } : {}),
  };
}

/** `own`: by what records are told apart where they have no key. */
type Source = {
  readonly from: string;
  readonly all: readonly Field[];
  readonly own: readonly Field[];
};

async function sourceOf(link: Link, { object, query }: ReadRequest): Promise<Source> {
  if (query !== undefined) {
    const from = `(${query.trim().replace(/;\s*$/, '')}\n)`;
    const columns = await link.ask('columns', { sql: `select * from ${from}` });
    const all = columns.map(({ name, type }) => fieldOf(name, type));
    return { from, all, own: all };
  }
  const { name, kind, columns: all, key } = await requireTable(link, object ?? '');
  if (key.length > 0) return { from: quote(name), all, own: pick(all, key) };
  const isFree = (row: string) => !all.some((column) => column.name.toLowerCase() === row);
  const row = kind === 'table' ? rowNames.find(isFree) : undefined;
  return {
    from: quote(name),
    all,
    own: row ? [{ ...fieldOf(row, 'integer'), isNullable: false }] : all,
  };
}

class Reader {
  readonly #link: Link;
  readonly #from: string;
  readonly #request: ReadRequest;
  readonly #fields: readonly Field[];
  readonly #cursor: Field | undefined;
  readonly #order: readonly Field[];
  readonly #sorts: readonly Sort[];
  /** The part of the filter that is SQLite's. */
  readonly #filter: Piece;
  readonly remaining: CheckedFilter | undefined;

  constructor(
    link: Link,
    { from, all, own }: Source,
    fields: readonly Field[],
    request: ReadRequest,
  ) {
    this.#link = link;
    this.#from = from;
    this.#request = request;
    this.#fields = fields;
    [this.#cursor] = pick(all, request.cursorField ? [request.cursorField] : []);
    const isTold = request.key.length > 0 || !this.#cursor;
    const keys = (isTold ? pick(all, request.key) : own).filter((key) => key !== this.#cursor);
    this.#order = [...(this.#cursor ? [this.#cursor] : []), ...keys];
    this.#sorts = this.#order.map((field) => ({
      column: ordered(field.name),
      isNullable: field.isNullable && field !== this.#cursor,
    }));
    const compiled = request.filter && toSql(request.filter, 'sqlite');
    const { text = 'true', values = [] } = compiled?.sql ?? {};
    this.#filter = { where: text, values };
    this.remaining = compiled?.rest;
  }

  async *batches(): AsyncGenerator<Batch> {
    const position = readPosition<Since>(this.#request.position);
    if (this.#request.part) yield* this.#part(this.#request.part, position);
    else if (this.#cursor) yield* this.#news(this.#cursor, position);
    else yield* this.#everything(position);
    await this.#link.run('commit');
  }

  async *#everything({ at, isEnd }: Position): AsyncGenerator<Batch> {
    if (!isEnd) {
      const place = ({ last }: Read) => (last.length > 0 ? { at: last } : undefined);
      yield* this.#read(at ? this.#beyond(at) : { where: 'true', values: [] }, place);
    }
    yield Batch.ofRows([], writePosition({ isEnd: true }));
  }

  async *#news(cursor: Field, { at, since, value }: Position): AsyncGenerator<Batch> {
    const column = quote(cursor.name);
    if (at || value === undefined) {
      const come = since?.isUnderWay ? this.#sameValue(column, at!) : this.#late(column, at);
      yield* this.#read(come, () => undefined, since?.seen);
    }
    let last = at;
    const bounds =
      value === undefined
        ? { where: 'true', values: [] }
        : { where: `${column} >= ?`, values: [bound(value, cursor)] };
    const rest = at ? this.#beyond(at) : bounds;
    const fresh = { where: `${column} is not null and ${rest.where}`, values: rest.values };
    yield* this.#read(fresh, ({ last: order, tail }) => {
      last = order;
      return { at: order, since: { seen: tail, isUnderWay: true } };
    });
    const seen = await this.#seen(column, last);
    yield Batch.ofRows([], writePosition({ ...(last ? { at: last } : {}), since: { seen } }));
  }

  /** Records of the last value, and of the overlap before it, that have their place before its end. */
  #late(column: string, at: readonly Cell[] | undefined): Piece {
    if (!at) return { where: `${column} is null`, values: [] };
    const least = this.#least(at);
    const after = this.#beyond(at);
    return {
      where: `(${column} is null or ${column} >= ? and not ${after.where})`,
      values: [least, ...after.values],
    };
  }

  #sameValue(column: string, at: readonly Cell[]): Piece {
    const after = this.#beyond(at);
    return {
      where: `${column} = ? and not ${after.where}`,
      values: [unmark(at[0]!), ...after.values],
    };
  }

  #least(at: readonly Cell[]): SqlValue {
    const value = unmark(at[0]!);
    const { kind } = this.#cursor!.type;
    const { overlapSeconds = 0 } = this.#request;
    if (overlapSeconds <= 0 || typeof value !== 'string' || !/^timestamp/.test(kind)) return value;
    const moment = readInstant('timestamp', value);
    if ('problem' in moment) return value;
    const day = 86_400 * secondMicroseconds;
    const micros = moment.micros - overlapSeconds * secondMicroseconds;
    const days = Math.floor(micros / day);
    const text = instantText('timestamp', {
      days: moment.days + days,
      micros: micros - days * day,
    });
    return value.includes('T') ? text.replace(' ', 'T') : text;
  }

  async #seen(column: string, last: readonly Cell[] | undefined): Promise<string[]> {
    const { where, values } = this.#late(column, last);
    const rows = await this.#link.ask('orders', {
      sql: `select ${this.#orderColumns()} from ${this.#from} where ${where} limit ${seenMax + 1}`,
      values,
    });
    // Too many to remember: they come again, and are recognized by their keys.
    return rows.length > seenMax ? [] : rows;
  }

  async *#part(part: NonNullable<ReadRequest['part']>, position: Position): AsyncGenerator<Batch> {
    const keep = () => position;
    if ('keys' in part) {
      const keys = pick(this.#order, this.#request.key);
      const columns = keys.map(({ name }) => quote(name)).join(', ');
      for (const key of part.keys) {
        const values = key.map((cell, at) => bound(cell, keys[at]!));
        const where = `(${columns}) = (${keys.map(() => '?').join(', ')})`;
        yield* this.#read({ where, values }, keep);
      }
      return;
    }
    const field = this.#order[0]!;
    const bounds = [
      { sign: '>=', cell: part.from },
      { sign: '<=', cell: part.to },
    ].filter(({ cell }) => cell !== undefined);
    const where = bounds.map(({ sign }) => `${quote(field.name)} ${sign} ?`).join(' and ');
    const values = bounds.map(({ cell }) => bound(cell!, field));
    yield* this.#read({ where: where || 'true', values }, keep);
  }

  async *#read(
    { where, values }: Piece,
    place: Place,
    except: readonly string[] = [],
  ): AsyncGenerator<Batch> {
    const columns = this.#fields.map(({ name }) => quote(name));
    const selected = [...columns, this.#orderColumns()].filter((text) => text !== '').join(', ');
    await this.#link.ask('begin', {
      sql: `select ${selected} from ${this.#from} where ${where} and ${this.#filter.where}${orderBy(this.#sorts)}`,
      values: [...values, ...this.#filter.values],
      fields: this.#fields.map(({ name, type }) => ({ name, type })),
      except,
      tailMax: this.#cursor ? seenMax : 0,
    });
    const {
      batchRows: rows,
      batchBytes: bytes,
      batchSeconds: seconds = Number.POSITIVE_INFINITY,
    } = this.#request;
    let held: Read | undefined;
    for (let isEnd = false; !isEnd; ) {
      const next = await this.#link.ask('next', { rows, bytes, seconds });
      isEnd = next.isEnd;
      if (next.rows.length + next.unread.length === 0) break;
      if (held) yield batchOf(held, next, place);
      held = next;
    }
    if (held) yield batchOf(held, undefined, place);
  }

  #beyond(at: readonly Cell[]): Piece {
    const values: SqlValue[] = [];
    const where = beyond(this.#sorts.slice(0, at.length), at, (value) => {
      values.push(unmark(value));
      return '?';
    });
    return { where, values };
  }

  #orderColumns(): string {
    return this.#order.map(({ name }) => quote(name)).join(', ');
  }
}

function batchOf(read: Read, next: Read | undefined, place: Place): Batch {
  const { rows, unread, last } = read;
  // Of several with one key, the rest would be lost to whoever went on from the first.
  const isTied = next?.first.every((cell, at) => cell === last[at]) ?? false;
  const position = isTied ? undefined : place(read);
  return Batch.ofRows(rows, position && writePosition(position), unread);
}

function bound(cell: Cell, { type, nativeType }: Field): SqlValue {
  const one = bind(cell, { type, affinity: affinityOf(nativeType) });
  return 'value' in one ? one.value : cell;
}

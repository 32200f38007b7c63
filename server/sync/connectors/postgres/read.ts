import type { CheckedFilter } from '../../filters/checked.ts';
import { toSql } from '../../filters/sql/sql.ts';
import type { Cell } from '../../values/types.ts';
import { Batch } from '../batch.ts';
import type { Field, Reading, ReadRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import { ending } from '../sql/ending.ts';
import { beyond, orderBy, type Sort } from '../sql/keyset.ts';
import { quote } from '../sql/names.ts';
import { type Position as AnyPosition, readPosition, writePosition } from '../sql/position.ts';
import { RecordRefusal } from '../sql/refusal.ts';
import { understand } from './failure.ts';
import type { Link } from './link.ts';
import { isUnseen, observe, type Since } from './since.ts';
import { type Source, sourceOf } from './source.ts';
import { cut, firstRow, type Lines, lastRow, split } from './split.ts';

/** Where a source does not say what was committed late. */
const overlapSecondsDefault = 300;

/** Opens a transaction on the link, which is the reading's own until its end. */
export async function read(link: Link, request: ReadRequest): Promise<Reading> {
  await link.beginReading(request.snapshot);
  const source = await sourceOf(link, request);
  const names = request.fields ?? source.fields.map(({ name }) => name);
  const fields = pick(source.fields, names);
  const reader = new Reader(link, source, fields, request);
  const { rows } = await link.query(
    'select greatest(reltuples, 0)::bigint::text from pg_catalog.pg_class where oid = $1',
    [source.table ?? '0'],
  );
  const estimate = Number(rows[0]?.[0] ?? 0);
  const { remaining } = reader;
  return {
    fields,
    batches: ending(reader.batches(), () => link.close()),
    ...(remaining ? { remaining } : {}),
    ...(estimate > 0 ? { estimate } : {}),
  };
}

type Position = AnyPosition<Since>;

/** Answers the position after a row that it is given the order of; undefined: after a later one. */
type Place = (order: readonly Cell[]) => Position | undefined;

class Reader {
  readonly #link: Link;
  readonly #source: Source;
  readonly #request: ReadRequest;
  readonly #cursor: Field | undefined;
  readonly #sorts: readonly Sort[];
  /** The columns of COPY, where those of the order stand in them, and how many are only for it. */
  readonly #columns: string;
  readonly #places: readonly number[];
  readonly #added: number;
  /** The part of the filter that is PostgreSQL's. */
  readonly #filter: readonly string[];
  readonly remaining: CheckedFilter | undefined;

  constructor(link: Link, source: Source, fields: readonly Field[], request: ReadRequest) {
    this.#link = link;
    this.#source = source;
    this.#request = request;
    [this.#cursor] = pick(source.fields, request.cursorField ? [request.cursorField] : []);
    const keys = pick(source.fields, request.key);
    const order = [
      ...(this.#cursor ? [this.#cursor] : []),
      ...keys.filter((key) => key !== this.#cursor),
    ];
    this.#sorts = order.map((field) => ({
      column: quote(field.name),
      // Records without a cursor value are read by themselves.
      isNullable: field.isNullable && field !== this.#cursor,
    }));
    const added = order.filter((field) => !fields.includes(field));
    const all = [...fields, ...added];
    this.#columns = all.map(({ name }) => quote(name)).join(', ');
    this.#places = order.map((field) => all.indexOf(field));
    this.#added = added.length;
    const compiled =
      request.filter && toSql(request.filter, 'postgres', (value) => literal(String(value)));
    this.#filter = compiled?.sql ? [compiled.sql.text] : [];
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
    const end = { isEnd: true } as const;
    if (isEnd) return yield this.#last(end);
    const rest = at ? beyond(this.#sorts, at, literal) : 'true';
    yield* this.#copy([rest], (order) => (order.length > 0 ? { at: order } : undefined));
    yield this.#last(end);
  }

  async *#news(cursor: Field, { at, since, value }: Position): AsyncGenerator<Batch> {
    const column = quote(cursor.name);
    const now = this.#source.hasTransactions
      ? await observe(this.#link, this.#source.from)
      : undefined;
    const isFirst = at === undefined && since === undefined;
    const first = value === undefined ? [`${column} is null`] : undefined;
    const come = isFirst ? first : this.#late(column, at, since);
    // These have no place in the order: they are read again as a whole, or not at all.
    if (come) yield* this.#copy(come, () => undefined);
    const marks = now ? { since: now } : {};
    let last = at;
    const bound = value === undefined ? `${column} is not null` : `${column} >= ${literal(value)}`;
    const rest = at ? beyond(this.#sorts, at, literal) : bound;
    for await (const batch of this.#copy([`${column} is not null`, rest], (order) => {
      last = order;
      return { at: order, ...marks };
    })) {
      yield batch;
    }
    yield this.#last({ ...(last ? { at: last } : {}), ...marks });
  }

  /** What was not to be seen at the read before, although its place is before where that ended. */
  #late(column: string, at: readonly Cell[] | undefined, since: Since | undefined) {
    const overlap = this.#overlap(column, at);
    const nearby = at ? (overlap ?? `${column} = ${literal(at[0] as string)}`) : 'false';
    // A view does not say what is new in it: the overlap comes again, where records can be told apart.
    const isAsked = overlap !== undefined && this.#request.overlapSeconds !== undefined;
    if (!since) {
      return isAsked || this.#request.key.length > 0 ? [nearby, this.#isBefore(at)] : undefined;
    }
    return [
      `(${this.#isBefore(at)} or ${column} is null)`,
      ...(since.isQuiet ? [`(${nearby} or ${column} is null)`] : []),
      isUnseen(since),
    ];
  }

  #isBefore(at: readonly Cell[] | undefined): string {
    return at ? `not ${beyond(this.#sorts, at, literal)}` : 'false';
  }

  #overlap(column: string, at: readonly Cell[] | undefined): string | undefined {
    const { overlapSeconds = this.#source.hasTransactions ? 0 : overlapSecondsDefault } =
      this.#request;
    const { kind } = this.#cursor?.type ?? {};
    if (!at || overlapSeconds <= 0 || !/^timestamp/.test(kind ?? '')) return undefined;
    return `${column} >= ${literal(at[0] as string)}::${kind} - interval '${overlapSeconds} seconds'`;
  }

  async *#part(part: NonNullable<ReadRequest['part']>, position: Position): AsyncGenerator<Batch> {
    const keep = () => position;
    if ('keys' in part) {
      const columns = this.#request.key.map((name) => quote(name)).join(', ');
      const keys = part.keys.map((key) => `(${key.map((cell) => literalOrNull(cell)).join(', ')})`);
      const isAsked = keys.length > 0 ? `(${columns}) in (${keys.join(', ')})` : 'false';
      yield* this.#copy([isAsked], keep);
      return;
    }
    const column = quote(this.#cursor?.name ?? this.#request.key[0] ?? '');
    const from = part.from === undefined ? [] : [`${column} >= ${literal(part.from)}`];
    const to = part.to === undefined ? [] : [`${column} <= ${literal(part.to)}`];
    yield* this.#copy([...from, ...to], keep);
  }

  async *#copy(conditions: readonly string[], place: Place): AsyncGenerator<Batch> {
    const all = [...conditions, ...this.#filter];
    const where = all.length > 0 ? ` where ${all.join(' and ')}` : '';
    const { batchBytes: bytesMax, batchRows: rowsMax, batchSeconds: secondsMax } = this.#request;
    const stream = await this.#link.copyOut(
      `select ${this.#columns} from ${this.#source.from}${where}${orderBy(this.#sorts)}`,
    );
    let held: Lines | undefined;
    try {
      for await (const lines of split(stream, { bytesMax, rowsMax, secondsMax })) {
        if (held) yield this.#batch(held, place, firstRow(lines.lines));
        held = lines;
      }
    } catch (error) {
      const known = understand(error);
      if (!(known instanceof RecordRefusal)) throw known;
      throw new ConnectorError('configuration', `It cannot be read: ${known.message}`);
    }
    if (held) yield this.#batch(held, place, undefined);
  }

  #batch({ lines, count }: Lines, place: Place, next: readonly Cell[] | undefined): Batch {
    const order = this.#orderOf(lastRow(lines));
    const following = next && this.#orderOf(next);
    // Of several with one key, the rest would be lost to whoever went on from the first.
    const isTied = following?.every((cell, at) => cell === order[at]) ?? false;
    const position = isTied ? undefined : place(order);
    const text = position && writePosition(position);
    return Batch.ofLines(cut(lines, this.#added), count, text);
  }

  #orderOf(row: readonly Cell[]): Cell[] {
    return this.#places.map((place) => row[place] as Cell);
  }

  #last(position: Position): Batch {
    return Batch.ofLines(Buffer.alloc(0), 0, writePosition(position));
  }
}

function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function literalOrNull(cell: Cell): string {
  return cell === null ? 'null' : literal(cell);
}

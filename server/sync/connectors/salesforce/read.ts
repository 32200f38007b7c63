import type { Cell, Row } from '../../values/types.ts';
import { Batch } from '../batch.ts';
import type { Reading, ReadRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { cellsAt, pick } from '../picking.ts';
import { readPosition, writePosition } from '../sql/position.ts';
import { Remembered, type Since } from '../sql/remembered.ts';
import { isAlive } from './bulk/jobs.ts';
import { type BulkPlace, beginQuery, resultsFrom } from './bulk/results.ts';
import type { SalesforceClient } from './client.ts';
import { conditionOf } from './conditions.ts';
import type { Counts } from './counts.ts';
import { cursorOf, isBeyond, literalBy, literalFor } from './cursor.ts';
import type { SalesforceField, SalesforceObject } from './fields.ts';
import { isShort, pagesOf } from './pages.ts';
import { Part, type Position, positionText } from './part.ts';
import { type Read, rowOf, rowOfLine } from './records.ts';
import { selectOf } from './soql.ts';

type Place = (order: readonly Cell[]) => Position | undefined;

/** A vendor's records may come to be seen later than those that were written after them. */
const overlapDefault = 300;
const idsMax = 200;
const bulkPageMax = 5_000;

/** Of a read from the beginning it is asked before how much there is; all else with the first batch. */
export async function read(
  client: SalesforceClient,
  object: SalesforceObject,
  request: ReadRequest,
  counts: Counts,
): Promise<Reading> {
  const names = request.fields ?? object.fields.map(({ name }) => name);
  const fields = pick(object.fields, names);
  const known = new Map(object.fields.map((field) => [field.name, field]));
  const filter = request.filter && conditionOf(request.filter, known);
  const where = filter ? [filter.text] : [];
  const isWhole = request.part === undefined && request.position === undefined;
  const count = isWhole ? await counts.of(object.name, where, request.signal) : 0;
  const batches = new Reader(client, object, fields, request, { where, count }).batches();
  const remaining = filter?.isExact ? undefined : request.filter;
  return {
    fields,
    batches,
    ...(remaining ? { remaining } : {}),
    ...(isWhole && Number.isFinite(count) ? { estimate: count } : {}),
  };
}

class Reader {
  readonly #client: SalesforceClient;
  readonly #object: SalesforceObject;
  readonly #request: ReadRequest;
  readonly #cursor: SalesforceField | undefined;
  /** What is asked for, and where the fields and the order stand in it. */
  readonly #columns: readonly SalesforceField[];
  readonly #cellsOf: (row: Row) => Row;
  readonly #orders: readonly number[];
  readonly #filter: readonly string[];
  /** How many records there are, where everything is read. */
  readonly #count: number;

  constructor(
    client: SalesforceClient,
    object: SalesforceObject,
    fields: readonly SalesforceField[],
    request: ReadRequest,
    { where, count }: { where: readonly string[]; count: number },
  ) {
    this.#client = client;
    this.#object = object;
    this.#request = request;
    this.#cursor = cursorOf(object, request.cursorField);
    const order = [...(this.#cursor ? [this.#cursor] : []), ...pick(object.fields, ['Id'])];
    this.#columns = [...new Set([...fields, ...order])];
    this.#cellsOf = cellsAt(fields.map((field) => this.#columns.indexOf(field)));
    this.#orders = order.map((field) => this.#columns.indexOf(field));
    this.#filter = where;
    this.#count = count;
  }

  async *batches(): AsyncGenerator<Batch> {
    const position: Position = readPosition<Since>(this.#request.position);
    if (this.#request.part) yield* this.#part(this.#request.part);
    else if (this.#cursor) yield* this.#news(this.#cursor, position);
    else yield* this.#everything(position);
  }

  async *#everything({ at, isEnd, bulk }: Position): AsyncGenerator<Batch> {
    if (!isEnd) {
      const resumed = await this.#resumed(bulk);
      const begun = resumed ?? (at ? undefined : await this.#beginBulk([], bulk !== undefined));
      if (begun) yield* this.#byBulk(begun, (next) => next && { bulk: next });
      else {
        const beyond = at ? [`Id > ${literalFor(this.#id, at[0])}`] : [];
        yield* this.#batched(this.#rows(beyond), (order) => ({ at: order }));
      }
    }
    yield Batch.ofRows([], writePosition({ isEnd: true }));
  }

  async *#news(cursor: SalesforceField, position: Position): AsyncGenerator<Batch> {
    const { overlapSeconds = overlapDefault } = this.#request;
    const { since, value, bulk } = position;
    let last = position.at;
    const remember = (from: string | undefined, known: Since | undefined) =>
      new Remembered(cursor.type, overlapSeconds, { last: from, since: known });
    const resumed = await this.#resumed(bulk);
    let remembered = remember(last?.[0] ?? resumed?.bound, since);
    const isNew = last === undefined && value === undefined;
    const begun =
      resumed ?? (isNew ? await this.#beginNews(cursor, bulk !== undefined) : undefined);
    if (begun?.bound !== undefined) {
      const { bound } = begun;
      const known = remembered;
      const now = () => known.at(bound);
      const place = (next: BulkPlace | undefined) =>
        next && { bulk: { ...next, bound }, since: now() };
      yield* this.#byBulk(begun, place, { remembered, bound });
      // What changed while the job ran comes after it, and nothing else.
      remembered = remember(bound, now());
      last = [bound, ''];
    }
    const from = last?.[0] == null ? undefined : remembered.from(last[0]);
    const lower = from ?? (value === undefined ? undefined : { sign: '>=', value });
    const bounds = lower ? [`${cursor.name} ${lower.sign} ${literalBy(cursor, lower.value)}`] : [];
    const place = (order: readonly Cell[]): Position | undefined => {
      if (last && !isBeyond(order, last)) return undefined;
      last = order;
      return { at: order, since: remembered.at(order[0] ?? undefined) };
    };
    yield* this.#batched(this.#rows(bounds), place, remembered);
    const now = remembered.at(last?.[0] ?? undefined);
    const end = last ? { at: last, since: now } : value === undefined ? {} : { value };
    yield Batch.ofRows([], writePosition(end));
  }

  async *#part(part: NonNullable<ReadRequest['part']>): AsyncGenerator<Batch> {
    const keep = () => readPosition<Since>(this.#request.position);
    if (!('keys' in part)) {
      const [key = 'Id'] = this.#request.key;
      const field = this.#cursor ?? (pick(this.#object.fields, [key])[0] as SalesforceField);
      const bounds = [
        ['>=', part.from],
        ['<=', part.to],
      ].flatMap(([sign, text]) =>
        text === undefined ? [] : [`${field.name} ${sign} ${literalBy(field, text)}`],
      );
      return yield* this.#batched(this.#rows(bounds), keep);
    }
    const keys = pick(this.#object.fields, this.#request.key);
    for (let from = 0; from < part.keys.length; from += idsMax) {
      const chosen = part.keys.slice(from, from + idsMax).map((key) => this.#isKey(keys, key));
      yield* this.#batched(this.#rows([`(${chosen.join(' OR ')})`]), keep);
    }
  }

  #isKey(keys: readonly SalesforceField[], key: Row): string {
    const same = keys.map((field, at) => `${field.name} = ${literalFor(field, key[at])}`);
    return `(${same.join(' AND ')})`;
  }

  get #id(): SalesforceField {
    return pick(this.#object.fields, ['Id'])[0] as SalesforceField;
  }

  /** What was asked for, page by page, each with its place in the order. */
  async *#rows(conditions: readonly string[]): AsyncGenerator<Read[]> {
    const soql = this.#soql(conditions, true);
    const { signal, batchRows } = this.#request;
    if (isShort(soql)) {
      for await (const { records } of pagesOf(this.#client, soql, { signal, size: batchRows })) {
        yield records.map((record) => rowOf(record, this.#columns));
      }
      return;
    }
    // No address is long enough for so many fields.
    const job = await beginQuery(this.#client, soql, signal);
    for await (const { lines } of resultsFrom(this.#client, job, this.#bulkAsked)) {
      yield lines.map((line) => rowOfLine(line, this.#columns));
    }
  }

  get #bulkAsked() {
    const { signal, batchRows } = this.#request;
    const names = this.#columns.map(({ name }) => name);
    return { names, size: Math.min(batchRows, bulkPageMax), signal };
  }

  #soql(conditions: readonly string[], isOrdered: boolean): string {
    return selectOf({
      fields: this.#columns.map(({ name }) => name),
      from: this.#object.name,
      where: [...conditions, ...this.#filter],
      ...(isOrdered ? { orderBy: this.#orders.map((at) => this.#columns[at]?.name ?? '') } : {}),
    });
  }

  /** A job where there is much to read; undefined where pages do. */
  async #beginBulk(
    conditions: readonly string[],
    isAgain: boolean,
  ): Promise<BulkPlace | undefined> {
    if (!isAgain && this.#count < this.#client.settings.bulk.readFrom) return undefined;
    try {
      const soql = this.#soql(conditions, false);
      return await beginQuery(this.#client, soql, this.#request.signal);
    } catch (error) {
      // Some objects are not known there.
      if (error instanceof ConnectorError && error.kind === 'configuration') return undefined;
      throw error;
    }
  }

  /** Reads up to a value that is fixed before: what changes meanwhile comes after it. */
  async #beginNews(cursor: SalesforceField, isAgain: boolean): Promise<Position['bulk']> {
    const { signal } = this.#request;
    if (!isAgain && this.#count < this.#client.settings.bulk.readFrom) return undefined;
    const newest = `${selectOf({
      fields: [cursor.name],
      from: this.#object.name,
      where: this.#filter,
      orderBy: [`${cursor.name} DESC`],
    })} LIMIT 1`;
    let bound: Cell = null;
    for await (const { records } of pagesOf(this.#client, newest, { signal })) {
      for (const record of records) bound = rowOf(record, [cursor]).row[0] ?? null;
    }
    if (bound === null) return undefined;
    const upTo = `${cursor.name} <= ${literalFor(cursor, bound)}`;
    const place = await this.#beginBulk([upTo], isAgain);
    return place && { ...place, bound };
  }

  /** A job of before, unless it has ended badly: then nothing of it was read. */
  async #resumed(bulk: Position['bulk']): Promise<Position['bulk']> {
    if (!bulk || bulk.read > 0) return bulk;
    const { signal } = this.#request;
    return (await isAlive(this.#client, 'query', bulk.job, signal)) ? bulk : undefined;
  }

  async *#byBulk(
    from: BulkPlace,
    place: (next: BulkPlace | undefined) => Position | undefined,
    news?: { readonly remembered: Remembered; readonly bound: string },
  ): AsyncGenerator<Batch> {
    const near = news?.remembered.from(news.bound).value ?? '';
    yield Batch.ofRows([], positionText(place(from)));
    for await (const { lines, next } of resultsFrom(this.#client, from, this.#bulkAsked)) {
      const part = new Part(this.#cellsOf);
      for (const line of lines) {
        const read = rowOfLine(line, this.#columns);
        const order = this.#orderOf(read);
        if (news && (order[0] ?? '') >= near) news.remembered.add(order[0] ?? null, order);
        part.add(read);
      }
      yield part.batch(place(next));
    }
  }

  /** Leaves out what was read before, and remembers the rest. */
  async *#batched(
    pages: AsyncIterable<Read[]>,
    place: Place,
    remembered?: Remembered,
  ): AsyncGenerator<Batch> {
    const { batchRows, batchBytes } = this.#request;
    let part = new Part(this.#cellsOf);
    let last: Read | undefined;
    for await (const page of pages) {
      for (const read of page) {
        const order = remembered ? this.#orderOf(read) : [];
        if (remembered?.recognize(order)) continue;
        if (last && (part.count >= batchRows || part.bytes >= batchBytes)) {
          yield part.batch(place(this.#orderOf(last)));
          part = new Part(this.#cellsOf);
        }
        part.add(read);
        remembered?.add(order[0] ?? null, order);
        last = read;
      }
    }
    if (last) yield part.batch(place(this.#orderOf(last)));
  }

  #orderOf({ row }: Read): readonly Cell[] {
    return this.#orders.map((at) => row[at] ?? null);
  }
}

import type { EventOf, EventType } from '../../../../contract/events.ts';
import { type FeedEvent, selectPage } from '../../../platform/feed/store.ts';
import type { ObjectRecord, ProductObject } from '../../../platform/objects.ts';
import type { Row } from '../../values/types.ts';
import { Batch, type Unread } from '../batch.ts';
import type { Field, Reading, ReadRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import type { Actor } from './actor.ts';
import { inward } from './failure.ts';
import { cursorField, describe, rowOf } from './fields.ts';
import { endOfLog, isWhole, type Position, read as readPosition, write } from './position.ts';

const eventsMax = 500;

/**
 * Reads records of a product: all of them in pages by their key, or those that the log of what
 * happened names since a position. Where it stood is fixed before the first page.
 */
export function read(actor: Actor, object: ProductObject, request: ReadRequest): Reading {
  const described = describe(object).fields;
  const fields = pick(described, request.fields ?? described.map(({ name }) => name));
  if (request.cursorField !== undefined && request.cursorField !== cursorField) {
    const message = `What is new in ${object.name} is found by the cursor field "${cursorField}".`;
    throw new ConnectorError('request', message, { field: 'cursor_field' });
  }
  const batches = new Reader(actor, object, fields, request).batches();
  return { fields, batches, ...(request.filter ? { remaining: request.filter } : {}) };
}

class Reader {
  readonly #actor: Actor;
  readonly #object: ProductObject;
  readonly #fields: readonly Field[];
  readonly #request: ReadRequest;

  constructor(actor: Actor, object: ProductObject, fields: readonly Field[], request: ReadRequest) {
    this.#actor = actor;
    this.#object = object;
    this.#fields = fields;
    this.#request = request;
  }

  async *batches(): AsyncGenerator<Batch> {
    const { part, position: given } = this.#request;
    if (part) return yield* this.#part(part);
    const position = given === undefined ? undefined : readPosition(given);
    if (position === undefined || !(await isWhole(this.#actor, position.log))) {
      return yield* this.#all({ log: await endOfLog(this.#actor), after: '' });
    }
    if (position.after !== undefined) return yield* this.#all(position);
    if (this.#request.cursorField === undefined) return yield Batch.ofRows([], given);
    yield* this.#news(position);
  }

  async *#all(from: Position): AsyncGenerator<Batch> {
    const { pageMax, page } = this.#object.read;
    const limit = Math.min(pageMax, this.#request.batchRows);
    let { after } = from;
    for (;;) {
      const records = await this.#ask((ctx) => page(ctx, after || undefined, limit));
      after = records.at(-1)?.place;
      const isLast = records.length < limit;
      const position = write(isLast ? { log: from.log } : { ...from, after: after as string });
      yield* this.#cut(records, position);
      if (isLast) return;
    }
  }

  async *#news({ log }: Position): AsyncGenerator<Batch> {
    const { database, organization } = this.#actor;
    const { changes, gone = {} } = this.#object.read;
    const types = Object.keys({ ...changes, ...gone }) as EventType[];
    const asked = { types, unread: [] };
    for (let after = log; ; ) {
      const page = await selectPage(database.system.reading, after, asked, organization, eventsMax);
      const keys = [...depthsOf(changes, page.events).keys()];
      const lost = [...depthsOf(gone, page.events).keys()];
      this.#request.caused?.(depthsOf({ ...changes, ...gone }, page.events));
      if (lost.length > 0) await this.#request.gone?.(lost.map((key) => [key]));
      yield* this.#found(keys, write({ log: page.position }));
      if (page.isLast) return;
      after = page.position;
    }
  }

  async *#part(part: NonNullable<ReadRequest['part']>): AsyncGenerator<Batch> {
    if (!('keys' in part)) {
      const message = `A part of ${this.#object.name} is chosen by keys, not by from and to.`;
      throw new ConnectorError('request', message);
    }
    const keys = part.keys.flatMap(([key]) => key ?? []);
    yield* this.#found([...new Set(keys)], this.#request.position);
  }

  /** Records by their keys; one that is not there any more does not come. */
  async *#found(keys: readonly string[], position: string | undefined): AsyncGenerator<Batch> {
    const { pageMax, find } = this.#object.read;
    let at = 0;
    do {
      const some = keys.slice(at, at + pageMax);
      const records = some.length === 0 ? [] : await this.#ask((ctx) => find(ctx, some));
      at += pageMax;
      yield* this.#cut(records, at >= keys.length ? position : undefined);
    } while (at < keys.length);
  }

  async #ask(ask: (ctx: Awaited<ReturnType<Actor['reading']>>) => Promise<ObjectRecord[]>) {
    this.#request.signal.throwIfAborted();
    const ctx = await this.#actor.reading(this.#object.read.scope);
    try {
      return await ask(ctx);
    } catch (error) {
      throw inward(error);
    }
  }

  /** Batches of a page, of which only the last one says where to go on. */
  *#cut(records: readonly ObjectRecord[], position: string | undefined): Generator<Batch> {
    const { batchRows, batchBytes } = this.#request;
    let part = new Part();
    for (const record of records) {
      if (part.count === batchRows || part.bytes >= batchBytes) {
        yield part.batch();
        part = new Part();
      }
      part.add(record, this.#fields);
    }
    yield part.batch(position);
  }
}

class Part {
  bytes = 0;
  readonly #rows: Row[] = [];
  readonly #subjects: (string | undefined)[] = [];
  readonly #unread: Unread[] = [];

  get count(): number {
    return this.#rows.length;
  }

  add(record: ObjectRecord, fields: readonly Field[]): void {
    const read = rowOf(record, fields);
    if ('unread' in read) {
      this.#unread.push(read.unread);
      return;
    }
    this.#rows.push(read.row);
    this.#subjects.push(record.subject);
    for (const cell of read.row) this.bytes += (cell?.length ?? 0) + 1;
  }

  batch(position?: string): Batch {
    return Batch.ofRows(this.#rows, position, this.#unread, this.#subjects);
  }
}

/** The key of each record that events name, with how deep the deepest stands that changed it. */
function depthsOf(
  by: ProductObject['read']['changes'],
  events: readonly FeedEvent[],
): Map<string, number> {
  const depths = new Map<string, number>();
  for (const event of events) {
    const find = by[event.type] as ((event: EventOf) => string) | undefined;
    const key = find?.(event);
    if (key !== undefined) depths.set(key, Math.max(event.depth, depths.get(key) ?? 0));
  }
  return depths;
}

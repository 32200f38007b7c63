import { describeOf, summaryOf } from './describe.ts';
import { ApiFailure, notFound } from './failures.ts';
import { type Answer, type Ask, jsonIn } from './http.ts';
import type { SimulatedField, SimulatedObject } from './objects.ts';
import type { Org, SimulatedRecord, Value } from './org.ts';
import { type Given, type Operation, requireReadable, type Saved, save } from './records.ts';
import { parseSoql } from './soql/parse.ts';
import { type Asked, askedOf, heldBy, objectOf, recordsOf } from './soql/run.ts';

const pageDefault = 2_000;
const pageMin = 200;
const collectionMax = 200;

type Cursor = {
  readonly records: readonly SimulatedRecord[];
  readonly object: SimulatedObject;
  readonly asked: readonly Asked[];
};

/** The REST API: descriptions, queries, records and collections of them. */
export class Rest {
  readonly #org: Org;
  readonly #cursors = new Map<string, Cursor>();
  /** In place of the size that a request may ask for. */
  pageSize: number | undefined;

  constructor(org: Org) {
    this.#org = org;
  }

  answer(ask: Ask): Answer {
    const [first, second] = ask.path;
    switch (first) {
      case undefined:
        return { status: 200, body: { sobjects: `/services/data/${ask.version}/sobjects` } };
      case 'limits':
        return { status: 200, body: { DailyApiRequests: { Max: 100_000, Remaining: 99_000 } } };
      case 'query':
      case 'queryAll':
        return second === undefined ? this.#query(ask) : this.#more(ask, second);
      case 'sobjects':
        return this.#sobjects(ask);
      case 'composite':
        return this.#collection(ask);
      default:
        throw notFound();
    }
  }

  #query(ask: Ask): Answer {
    const query = parseSoql(ask.url.searchParams.get('q') ?? '');
    const records = recordsOf(this.#org, query);
    const object = objectOf(this.#org, query);
    if (query.isCount) {
      return { status: 200, body: { totalSize: records.length, done: true, records: [] } };
    }
    const asked = query.fields.map((name) => askedOf(object, name));
    const cursor = { records, object, asked };
    const id = `01g5g00000${String(this.#cursors.size + 1).padStart(5, '0')}`;
    return this.#page(ask, id, cursor, 0);
  }

  #more(ask: Ask, place: string): Answer {
    const [id = '', from] = place.split('-');
    const cursor = this.#cursors.get(id);
    if (cursor) return this.#page(ask, id, cursor, Number(from));
    throw new ApiFailure(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
  }

  #page(ask: Ask, id: string, cursor: Cursor, from: number): Answer {
    const wanted = /batchSize=(\d+)/i.exec(String(ask.headers['sforce-query-options'] ?? ''))?.[1];
    const size =
      this.pageSize ?? Math.min(pageDefault, Math.max(pageMin, Number(wanted ?? pageDefault)));
    const { records, object, asked } = cursor;
    const to = from + size;
    const done = to >= records.length;
    if (!done) this.#cursors.set(id, cursor);
    const next = `/services/data/${ask.version}/query/${id}-${to}`;
    const shown = records
      .slice(from, to)
      .map((record) => shownOf(this.#org, object, record, asked, ask.version));
    return {
      status: 200,
      body: {
        totalSize: records.length,
        done,
        ...(done ? {} : { nextRecordsUrl: next }),
        records: shown,
      },
    };
  }

  #sobjects(ask: Ask): Answer {
    const [, name, id, key] = ask.path;
    if (name === undefined) {
      const sobjects = [...this.#org.objects.values()].map((one) => summaryOf(one, ask.version));
      return { status: 200, body: { encoding: 'UTF-8', maxBatchSize: 200, sobjects } };
    }
    const object = this.#object(name);
    if (id === 'describe') return { status: 200, body: describeOf(object, ask.version) };
    if (id === undefined) {
      if (ask.method !== 'POST') return { status: 200, body: summaryOf(object, ask.version) };
      return savedAnswer(save(this.#org, object, 'insert', jsonIn(ask)), 201);
    }
    if (ask.method === 'GET') return this.#record(ask, object, id);
    const given = { ...jsonIn(ask), [key === undefined ? 'Id' : id]: key ?? id };
    const operation = ask.method === 'DELETE' ? 'delete' : key === undefined ? 'update' : 'upsert';
    const saved = save(this.#org, object, operation, given, key === undefined ? 'Id' : id);
    return savedAnswer(saved, saved.created ? 201 : operation === 'upsert' ? 200 : 204);
  }

  #record(ask: Ask, object: SimulatedObject, id: string): Answer {
    const record = this.#org.find(object.name, id);
    if (!record) throw notFound();
    const asked = object.fields.filter(isPlain).map((field) => ({ field }));
    const body = shownOf(this.#org, object, record, asked, ask.version);
    return { status: 200, body };
  }

  #collection(ask: Ask): Answer {
    const [, kind, name, keyField] = ask.path;
    if (kind !== 'sobjects') throw notFound();
    if (ask.method === 'DELETE') {
      const ids = (ask.url.searchParams.get('ids') ?? '').split(',');
      requireSize(ids);
      return { status: 200, body: ids.map((id) => this.#deleted(id)) };
    }
    const { records = [] } = jsonIn(ask) as { records?: Given[] };
    requireSize(records);
    const operation: Operation =
      keyField !== undefined ? 'upsert' : ask.method === 'POST' ? 'insert' : 'update';
    const all = records.map((given) => {
      const { type = name } = (given.attributes ?? {}) as { type?: string };
      const { id, ...rest } = given;
      const one = id === undefined ? given : { ...rest, Id: id };
      return { object: this.#object(String(type)), one };
    });
    for (const { object, one } of all) requireReadable(object, one);
    const saved = all.map(({ object, one }) => save(this.#org, object, operation, one, keyField));
    return { status: 200, body: saved };
  }

  #deleted(id: string): Saved {
    const found = this.#org.recordOf(id);
    const object = found?.object ?? this.#object('Account');
    return save(this.#org, object, 'delete', { Id: id });
  }

  #object(name: string): SimulatedObject {
    const object = this.#org.object(name);
    if (object) return object;
    throw notFound();
  }
}

function requireSize(records: readonly unknown[]): void {
  if (records.length <= collectionMax) return;
  const message = `The number of records exceeds the limit of ${collectionMax}`;
  throw new ApiFailure(400, 'LIMIT_EXCEEDED', message);
}

function savedAnswer(saved: Saved, status: number): Answer {
  if (saved.success) return { status, ...(status === 204 ? {} : { body: saved }) };
  const errors = saved.errors.map(({ statusCode, ...rest }) => ({
    ...rest,
    errorCode: statusCode,
  }));
  return { status: errors[0]?.errorCode === 'ENTITY_IS_DELETED' ? 404 : 400, body: errors };
}

function isPlain({ kind }: SimulatedField): boolean {
  return kind !== 'address' && kind !== 'location';
}

function shownOf(
  org: Org,
  object: SimulatedObject,
  record: SimulatedRecord,
  asked: readonly Asked[],
  version: string,
) {
  const url = `/services/data/${version}/sobjects/${object.name}/${record.Id}`;
  const shown: Record<string, unknown> = { attributes: { type: object.name, url } };
  for (const one of asked) {
    const { field, path } = one;
    if (!path) {
      shown[field.name] = isPlain(field)
        ? jsonOf(field, record)
        : compoundOf(object, field, record);
      continue;
    }
    const [relationship, member] = path;
    const behind = record[field.name] ?? null;
    const known = shown[relationship] as Record<string, unknown> | undefined;
    shown[relationship] =
      behind === null
        ? null
        : { attributes: { type: 'Name' }, ...known, [member]: heldBy(org, record, one) };
  }
  return shown;
}

/** Numbers with a fraction are written as Java writes a double, times with a zone without a colon. */
function jsonOf({ name, kind }: SimulatedField, record: SimulatedRecord): unknown {
  const value: Value = record[name] ?? null;
  if (value === null || typeof value === 'boolean') return value;
  if (kind === 'int') return JSON.rawJSON(value);
  if (kind === 'double' || kind === 'currency') return JSON.rawJSON(doubleText(value));
  return kind === 'datetime' ? value.replace('Z', '+0000') : value;
}

function doubleText(digits: string): string {
  if (/e/i.test(digits)) return digits;
  const [whole = '', places] = digits.split('.');
  if (places !== undefined) return digits;
  const [, sign = '', first = '', rest = ''] = /^(-?)(\d)(\d*)$/.exec(whole) ?? [];
  if (rest.length < 7) return `${whole}.0`;
  return `${sign}${first}.${rest.replace(/0+$/, '') || '0'}E${rest.length}`;
}

function compoundOf(object: SimulatedObject, { name }: SimulatedField, record: SimulatedRecord) {
  const parts = object.fields.filter(({ compound }) => compound === name);
  return Object.fromEntries(
    parts.map((part) => [part.name.replace(/^[A-Z][a-z]+/, '').toLowerCase(), record[part.name]]),
  );
}

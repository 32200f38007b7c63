import { invalid } from '../../../runtime/errors.ts';
import { matches } from '../../filters/matches.ts';
import type { Row } from '../../values/types.ts';
import type { QueryAnswer, QueryRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import type { SalesforceClient } from './client.ts';
import { conditionOf, namesIn } from './conditions.ts';
import type { SalesforceField, SalesforceObject } from './fields.ts';
import { firstPage, nextPage, type Page } from './pages.ts';
import { rowOf } from './records.ts';
import { ApiRefusal } from './refusal.ts';
import { selectOf } from './soql.ts';

const limitMax = 1_000;
/** How far one request looks for records that fit its filter; the next one goes on. */
const pagesMax = 20;

type Place = { readonly next?: string; readonly skip: number };

/** A page of records. It may have fewer than `limit`, and still another after it. */
export async function query(
  client: SalesforceClient,
  object: SalesforceObject,
  request: QueryRequest,
): Promise<QueryAnswer> {
  const picked = pick(object.fields, request.fields ?? object.fields.map(({ name }) => name));
  const more = request.filter ? pick(object.fields, namesIn(request.filter)) : [];
  const needed = [...new Set([...picked, ...more])];
  const places = picked.map((field) => needed.indexOf(field));
  const keep = keeperOf(object, needed, request.filter);
  const limit = Math.min(request.limit, limitMax);
  const rows: Row[] = [];
  const answer = (place?: Place): QueryAnswer => ({
    fields: picked,
    rows,
    ...(place ? { nextCursor: writeCursor(place) } : {}),
  });
  let { next, skip } = readCursor(request.cursor);
  for (let pages = 1; ; pages += 1) {
    const page = await pageAt(client, next, selectFor(object, needed, request), limit + 1);
    for (const [at, record] of page.records.entries()) {
      if (at < skip) continue;
      const { row, problem } = rowOf(record, needed);
      if (problem) throw new ConnectorError('configuration', problem.reason);
      if (!keep(row)) continue;
      if (rows.length === limit)
        return answer({ ...(next === undefined ? {} : { next }), skip: at });
      rows.push(places.map((place) => row[place] ?? null));
    }
    [next, skip] = [page.next, 0];
    if (next === undefined) return answer();
    if (rows.length === limit || pages === pagesMax) return answer({ next, skip });
  }
}

/** A filter reads the cells of a row that has all fields of the object. */
function keeperOf(
  { fields }: SalesforceObject,
  needed: readonly SalesforceField[],
  filter: QueryRequest['filter'],
): (row: Row) => boolean {
  if (!filter) return () => true;
  const isKept = matches(filter);
  const places = fields.map((field) => needed.indexOf(field));
  return (row) => isKept(places.map((place) => row[place] ?? null));
}

function selectFor(
  object: SalesforceObject,
  needed: readonly SalesforceField[],
  { filter, orderBy = [] }: QueryRequest,
): string {
  const known = new Map(object.fields.map((field) => [field.name, field]));
  const condition = filter && conditionOf(filter, known);
  const orders = orderBy.map(({ field: name, descending }) => {
    const [field] = pick(object.fields, [name]);
    if (field?.isSortable) return `${field.name}${descending ? ' DESC' : ''} NULLS LAST`;
    const message = `Salesforce cannot order ${object.name} by ${name}.`;
    throw new ConnectorError('request', message, { field: 'order_by' });
  });
  return selectOf({
    fields: needed.map(({ name }) => name),
    from: object.name,
    where: condition ? [condition.text] : [],
    orderBy: [...orders, 'Id'],
  });
}

async function pageAt(
  client: SalesforceClient,
  next: string | undefined,
  soql: string,
  size: number,
): Promise<Page> {
  const { signal } = client;
  if (next === undefined) return firstPage(client, soql, { signal, size });
  try {
    return await nextPage(client, next, signal);
  } catch (error) {
    // What a page is asked for with is kept for some days.
    const isOver = error instanceof ApiRefusal && error.said.status < 500;
    if (isOver || (error instanceof ConnectorError && error.kind !== 'retry')) throw foreign();
    throw error;
  }
}

function writeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function readCursor(text: string | undefined): { next: string | undefined; skip: number } {
  if (text === undefined) return { next: undefined, skip: 0 };
  try {
    const { next, skip }: Partial<Place> = JSON.parse(Buffer.from(text, 'base64url').toString());
    if ((next === undefined || typeof next === 'string') && Number.isSafeInteger(skip)) {
      return { next, skip: skip as number };
    }
  } catch {}
  throw foreign();
}

function foreign() {
  return invalid('cursor', 'is not one that was given here, or too old.');
}

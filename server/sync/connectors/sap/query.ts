import { matches } from '../../filters/matches.ts';
import type { Row } from '../../values/types.ts';
import type { QueryAnswer, QueryRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import { readCursor, writeCursor } from '../sql/cursor.ts';
import { conditionOf } from './conditions.ts';
import { Listing, type Place, type Terms } from './listing.ts';
import type { Read } from './records.ts';

const limitMax = 1_000;
/** How far one request looks for records that fit its filter; the next one goes on. */
const pagesMax = 20;

/** The records of a page, and how the answer after each of them, and after all, goes on. */
type Step = { readonly rows: readonly Read[]; readonly after: (nth: number) => string | undefined };

/** A page of records. It may have fewer than `limit`, and still another after it. */
export async function query(
  from: Omit<Terms, 'columns'>,
  request: QueryRequest,
): Promise<QueryAnswer> {
  const { object, version } = from;
  const picked = pick(object.fields, request.fields ?? object.fields.map(({ name }) => name));
  const keys = pick(object.fields, object.key);
  const columns = request.filter ? object.fields : [...new Set([...picked, ...keys])];
  const known = new Map(object.fields.map((field) => [field.name, field]));
  const condition = request.filter && conditionOf(request.filter, known, version);
  const listing = new Listing({ ...from, columns });
  const conditions = condition ? [condition.text] : [];
  const limit = Math.min(request.limit, limitMax);
  const steps = request.orderBy?.length
    ? ordered(listing, conditions, request, limit)
    : listed(listing, conditions, request, limit);
  // A filter is of the fields in the order in which they are described.
  const keep = request.filter ? matches(request.filter) : () => true;
  const places = picked.map((field) => columns.indexOf(field));
  const rows: Row[] = [];
  const answer = (nextCursor?: string): QueryAnswer => {
    return { fields: picked, rows, ...(nextCursor === undefined ? {} : { nextCursor }) };
  };
  let pages = 0;
  for await (const { rows: found, after } of steps) {
    for (const [nth, { row, problem }] of found.entries()) {
      if (problem) throw new ConnectorError('configuration', problem.reason);
      if (!keep(row)) continue;
      rows.push(places.map((place) => row[place] ?? null));
      if (rows.length === limit) return answer(after(nth));
    }
    pages += 1;
    const next = after(found.length - 1);
    if (next === undefined) return answer();
    if (pages === pagesMax) return answer(next);
  }
  return answer();
}

/** In the order of the keys, from any of which a list can go on. */
async function* listed(
  listing: Listing,
  conditions: readonly string[],
  { cursor }: QueryRequest,
  limit: number,
): AsyncGenerator<Step> {
  const [mark = null, ...rest] = cursor === undefined ? [] : readCursor(cursor);
  const isLink = mark === 'next';
  let skipped = isLink ? Number(rest[0]) : 0;
  let link = isLink ? (rest[1] ?? undefined) : undefined;
  const from: Place = mark === 'at' ? { at: rest } : link === undefined ? {} : { next: link };
  for await (const { rows, place } of listing.pages(conditions, from, limit)) {
    const isStepped = listing.isStepped;
    const [before, skip] = [link, skipped];
    const shownRows = rows.slice(skip);
    yield {
      rows: shownRows,
      after: (nth) => {
        const isEnd = nth === shownRows.length - 1;
        if (isEnd && place === undefined) return undefined;
        const row = shownRows[nth];
        if (isStepped && row) return writeCursor(['at', ...listing.keyOf(row)]);
        if (isEnd) return writeCursor(['next', '0', place?.next ?? null]);
        return writeCursor(['next', String(skip + nth + 1), before ?? null]);
      },
    };
    [skipped, link] = [0, place?.next];
  }
}

/** In another order, as far as the service counts. */
async function* ordered(
  listing: Listing,
  conditions: readonly string[],
  { orderBy = [], cursor }: QueryRequest,
  limit: number,
): AsyncGenerator<Step> {
  const { object } = listing.terms;
  const order = orderBy.map(({ field: name, descending }) => {
    const [field] = pick(object.fields, [name]);
    if (field?.isSortable) return `${field.name}${descending ? ' desc' : ''}`;
    const message = `SAP cannot order ${object.name} by ${name}.`;
    throw new ConnectorError('request', message, { field: 'order_by' });
  });
  const asked = { conditions, orderBy: [...new Set([...order, ...object.key])], top: limit };
  let skip = Number((cursor === undefined ? [] : readCursor(cursor))[0] ?? 0);
  for (;;) {
    const { rows, next } = await listing.page({ ...asked, skip });
    const start = skip;
    const isLast = rows.length === 0 || (next === undefined && rows.length < limit);
    yield {
      rows,
      after: (nth) =>
        isLast && nth === rows.length - 1 ? undefined : writeCursor([String(start + nth + 1)]),
    };
    if (isLast) return;
    skip += rows.length;
  }
}

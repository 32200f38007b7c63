import { matches } from '../filters/matches.ts';
import type { Row } from '../values/types.ts';
import { Batch } from './batch.ts';
import type { Field, QueryAnswer, QueryRequest, Reading, ReadRequest } from './connector.ts';
import { batchesOf } from './cutting.ts';
import { ConnectorError } from './failure.ts';
import { pick } from './picking.ts';
import { readCursor, writeCursor } from './sql/cursor.ts';
import { type Position as AnyPosition, readPosition } from './sql/position.ts';

/** Rows that are made of what a system lists, page by page: there is no time by which they are new. */
export type Listing = {
  /** As people call it. */
  readonly system: string;
  readonly name: string;
  readonly fields: readonly Field[];
  readonly key: readonly string[];
  /** From where `next` of an earlier page said. */
  pages(from: string | undefined): AsyncIterable<ListingPage>;
};

export type ListingPage = { readonly rows: readonly Row[]; readonly next: string | undefined };

/** A list goes on after this page. */
type Position = AnyPosition<never> & { readonly after?: string };

const limitMax = 1_000;
/** How far one request looks for rows that fit its filter; the next one goes on. */
const pagesMax = 20;

/** Reads all of them, each time. @throws ConnectorError */
export function readListing(listing: Listing, request: ReadRequest): Reading {
  const { part, cursorField, filter } = request;
  if (part || cursorField !== undefined) {
    const message = `${listing.system} does not tell what is new of "${listing.name}": they are read as a whole.`;
    throw new ConnectorError('request', message, { field: part ? 'keys' : 'cursor_field' });
  }
  const { fields, picked } = pickerOf(listing, request.fields);
  const batches = whole(listing, picked, request);
  return { fields, batches, ...(filter ? { remaining: filter } : {}) };
}

/** A page of them. It may have fewer than `limit`, and still another after it. */
export async function queryListing(listing: Listing, request: QueryRequest): Promise<QueryAnswer> {
  if (request.orderBy?.length) {
    const message = `"${listing.name}" cannot be ordered.`;
    throw new ConnectorError('request', message, { field: 'order_by' });
  }
  const { fields, picked } = pickerOf(listing, request.fields);
  const [from = null, skipped = '0'] =
    request.cursor === undefined ? [] : readCursor(request.cursor);
  const keep = request.filter ? matches(request.filter) : () => true;
  const limit = Math.min(request.limit, limitMax);
  const rows: Row[] = [];
  const answer = (place?: readonly [string | null, number]): QueryAnswer => ({
    ...{ fields, rows },
    ...(place ? { nextCursor: writeCursor([place[0], String(place[1])]) } : {}),
  });
  let [page, skip, pages] = [from, Number(skipped), 0];
  for await (const { rows: found, next } of listing.pages(from ?? undefined)) {
    for (const [at, row] of found.entries()) {
      if (at < skip || !keep(row)) continue;
      if (rows.length === limit) return answer([page, at]);
      rows.push(picked(row));
    }
    [page, skip, pages] = [next ?? null, 0, pages + 1];
    if (next !== undefined && pages === pagesMax) return answer([page, 0]);
  }
  return answer();
}

async function* whole(
  listing: Listing,
  picked: (row: Row) => Row,
  request: ReadRequest,
): AsyncGenerator<Batch> {
  const position: Position = readPosition(request.position);
  if (position.isEnd) return yield Batch.ofRows([], request.position);
  for await (const page of listing.pages(position.after)) {
    const mark = page.next === undefined ? { isEnd: true } : { after: page.next };
    yield* batchesOf(page.rows.map(picked), request, JSON.stringify(mark));
  }
}

function pickerOf({ fields: own }: Listing, names: readonly string[] | undefined) {
  const fields = pick(own, names ?? own.map(({ name }) => name));
  const places = fields.map((field) => own.indexOf(field));
  return { fields, picked: (row: Row): Row => places.map((place) => row[place] ?? null) };
}

import { invalid } from '../../../runtime/errors.ts';
import { matches } from '../../filters/matches.ts';
import type { Row } from '../../values/types.ts';
import type { Field, QueryAnswer, QueryRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import type { HttpPage } from './pages.ts';
import { rowOf } from './records.ts';

const limitMax = 1_000;
/** How far one request looks for records that fit its filter; the next one goes on. */
const pagesMax = 20;

type Place = { readonly next?: string; readonly skip: number };
type From = {
  fields: readonly Field[];
  /** It answers them in the order that was asked for. */
  isOrdered?: boolean;
  pages(from: string | undefined): AsyncIterable<HttpPage>;
};

/** A page of records, filtered here. It may have fewer than `limit`, and still another after it. */
export async function query(from: From, request: QueryRequest): Promise<QueryAnswer> {
  const { fields, isOrdered = false } = from;
  if (request.orderBy?.length && !isOrdered) {
    throw new ConnectorError('request', 'Records of this API cannot be ordered.', {
      field: 'order_by',
    });
  }
  const picked = pick(fields, request.fields ?? fields.map(({ name }) => name));
  const places = picked.map((field) => fields.indexOf(field));
  const keep = request.filter ? matches(request.filter) : () => true;
  const limit = Math.min(request.limit, limitMax);
  const rows: Row[] = [];
  let { next, skip } = readCursor(request.cursor);
  let pages = 0;
  const answer = (place?: Place): QueryAnswer => ({
    fields: picked,
    rows: rows.map((row) => places.map((place) => row[place] ?? null)),
    ...(place ? { nextCursor: writeCursor(place) } : {}),
  });
  for await (const page of from.pages(next)) {
    for (const [at, record] of page.records.entries()) {
      if (at < skip) continue;
      const { row, problem } = rowOf(record, fields);
      if (problem) throw new ConnectorError('configuration', problem.reason);
      if (!keep(row)) continue;
      if (rows.length === limit)
        return answer({ ...(next === undefined ? {} : { next }), skip: at });
      rows.push(row);
    }
    next = page.next;
    skip = 0;
    pages += 1;
    if (next === undefined) break;
    if (rows.length === limit || pages === pagesMax) return answer({ next, skip });
  }
  return answer();
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
  throw invalid('cursor', 'is not one that was given here.');
}

import type { ObjectRecord, ProductObject } from '../../../platform/objects.ts';
import { matches } from '../../filters/matches.ts';
import type { Row } from '../../values/types.ts';
import type { QueryAnswer, QueryRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import type { Actor } from './actor.ts';
import { inward } from './failure.ts';
import { describe, rowOf } from './fields.ts';

/** How far one request looks for records that fit its filter; the next one goes on. */
const pagesMax = 20;

/** A page of records by their key, filtered here. It may have fewer than `limit`, and one after it. */
export async function query(
  actor: Actor,
  object: ProductObject,
  request: QueryRequest,
): Promise<QueryAnswer> {
  if (request.orderBy?.length) {
    const message = `${object.name} cannot be ordered: they come by their key.`;
    throw new ConnectorError('request', message, { field: 'order_by' });
  }
  const all = describe(object).fields;
  const fields = pick(all, request.fields ?? all.map(({ name }) => name));
  const places = fields.map((field) => all.indexOf(field));
  const keep = request.filter ? matches(request.filter) : () => true;
  const rows: Row[] = [];
  let after = request.cursor;
  for (let page = 0; page < pagesMax; page += 1) {
    const limit = request.filter ? object.read.pageMax : request.limit;
    const asked = Math.min(limit, object.read.pageMax);
    const records = await ask(actor, object, after, asked);
    for (const [at, record] of records.entries()) {
      const read = rowOf(record, all);
      if ('unread' in read) throw new ConnectorError('configuration', read.unread.reason);
      after = record.place;
      if (keep(read.row)) rows.push(places.map((place) => read.row[place] ?? null));
      if (rows.length < request.limit) continue;
      const isLast = at === records.length - 1 && records.length < asked;
      return { fields, rows, ...(isLast ? {} : { nextCursor: after }) };
    }
    if (records.length < asked) return { fields, rows };
  }
  return { fields, rows, ...(after === undefined ? {} : { nextCursor: after }) };
}

async function ask(
  actor: Actor,
  { read }: ProductObject,
  after: string | undefined,
  limit: number,
): Promise<ObjectRecord[]> {
  const ctx = await actor.reading(read.scope);
  try {
    return await read.page(ctx, after, limit);
  } catch (error) {
    throw inward(error);
  }
}

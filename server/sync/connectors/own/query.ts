import type { ObjectRecord, ProductObject } from '../../../platform/objects.ts';
import type { CheckedFilter } from '../../filters/checked.ts';
import { matches } from '../../filters/matches.ts';
import type { Row } from '../../values/types.ts';
import type { Field, QueryAnswer, QueryRequest } from '../connector.ts';
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
  const about = new Set<string>();
  const add = ({ subject }: ObjectRecord, row: Row) => {
    rows.push(places.map((place) => row[place] ?? null));
    if (subject !== undefined) about.add(subject);
  };
  const answer = (more: { nextCursor?: string } = {}) => ({
    fields,
    rows,
    about: [...about],
    ...more,
  });
  const key = keyIn(object, request.filter);
  if (key !== undefined) {
    const found = await asking(actor, object, (ctx) => object.read.find(ctx, [key]));
    for (const record of found) add(record, wholeRow(record, all));
    return answer();
  }
  let after = request.cursor;
  for (let page = 0; page < pagesMax; page += 1) {
    const limit = request.filter ? object.read.pageMax : request.limit;
    const asked = Math.min(limit, object.read.pageMax);
    const records = await asking(actor, object, (ctx) => object.read.page(ctx, after, asked));
    for (const [at, record] of records.entries()) {
      const row = wholeRow(record, all);
      after = record.place;
      if (keep(row)) add(record, row);
      if (rows.length < request.limit) continue;
      const isLast = at === records.length - 1 && records.length < asked;
      return answer(isLast ? {} : { nextCursor: after });
    }
    if (records.length < asked) return answer();
  }
  return answer(after === undefined ? {} : { nextCursor: after });
}

/** Of a filter that asks for one record by its key: the product knows it by whatever its API takes as an id. */
function keyIn(
  { key, names = [] }: ProductObject,
  filter: CheckedFilter | undefined,
): string | undefined {
  if (filter?.kind !== 'compare' || filter.operator !== '=' || filter.value === null)
    return undefined;
  const { field, path } = filter.operand;
  return [key, ...names].includes(field) && path.length === 0 ? filter.value : undefined;
}

function wholeRow(record: ObjectRecord, all: readonly Field[]): Row {
  const read = rowOf(record, all);
  if ('unread' in read) throw new ConnectorError('configuration', read.unread.reason);
  return read.row;
}

async function asking(
  actor: Actor,
  { read }: ProductObject,
  work: (ctx: Awaited<ReturnType<Actor['reading']>>) => Promise<ObjectRecord[]>,
): Promise<ObjectRecord[]> {
  const ctx = await actor.reading(read.scope);
  try {
    return await work(ctx);
  } catch (error) {
    throw inward(error);
  }
}

import { invalid } from '../../../runtime/errors.ts';
import { matches } from '../../filters/matches.ts';
import { type Comparison, comparisonOf } from '../../values/compare.ts';
import type { Row } from '../../values/types.ts';
import type { Field, QueryAnswer, QueryRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import { beginning } from './format.ts';
import type { Opened } from './opened.ts';

const limitMax = 1_000;
const sortedMax = 50_000;
const batchRows = 5_000;
const batchBytes = 1 << 20;

/** A page of records; the cursor counts how many of them came before. */
export async function query(
  opened: Opened,
  request: QueryRequest,
  signal: AbortSignal,
): Promise<QueryAnswer> {
  const fields = await opened.fields();
  const keep = request.filter ? matches(request.filter) : () => true;
  const names = request.fields ?? fields.map(({ name }) => name);
  const asked = pick(fields, names);
  const places = asked.map((field) => fields.indexOf(field));
  const skip = request.cursor === undefined ? 0 : readCursor(request.cursor);
  const limit = Math.min(request.limit, limitMax);
  const isSorted = (request.orderBy ?? []).length > 0;
  const found: Row[] = [];
  let passed = 0;
  for await (const row of rowsOf(opened, fields, signal)) {
    if (!keep(row)) continue;
    if (!isSorted && passed++ < skip) continue;
    found.push(row);
    if (isSorted && found.length > sortedMax) throw tooMany();
    if (!isSorted && found.length > limit) break;
  }
  if (isSorted) found.sort(orderOf(fields, request.orderBy ?? []));
  const page = isSorted ? found.slice(skip, skip + limit) : found.slice(0, limit);
  const hasMore = found.length > (isSorted ? skip + limit : limit);
  return {
    fields: asked,
    rows: page.map((row) => places.map((place) => row[place] ?? null)),
    ...(hasMore ? { nextCursor: String(skip + limit) } : {}),
  };
}

async function* rowsOf(
  opened: Opened,
  fields: readonly Field[],
  signal: AbortSignal,
): AsyncGenerator<Row> {
  const wanted = { fields, from: beginning, batchRows, batchBytes, signal };
  for (const file of opened.files) {
    for await (const { batch } of opened.read(file, wanted)) yield* batch.rows;
  }
}

function orderOf(fields: readonly Field[], order: NonNullable<QueryRequest['orderBy']>) {
  const sorts = order.map(({ field, descending }) => {
    const [found] = pick(fields, [field]) as [Field];
    const comparison = comparisonOf(found.type);
    if (!comparison?.isOrdered) {
      throw new ConnectorError('request', `${field} has no order (${found.type.kind}).`, {
        field: 'order_by',
      });
    }
    return { place: fields.indexOf(found), comparison, sign: descending ? -1 : 1 };
  });
  return (one: Row, other: Row): number => {
    for (const { place, comparison, sign } of sorts) {
      const order = compareCells(comparison, sign, one[place] ?? null, other[place] ?? null);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** What is null comes last. */
function compareCells(
  { read, compare }: Comparison,
  sign: number,
  one: string | null,
  other: string | null,
): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return sign * compare(read(one), read(other));
}

function tooMany(): ConnectorError {
  const message = `More than ${sortedMax} records match, too many to be put in order; narrow the filter.`;
  return new ConnectorError('request', message, { field: 'order_by' });
}

function readCursor(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalid('cursor', 'is not one that was given here.');
}

import type { CheckedFilter } from '../../filters/checked.ts';
import { matches } from '../../filters/matches.ts';
import type { Row } from '../../values/types.ts';
import type { Field, QueryAnswer, QueryRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import { readCursor, writeCursor } from '../sql/cursor.ts';
import type { Api } from './api.ts';
import { after, groupsOf, withAll } from './filters.ts';
import type { RecordType } from './objects.ts';
import { type Groups, listSize, Records, rowOf, searchSize } from './records.ts';
import { idField, type PropertyField } from './types.ts';

const limitMax = 1_000;
/** How far one request looks for records that fit its filter; the next one goes on. */
const pagesMax = 20;
/** Further than this no search counts. */
const countedMax = 10_000;
const ordered = ['numeric', 'int8', 'date', 'timestamptz'];

/** A record, or the end of a page, and where the next answer goes on after it. */
type Step = { readonly row?: Row; readonly next: string | undefined };

/** A page of records. It may have fewer than `limit`, and still another after it. */
export async function query(
  api: Api,
  type: RecordType,
  own: readonly PropertyField[],
  request: QueryRequest,
): Promise<QueryAnswer> {
  const { filter, cursor } = request;
  const picked = pick(own, request.fields ?? own.map(({ name }) => name));
  const names = [...picked.map(({ name }) => name), ...(filter ? fieldsIn(filter) : [])];
  const records = new Records(api, type, names);
  const limit = Math.min(request.limit, limitMax);
  const sort = sortOf(own, request);
  const [from] = cursor === undefined ? [] : readCursor(cursor);
  const groups = groupsOf(filter, own);
  const terms = { from: from ?? undefined, limit, own };
  const steps = sort
    ? counted(records, { ...terms, groups, sort })
    : filter
      ? searched(records, { ...terms, groups })
      : listed(records, terms);
  const places = picked.map((field) => own.indexOf(field));
  return collect(steps, { fields: picked, places, filter, limit });
}

async function collect(
  steps: AsyncIterable<Step>,
  given: {
    fields: readonly Field[];
    places: readonly number[];
    filter: CheckedFilter | undefined;
    limit: number;
  },
): Promise<QueryAnswer> {
  const { fields, places, filter, limit } = given;
  const keep = filter ? matches(filter) : () => true;
  const rows: Row[] = [];
  let pages = 0;
  let next: string | undefined;
  for await (const step of steps) {
    next = step.next;
    if (step.row === undefined) pages += 1;
    else if (keep(step.row)) rows.push(places.map((place) => step.row?.[place] ?? null));
    if (next !== undefined && (rows.length === limit || pages === pagesMax)) break;
  }
  return { fields, rows, ...(next === undefined ? {} : { nextCursor: writeCursor([next]) }) };
}

type Terms = {
  from: string | undefined;
  limit: number;
  own: readonly PropertyField[];
};

/** Without a filter: pages are no larger than what is still wanted. */
async function* listed(records: Records, { from, limit, own }: Terms): AsyncGenerator<Step> {
  let next = from;
  let wanted = limit;
  do {
    const page = await records.list(next, { limit: Math.min(listSize, wanted) });
    // A record that is not filled counts: what comes next is told by the whole page.
    wanted -= Math.min(listSize, wanted);
    for (const record of page.records) yield { row: shownOf(record, own), next: undefined };
    next = page.next;
    yield { next };
    if (wanted === 0) return;
  } while (next !== undefined);
}

/** In the order of the ids, from any of which a search can go on. */
async function* searched(
  records: Records,
  { from = '0', own, groups }: Terms & { groups: Groups | undefined },
): AsyncGenerator<Step> {
  for (let last = from; ; ) {
    const search = { groups: withAll(groups, [after(last)]), sort: idField };
    const page = await records.search(search);
    for (const record of page.records) yield { row: shownOf(record, own), next: record.id };
    last = page.found.at(-1)?.id ?? last;
    const isLast = page.total <= page.found.length;
    yield { next: isLast ? undefined : last };
    if (isLast) return;
  }
}

/** In the order of a property, as far as HubSpot counts. */
async function* counted(
  records: Records,
  { from, own, groups, sort }: Terms & { groups: Groups | undefined; sort: string },
): AsyncGenerator<Step> {
  for (let at = Number(from ?? 0); ; ) {
    if (at >= countedMax) {
      const message = `HubSpot orders ${countedMax} records at most: ask for fewer with a filter.`;
      throw new ConnectorError('request', message, { field: 'order_by' });
    }
    const limit = Math.min(searchSize, countedMax - at);
    const page = await records.search({ groups: groups ?? [], sort, limit, after: String(at) });
    const filled = new Map(page.records.map((record) => [record.id, record]));
    for (const { id } of page.found) {
      at += 1;
      const record = filled.get(id);
      if (record) yield { row: shownOf(record, own), next: String(at) };
    }
    const isLast = page.found.length === 0 || at >= page.total;
    yield { next: isLast ? undefined : String(at) };
    if (isLast) return;
  }
}

/** @throws ConnectorError for a value that its type does not hold */
function shownOf(record: Parameters<typeof rowOf>[0], own: readonly PropertyField[]): Row {
  const { row, problem } = rowOf(record, own);
  if (problem) throw new ConnectorError('configuration', problem.reason);
  return row;
}

function sortOf(own: readonly PropertyField[], { orderBy = [] }: QueryRequest): string | undefined {
  const [first, second] = orderBy;
  if (!first) return undefined;
  const [field] = pick(own, [first.field]) as [PropertyField];
  if (second || !ordered.includes(field.type.kind)) throw unordered();
  return `${first.descending ? '-' : ''}${field.name}`;
}

function unordered(): ConnectorError {
  const message = 'HubSpot orders records by one property, which is a number, a date or a time.';
  return new ConnectorError('request', message, { field: 'order_by' });
}

function fieldsIn(filter: CheckedFilter): string[] {
  if (filter.kind === 'not') return fieldsIn(filter.term);
  if (filter.kind === 'and' || filter.kind === 'or') return filter.terms.flatMap(fieldsIn);
  return [filter.operand.field];
}

import { toSql } from '../../filters/sql/sql.ts';
import { Batch } from '../batch.ts';
import type { ApplyRequest, ApplyResult, Field, QueryAnswer, QueryRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import {
  applyTogether,
  asWriteRequest,
  madeKey,
  makesRecords,
  refuseKeyless,
} from '../sql/apply.ts';
import { readCursor, writeCursor } from '../sql/cursor.ts';
import { beyond, orderBy } from '../sql/keyset.ts';
import { quote } from '../sql/names.ts';
import { notesFor, once } from '../sql/once.ts';
import { filterPage } from '../sql/page.ts';
import { requireTable, type Table } from './catalogue.ts';
import type { Link } from './link.ts';
import { loadBatch } from './load.ts';
import { notesIn } from './notes.ts';
import { targetOf } from './target.ts';

const limitMax = 1_000;
const unordered = new Set(['json', 'xml', 'other']);

/** A page of records, in a transaction of its own. */
export async function query(link: Link, request: QueryRequest): Promise<QueryAnswer> {
  await link.beginReading();
  try {
    const table = await requireTable(link, request.object);
    const names = request.fields ?? table.columns.map(({ name }) => name);
    const fields = pick(table.columns, names);
    const rest = request.filter && toSql(request.filter, 'postgres').rest;
    if (!rest) return await page(link, table, fields, request);
    const ask = (asked: QueryRequest) => page(link, table, table.columns, asked);
    return await filterPage(request, rest, table.columns, fields, ask);
  } finally {
    await link.run('rollback');
  }
}

async function page(
  link: Link,
  table: Table,
  fields: readonly Field[],
  request: QueryRequest,
): Promise<QueryAnswer> {
  const asked = request.orderBy ?? [];
  const ends =
    table.key.length > 0 ? table.key : table.columns.filter(isOrdered).map(({ name }) => name);
  const order = [
    ...asked.map(({ field, descending }) => ({ name: field, isDescending: descending })),
    ...ends.map((name) => ({ name, isDescending: false })),
  ];
  const sorted = pick(
    table.columns,
    order.map(({ name }) => name),
  );
  const sorts = sorted.map(({ name, isNullable }, at) => ({
    column: quote(name),
    isNullable,
    isDescending: order[at]?.isDescending ?? false,
  }));
  const columns = [...fields, ...sorted].map(({ name }) => quote(name)).join(', ');
  const after = request.cursor === undefined ? undefined : readCursor(request.cursor);
  const values = after?.filter((cell) => cell !== null) ?? [];
  const numbers = after?.map((cell, at) => {
    return cell === null ? 0 : after.slice(0, at + 1).filter((one) => one !== null).length;
  });
  const rest = after ? beyond(sorts, after, (_, at) => `$${numbers?.[at]}`) : 'true';
  const filter = request.filter && toSql(request.filter, 'postgres', values.length + 1).sql;
  const limit = Math.min(request.limit, limitMax);
  const { rows } = await link
    .query(
      `select ${columns} from ${quote(table.schema)}.${quote(table.name)} where ${rest} and ${filter?.text ?? 'true'}
       ${orderBy(sorts)} limit ${limit + 1}`,
      [...values, ...(filter?.values ?? [])],
    )
    .catch((error) => {
      throw asked.length > 0 && isUnordered(error) ? hasNoOrder(asked) : error;
    });
  const taken = rows.slice(0, limit);
  const end = taken.at(-1)?.slice(fields.length);
  return {
    fields,
    rows: taken.map((row) => row.slice(0, fields.length)),
    ...(rows.length > limit && end ? { nextCursor: writeCursor(end) } : {}),
  };
}

/** Each record has its own answer; all are in one transaction. */
export async function apply(link: Link, request: ApplyRequest): Promise<ApplyResult[]> {
  const table = await requireTable(link, request.object);
  const target = await targetOf(link, asWriteRequest(request), makesRecords(request));
  refuseKeyless(request, table.name, target.plan.statements);
  const { operation: action } = request;
  const returning = await readable(link, table, madeKey(request));
  const load = { action, into: target.table, slots: target.slots, constants: {}, ...returning };
  const notes = await notesFor(request, notesIn(link, target.schema));
  await link.beginWriting();
  try {
    const results = await once(notes, request, (asked) =>
      applyTogether(asked, (rows) => loadBatch(link, load, Batch.ofRows(rows))),
    );
    await link.run('commit');
    return results;
  } catch (error) {
    await link.run('rollback').catch(() => undefined);
    throw error;
  }
}

/** The key that the database makes is asked for by those who may read it: others insert without. */
async function readable(link: Link, { id }: Table, key: readonly string[]) {
  if (key.length === 0) return {};
  const { rows } = await link.query(
    `select bool_and(pg_catalog.has_column_privilege($1::oid, name, 'select'))
     from unnest($2::text[]) as name`,
    [id, key],
  );
  return rows[0]?.[0] === 't' ? { returning: key } : {};
}

/** There is no operator for it (42883). */
function isUnordered(error: unknown): boolean {
  return error instanceof ConnectorError && (error.cause as { code?: string })?.code === '42883';
}

function hasNoOrder(asked: NonNullable<QueryRequest['orderBy']>): ConnectorError {
  const names = asked.map(({ field }) => `"${field}"`).join(', ');
  const message = `PostgreSQL has no order for the type of ${names}.`;
  return new ConnectorError('request', message, { field: 'order_by' });
}

function isOrdered({ type }: { type: { kind: string } }): boolean {
  return !unordered.has(type.kind);
}

import { toSql } from '../../filters/sql/sql.ts';
import type { Row } from '../../values/types.ts';
import type { ApplyRequest, ApplyResult, QueryAnswer, QueryRequest } from '../connector.ts';
import { pick } from '../picking.ts';
import {
  type Applied,
  applyTogether,
  asWriteRequest,
  madeKey,
  makesRecords,
  refuseKeyless,
} from '../sql/apply.ts';
import { readCursor, writeCursor } from '../sql/cursor.ts';
import { orderBy, stepsBeyond } from '../sql/keyset.ts';
import { notesFor, once } from '../sql/once.ts';
import { filterPage } from '../sql/page.ts';
import { type Column, requireTable, type Table } from './catalogue.ts';
import { changeRow } from './change.ts';
import { decoderOf, selected } from './decode.ts';
import type { Link } from './link.ts';
import { loadRows } from './load.ts';
import { literal, quoteIn } from './names.ts';
import { notesIn } from './notes.ts';
import { orderOf } from './order.ts';
import { type Target, targetOf } from './target.ts';

const limitMax = 1_000;

/** A page of records. */
export async function query(link: Link, request: QueryRequest): Promise<QueryAnswer> {
  const table = await requireTable(link, request.object);
  const { columns } = table;
  const fields = pick(columns, request.fields ?? columns.map(({ name }) => name));
  const rest = request.filter && toSql(request.filter, 'mysql').rest;
  if (!rest) return page(link, table, fields, request);
  const ask = (asked: QueryRequest) => page(link, table, columns, asked);
  return filterPage(request, rest, columns, fields, ask);
}

async function page(
  link: Link,
  { schema, name: table, columns, key }: Table,
  fields: readonly Column[],
  request: QueryRequest,
): Promise<QueryAnswer> {
  const asked = request.orderBy ?? [];
  const ends = key.length > 0 ? key : columns.map(({ name }) => name);
  const wanted = [...asked.map(({ field }) => field), ...ends];
  const sorted = pick(columns, wanted);
  const orders = sorted.map((column, at) => ({
    ...orderOf(column, at >= asked.length && key.length > 0),
    isNullable: column.isNullable,
    isDescending: asked[at]?.descending ?? false,
  }));
  const after = request.cursor === undefined ? undefined : readCursor(request.cursor);
  const compiled =
    request.filter && toSql(request.filter, 'mysql', (value) => literal(String(value))).sql;
  const conditions = [
    ...(after ? [stepsBeyond(orders, after, (cell, at) => orders[at]!.literal(cell))] : []),
    ...(compiled ? [compiled.text] : []),
  ];
  const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
  const limit = Math.min(request.limit, limitMax);
  const all = [...fields, ...sorted];
  const decoders = all.map(({ native }) => decoderOf(native));
  const chunks = link.stream(
    `select ${all.map(({ name, native }) => selected(name, native)).join(', ')}
     from ${quoteIn(schema, table)}${where}${orderBy(orders, false)} limit ${limit + 1}`,
  );
  const rows: Row[] = [];
  for await (const chunk of chunks) {
    rows.push(...chunk.map((row) => row.map((value, at) => value && decoders[at]!(value))));
  }
  const taken = rows.slice(0, limit);
  const end = taken.at(-1)?.slice(fields.length);
  return {
    fields: fields.map(({ native: _, declared, isGenerated, hasDefault, ...field }) => field),
    rows: taken.map((row) => row.slice(0, fields.length)),
    ...(rows.length > limit && end ? { nextCursor: writeCursor(end) } : {}),
  };
}

/** Each record has its own answer; all are in one transaction. */
export async function apply(link: Link, request: ApplyRequest): Promise<ApplyResult[]> {
  const table = await requireTable(link, request.object);
  const target = await targetOf(link, asWriteRequest(request), makesRecords(request));
  refuseKeyless(request, table.name, target.plan.statements);
  const isNumbered = isNumberedByServer(request, table);
  const notes = await notesFor(request, notesIn(link, target.schema));
  await link.run('start transaction');
  try {
    const results = await once(notes, request, (asked) =>
      applyTogether(asked, (rows) => applyRows(link, request, { ...target, isNumbered }, rows)),
    );
    await link.run('commit');
    return results;
  } catch (error) {
    await link.run('rollback').catch(() => undefined);
    throw error;
  }
}

/** Those that are changed or deleted come one by one. */
/** Where some rows have a number of their own, nobody says which ones the others get. */
function isNumberedByServer(request: ApplyRequest, { numbered }: Table): boolean {
  const [number, ...others] = madeKey(request);
  const place = request.fields.findIndex(({ name }) => name === number);
  const isOwn = place >= 0 && request.rows.some((row) => row[place] !== null);
  return number !== undefined && number === numbered && others.length === 0 && !isOwn;
}

function applyRows(
  link: Link,
  { operation: action }: ApplyRequest,
  { table: into, slots, packetBytes, isNumbered }: Target & { isNumbered: boolean },
  rows: readonly Row[],
): Promise<Applied> {
  if (action === 'insert' || action === 'upsert') {
    return loadRows(link, { action, into, slots, packetBytes, constants: {}, isNumbered }, rows);
  }
  return changeRow(link, action, { into, slots, packetBytes, constants: {} }, rows[0] ?? []);
}

import { toSql } from '../../filters/sql/sql.ts';
import type { Row } from '../../values/types.ts';
import type { ApplyRequest, ApplyResult, Field, QueryAnswer, QueryRequest } from '../connector.ts';
import { pick } from '../picking.ts';
import { applyEach, asWriteRequest, madeKey, makesRecords, refuseKeyless } from '../sql/apply.ts';
import { readCursor, writeCursor } from '../sql/cursor.ts';
import { beyond, orderBy } from '../sql/keyset.ts';
import { quote } from '../sql/names.ts';
import { notesFor, once } from '../sql/once.ts';
import { filterPage } from '../sql/page.ts';
import { ordered, requireTable, type Table } from './catalogue.ts';
import { type SqlValue, unmark } from './cells.ts';
import type { Link } from './link.ts';
import { notesIn } from './notes.ts';
import { statementOf } from './statements.ts';
import { targetOf } from './target.ts';

const limitMax = 1_000;

/** A page of records. */
export async function query(link: Link, request: QueryRequest): Promise<QueryAnswer> {
  const table = await requireTable(link, request.object);
  const { columns } = table;
  const fields = pick(columns, request.fields ?? columns.map(({ name }) => name));
  const rest = request.filter && toSql(request.filter, 'sqlite').rest;
  if (!rest) return page(link, table, fields, request);
  const ask = (asked: QueryRequest) => page(link, table, columns, asked);
  return filterPage(request, rest, columns, fields, ask);
}

async function page(
  link: Link,
  { name, columns, key }: Table,
  fields: readonly Field[],
  request: QueryRequest,
): Promise<QueryAnswer> {
  const names = columns.map((column) => column.name);
  const order = [
    ...(request.orderBy ?? []).map(({ field, descending }) => ({ field, descending })),
    ...(key.length > 0 ? key : names).map((field) => ({ field, descending: false })),
  ];
  const sorts = pick(
    columns,
    order.map(({ field }) => field),
  ).map((field, at) => ({
    column: ordered(field.name),
    isNullable: field.isNullable,
    isDescending: order[at]?.descending ?? false,
  }));
  const values: SqlValue[] = [];
  const after = request.cursor === undefined ? undefined : readCursor(request.cursor);
  const rest = after
    ? beyond(sorts, after, (value) => {
        values.push(unmark(value));
        return '?';
      })
    : 'true';
  const filter = request.filter && toSql(request.filter, 'sqlite').sql;
  const limit = Math.min(request.limit, limitMax);
  const selected = [
    ...fields.map((field) => quote(field.name)),
    ...sorts.map(({ column }) => column),
  ];
  await link.ask('begin', {
    sql: `select ${selected.join(', ')} from ${quote(name)} where ${rest} and ${filter?.text ?? 'true'}${orderBy(sorts)} limit ${limit + 1}`,
    values: [...values, ...(filter?.values ?? [])],
    fields: fields.map((field) => ({ name: field.name, type: field.type })),
    except: [],
    tailMax: 0,
  });
  const unbounded = { bytes: Number.POSITIVE_INFINITY, seconds: Number.POSITIVE_INFINITY };
  const read = await link.ask('next', { rows: limit, ...unbounded });
  const next = await link.ask('next', { rows: 1, ...unbounded });
  const isMore = next.rows.length + next.unread.length > 0;
  const rows: Row[] = [...read.rows, ...read.unread.map(({ row }) => row)];
  return { fields, rows, ...(isMore ? { nextCursor: writeCursor(read.last) } : {}) };
}

/** Each record by itself, all in one transaction. */
export async function apply(link: Link, request: ApplyRequest): Promise<ApplyResult[]> {
  const { operation, key, fields } = request;
  const { name, columns } = await requireTable(link, request.object);
  const { slots, table, plan } = await targetOf(
    link,
    asWriteRequest(request),
    makesRecords(request),
  );
  refuseKeyless(request, name, plan.statements);
  const places = key.map((one) => fields.findIndex((field) => field.name === one));
  const uses = operation === 'delete' ? slots.filter(({ isKey }) => isKey) : slots;
  const made = madeKey(request);
  const statement = statementOf(operation, table, uses);
  const writing = {
    sql: made.length > 0 ? `${statement} returning ${made.map(quote).join(', ')}` : statement,
    ...(made.length > 0 ? { returning: pick(columns, made) } : {}),
    columns: slots.map((slot) => (slot.isWritten && uses.includes(slot) ? slot : undefined)),
    key: operation === 'insert' ? [] : places,
  };
  const notes = await notesFor(request, notesIn(link));
  await link.run('begin immediate');
  try {
    const results = await once(notes, request, (asked) =>
      applyEach(asked, (row) => link.ask('write', { ...writing, rows: [row], refused: [] })),
    );
    await link.run('commit');
    return results;
  } catch (error) {
    await link.run('rollback').catch(() => undefined);
    throw error;
  }
}

import { toSql } from '../../filters/sql/sql.ts';
import type { Cell, Row } from '../../values/types.ts';
import type { QueryAnswer, QueryRequest } from '../connector.ts';
import { pick } from '../picking.ts';
import { readCursor, writeCursor } from '../sql/cursor.ts';
import { orderBy, stepsBeyond } from '../sql/keyset.ts';
import { quote } from '../sql/names.ts';
import { filterPage } from '../sql/page.ts';
import { type Column, type Place, plainField, requireTable, type Table } from './catalogue.ts';
import { decoded, selected } from './cells.ts';
import type { Link } from './link.ts';
import { literal } from './names.ts';
import { compared, comparedWith } from './order.ts';

const limitMax = 1_000;

/** A page of records. */
export async function query(link: Link, place: Place, request: QueryRequest): Promise<QueryAnswer> {
  const table = await requireTable(link, place, request.object);
  const { columns } = table;
  const fields = pick(columns, request.fields ?? columns.map(({ name }) => name));
  const rest = request.filter && toSql(request.filter, 'snowflake').rest;
  if (!rest) return page(link, table, fields, request);
  const ask = (asked: QueryRequest) => page(link, table, columns, asked);
  return filterPage(request, rest, columns, fields.map(plainField), ask);
}

async function page(
  link: Link,
  { quoted, columns, key }: Table,
  fields: readonly Column[],
  request: QueryRequest,
): Promise<QueryAnswer> {
  const asked = request.orderBy ?? [];
  const ends = key.length > 0 ? key : columns.map(({ name }) => name);
  const order = pick(columns, [...asked.map(({ field }) => field), ...ends]);
  const sorts = order.map((column, at) => ({
    column: compared(column),
    isNullable: column.isNullable,
    isDescending: asked[at]?.descending ?? false,
  }));
  const after = request.cursor === undefined ? undefined : readCursor(request.cursor);
  const literalOf = (cell: string, at: number) => comparedWith(cell, order[at]!);
  const compiled =
    request.filter && toSql(request.filter, 'snowflake', (value) => literal(String(value))).sql;
  const conditions = [
    ...(after ? [stepsBeyond(sorts, after, literalOf)] : []),
    ...(compiled ? [compiled.text] : []),
  ];
  const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
  const limit = Math.min(request.limit, limitMax);
  const all = [...fields, ...order];
  const answered = await link.query(
    `select ${all.map(({ name, native }) => selected(quote(name), native)).join(', ')}
     from ${quoted}${where}${orderBy(sorts)} limit ${limit + 1}`,
  );
  const rows: Cell[][] = answered.map((row) =>
    row.map((cell, at) => cell && decoded(cell, all[at]!.native)),
  );
  const taken = rows.slice(0, limit);
  const end = taken.at(-1)?.slice(fields.length);
  return {
    fields: fields.map(plainField),
    rows: taken.map((row): Row => row.slice(0, fields.length)),
    ...(rows.length > limit && end ? { nextCursor: writeCursor(end) } : {}),
  };
}

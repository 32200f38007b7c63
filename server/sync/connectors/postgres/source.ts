import type { Field } from '../connector.ts';
import { quote } from '../sql/names.ts';
import { requireTable, typesOf } from './catalogue.ts';
import type { Link } from './link.ts';

/** What is read from: a table, a view or a query. */
export type Source = {
  /** As it stands behind `from`. */
  readonly from: string;
  readonly fields: readonly Field[];
  /** Whether its records tell the transaction that wrote them. */
  readonly hasTransactions: boolean;
  readonly table: string | undefined;
};

/** @throws ConnectorError */
export async function sourceOf(
  link: Link,
  asked: { object?: string; query?: string },
): Promise<Source> {
  if (asked.query !== undefined) return queried(link, asked.query);
  const { id, schema, name, kind, columns } = await requireTable(link, asked.object ?? '');
  const from = `${quote(schema)}.${quote(name)}`;
  const hasTransactions = kind === 'r' || kind === 'p' || kind === 'm';
  return { from, fields: columns, hasTransactions, table: id };
}

async function queried(link: Link, query: string): Promise<Source> {
  const text = query.trim().replace(/;\s*$/, '');
  // Between the parentheses it could end them, and go on with statements of its own.
  await link.plan(text);
  const from = `(${text}\n) as asked`;
  const columns = await link.columns(`select * from ${from} limit 0`);
  const types = await typesOf(link, columns);
  const names = await link.query(
    `select pg_catalog.format_type(t, m) from unnest($1::oid[], $2::int[]) as given (t, m)`,
    [columns.map(({ id }) => id), columns.map(({ modifier }) => modifier)],
  );
  const fields = columns.map(({ name }, at) => ({
    name,
    type: types[at] as Field['type'],
    nativeType: names.rows[at]?.[0] as string,
    isNullable: true,
    isWritable: false,
  }));
  return { from, fields, hasTransactions: false, table: undefined };
}

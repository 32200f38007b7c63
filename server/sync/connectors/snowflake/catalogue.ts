import { matchName } from '../../conventions/names.ts';
import type { Description, Field, ObjectName } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { type Relation, relationsIn } from '../relations.ts';
import { splitName } from '../sql/names.ts';
import type { Cells, Link } from './link.ts';
import { folded, literal, quoteIn } from './names.ts';
import { fieldTypeOf, type Native, nativeText } from './types.ts';

/** Where names that name no schema are. */
export type Place = { readonly database: string; readonly schema: string };

export type Column = Field & { readonly native: Native; readonly hasDefault: boolean };

export type Table = {
  readonly schema: string;
  readonly name: string;
  /** Quoted, with its database and schema. */
  readonly quoted: string;
  readonly isView: boolean;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
  readonly count: number;
};

type Named = {
  readonly schema: string;
  readonly table: string;
  readonly kind: string;
  readonly count: number;
};

/** What this connector makes for itself. */
const ownTables = /^(HEDDLE_STATE|heddle_[0-9a-f]{16}_stage)$/;
const growing = ['int8', 'numeric', 'date', 'timestamp', 'timestamptz'];

export async function listObjects(
  link: Link,
  place: Place,
  asked: { search?: string; after?: string; limit: number },
): Promise<ObjectName[]> {
  const search = (asked.search ?? '').toLowerCase();
  return (await namesIn(link, place))
    .map(({ schema, table, kind }) => ({
      name: `${schema}.${table}`,
      kind: /VIEW/.test(kind) ? ('view' as const) : ('table' as const),
    }))
    .filter(({ name }) => name.toLowerCase().includes(search))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter(({ name }) => asked.after === undefined || name > asked.after)
    .slice(0, asked.limit);
}

/** Names are looked up in the catalogue, where they stand as they are. */
export async function findTable(
  link: Link,
  place: Place,
  asked: string,
): Promise<Table | undefined> {
  const { schema = place.schema, table } = splitName(asked);
  const names = await namesIn(link, place);
  const isIn = matchName([...new Set(names.map((one) => one.schema))], schema) ?? schema;
  const within = names.filter((one) => one.schema === isIn);
  const found = matchName(
    within.map((one) => one.table),
    table,
  );
  const named = within.find((one) => one.table === found);
  return named && describe(link, place, named);
}

/** @throws ConnectorError */
export async function requireTable(link: Link, place: Place, name: string): Promise<Table> {
  const table = await findTable(link, place, name);
  if (table) return table;
  throw new ConnectorError('missing', `There is no table or view "${name}".`);
}

/** The schema in which something of this name is made, and the name that it gets. */
export async function placeFor(link: Link, place: Place, asked: string) {
  const { schema = place.schema, table } = splitName(asked);
  const rows = await link.query(
    `select SCHEMA_NAME from ${quoteIn(place.database, 'INFORMATION_SCHEMA', 'SCHEMATA')}`,
  );
  const known = rows.map(([name]) => name as string);
  const found = matchName(known, schema);
  return { schema: found ?? folded(schema), isNew: found === undefined, name: folded(table) };
}

/** Whether positions are kept in a schema. */
export async function hasState(link: Link, { database }: Place, schema: string): Promise<boolean> {
  const rows = await link.query(
    `select 1 from ${quoteIn(database, 'INFORMATION_SCHEMA', 'TABLES')}
     where TABLE_SCHEMA = ${literal(schema)} and TABLE_NAME = 'HEDDLE_STATE'`,
  );
  return rows.length > 0;
}

export function describeTable({ schema, name, columns, key }: Table): Description {
  return {
    name: `${schema}.${name}`,
    fields: columns.map(plainField),
    key,
    cursorFields: columns
      .filter(({ type }) => growing.includes(type.kind))
      .map((column) => column.name),
  };
}

export function plainField({ native: _, hasDefault, ...field }: Column): Field {
  return field;
}

async function namesIn(link: Link, { database }: Place): Promise<Named[]> {
  const rows = await link.query(
    `select TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ROW_COUNT
     from ${quoteIn(database, 'INFORMATION_SCHEMA', 'TABLES')}
     where TABLE_SCHEMA <> 'INFORMATION_SCHEMA'`,
  );
  return rows
    .map(([schema, table, kind, count]) => ({
      ...{ schema: schema ?? '', table: table ?? '', kind: kind ?? '' },
      count: Number(count ?? 0),
    }))
    .filter(({ table }) => !ownTables.test(table));
}

async function describe(
  link: Link,
  { database }: Place,
  { schema, table, kind, count }: Named,
): Promise<Table> {
  const quoted = quoteIn(database, schema, table);
  const isView = /VIEW/.test(kind);
  const rows = await link.query(
    `select COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE,
       IS_NULLABLE, COLUMN_DEFAULT, IS_IDENTITY, DATETIME_PRECISION
     from ${quoteIn(database, 'INFORMATION_SCHEMA', 'COLUMNS')}
     where TABLE_SCHEMA = ${literal(schema)} and TABLE_NAME = ${literal(table)}
     order by ORDINAL_POSITION`,
  );
  const columns = rows.map((row) => columnOf(row, !isView));
  const key = isView ? [] : await keyOf(link, quoted);
  return { schema, name: table, quoted, isView, columns, key, count };
}

function columnOf(row: Cells, isWritable: boolean): Column {
  const [name, word, length, precision, scale, nullable, standard, identity, places] = row;
  const size = (text: string | null | undefined) => (text == null ? undefined : Number(text));
  const native = {
    ...{ word: word ?? '', length: size(length) },
    ...{ precision: size(precision), scale: size(scale) ?? size(places) },
  };
  return {
    ...{ name: name ?? '', type: fieldTypeOf(native), nativeType: nativeText(native), native },
    ...{ isNullable: nullable === 'YES', isWritable },
    hasDefault: standard != null || identity === 'YES',
  };
}

/** https://docs.snowflake.com/en/sql-reference/sql/show-imported-keys; those of other databases cannot be read. */
export async function relationsOf(
  link: Link,
  { database }: Place,
  { quoted, isView }: Table,
): Promise<Relation[]> {
  if (isView) return [];
  const { names, rows } = await link.told(`show imported keys in table ${quoted}`);
  const places = [
    ...['fk_name', 'fk_column_name', 'pk_schema_name', 'pk_table_name', 'pk_column_name'],
    ...['pk_database_name', 'key_sequence'],
  ].map((name) => names.indexOf(name));
  const parts = rows.map((row) => places.map((place) => row[place] ?? ''));
  return relationsIn(
    parts
      .filter(([, , , , , from]) => from === database)
      .toSorted((a, b) => Number(a[6]) - Number(b[6]))
      .map(([key = '', field = '', schema, table, reference = '']) => {
        return [`${key} ${schema}.${table}`, field, `${schema}.${table}`, reference];
      }),
  );
}

/** https://docs.snowflake.com/en/sql-reference/sql/show-primary-keys: told, and not held to. */
async function keyOf(link: Link, table: string): Promise<string[]> {
  const { names, rows } = await link.told(`show primary keys in table ${table}`);
  const [column, place] = ['column_name', 'key_sequence'].map((name) => names.indexOf(name));
  return rows
    .toSorted((a, b) => Number(a[place!]) - Number(b[place!]))
    .map((row) => row[column!] as string);
}

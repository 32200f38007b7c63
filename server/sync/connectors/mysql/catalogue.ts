import { matchName } from '../../conventions/names.ts';
import type { Description, Field, ObjectName } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { type Relation, relationsIn } from '../relations.ts';
import { splitName } from '../sql/names.ts';
import type { Link } from './link.ts';
import { literal } from './names.ts';
import { type Native, parseNative } from './native.ts';
import { fieldTypeOf } from './types.ts';

export type Column = Field & {
  readonly native: Native;
  /** With its character set and collation, as it can be declared again. */
  readonly declared: string;
  readonly isGenerated: boolean;
  readonly hasDefault: boolean;
};

export type Table = {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
  /** The column that the server numbers (`auto_increment`). */
  readonly numbered: string | undefined;
  /** The columns of each unique index that holds for whole values. */
  readonly uniques: readonly (readonly string[])[];
};

const systems = "('information_schema', 'mysql', 'performance_schema', 'sys')";
const kinds = "('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')";
/** What this connector makes for itself. */
const ownTables = /^heddle_(state|[0-9a-f]{16}_[0-9a-f]{8}_(stage|seen|old))$/;
const text = { kind: 'longtext', json: /^json_valid\(`((?:[^`]|``)*)`\)$/ };

export async function listObjects(
  link: Link,
  asked: { search?: string; after?: string; limit: number },
): Promise<ObjectName[]> {
  const rows = await link.query(
    `select table_schema, table_name, table_type from information_schema.tables
     where table_schema not in ${systems} and table_type in ${kinds}`,
  );
  const search = (asked.search ?? '').toLowerCase();
  return rows
    .filter(([, table]) => !ownTables.test(table as string))
    .map(([schema, table, kind]) => ({
      name: `${schema}.${table}`,
      kind: kind === 'VIEW' ? ('view' as const) : ('table' as const),
    }))
    .filter(({ name }) => name.toLowerCase().includes(search) && name > (asked.after ?? ''))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, asked.limit);
}

/** The table of a name; undefined when there is none. @throws ConnectorError where it means several */
export async function findTable(link: Link, name: string): Promise<Table | undefined> {
  for (const { schema, table } of await placesOf(link, name)) {
    const rows = await link.query(
      `select table_name, table_type from information_schema.tables
       where table_schema = ${literal(schema)} and table_type in ${kinds}`,
    );
    const names = rows.map(([one]) => one as string);
    const found = matchName(names, table);
    if (found !== undefined) {
      const kind = rows.find(([one]) => one === found)?.[1] as string;
      return tableOf(link, schema, found, kind);
    }
    if (names.some((one) => one.toLowerCase() === table.toLowerCase())) {
      const message = `There are several objects that differ from "${name}" in case alone.`;
      throw new ConnectorError('missing', message);
    }
  }
  return undefined;
}

/** Where a name may be looked for: in the database that it names, and in that of the connection. */
async function placesOf(link: Link, name: string): Promise<{ schema: string; table: string }[]> {
  const [row] = await link.query('select database()');
  const own = row?.[0] as string;
  const { schema, table } = splitName(name);
  const found = schema === undefined ? undefined : await findSchema(link, schema);
  return [{ schema: own, table: name }, ...(found === undefined ? [] : [{ schema: found, table }])];
}

export async function findSchema(link: Link, name: string): Promise<string | undefined> {
  const rows = await link.query('select schema_name from information_schema.schemata');
  return matchName(
    rows.map(([one]) => one as string),
    name,
  );
}

/** @throws ConnectorError */
export async function requireTable(link: Link, name: string): Promise<Table> {
  const table = await findTable(link, name);
  if (table) return table;
  throw new ConnectorError('missing', `There is no table or view "${name}".`);
}

async function tableOf(link: Link, schema: string, name: string, kind: string): Promise<Table> {
  const isThis = `table_schema = ${literal(schema)} and table_name = ${literal(name)}`;
  const documents = await documentsIn(link, schema, name);
  const rows = await link.query(
    `select column_name, column_type, is_nullable, column_default, extra,
       coalesce(generation_expression, ''), character_set_name, collation_name
     from information_schema.columns where ${isThis} order by ordinal_position`,
  );
  const indexes = await link.query(
    `select index_name, column_name, sub_part from information_schema.statistics
     where ${isThis} and non_unique = 0 order by index_name, seq_in_index`,
  );
  const uniques = [...Map.groupBy(indexes, ([index]) => index)]
    .filter(([, parts]) => parts.every(([, column, part]) => column !== null && part === null))
    .map(([index, parts]) => ({ index, columns: parts.map(([, column]) => column as string) }));
  return {
    schema,
    name,
    kind,
    columns: rows.map((row) => columnOf(row, kind, documents)),
    numbered: rows.find((row) => isNumbered(row[4]))?.[0] ?? undefined,
    key: uniques.find(({ index }) => index === 'PRIMARY')?.columns ?? [],
    uniques: uniques.map(({ columns }) => columns),
  };
}

function columnOf(
  [name, type, nullable, standard, extra, generation, characters, collation]: (string | null)[],
  kind: string,
  documents: ReadonlySet<string>,
): Column {
  const nativeType = type as string;
  const isGenerated = generation !== '';
  const suffix = characters == null ? '' : ` character set ${characters} collate ${collation}`;
  return {
    name: name as string,
    type: documents.has(name as string) ? { kind: 'json' } : fieldTypeOf(nativeType),
    nativeType,
    native: parseNative(nativeType) ?? (parseNative(text.kind) as Native),
    declared: nativeType + suffix,
    isNullable: nullable === 'YES',
    isWritable: !isGenerated && kind !== 'VIEW',
    isGenerated,
    hasDefault: standard !== null || isNumbered(extra),
  };
}

function isNumbered(extra: string | null | undefined): boolean {
  return extra?.includes('auto_increment') ?? false;
}

/** The columns of MariaDB that are JSON: texts with a check. */
async function documentsIn(link: Link, schema: string, name: string): Promise<Set<string>> {
  if (!(await isMariadb(link))) return new Set();
  const rows = await link.query(
    `select check_clause from information_schema.check_constraints
     where constraint_schema = ${literal(schema)} and table_name = ${literal(name)}`,
  );
  const names = rows.map(([clause]) => text.json.exec(clause ?? '')?.[1]?.replaceAll('``', '`'));
  return new Set(names.filter((one) => one !== undefined));
}

export async function isMariadb(link: Link): Promise<boolean> {
  const [row] = await link.query('select version()');
  return /mariadb/i.test(row?.[0] ?? '');
}

/** By foreign keys. */
export async function relationsOf(link: Link, { schema, name }: Table): Promise<Relation[]> {
  const rows = await link.query(
    `select constraint_name, column_name,
       concat(referenced_table_schema, '.', referenced_table_name), referenced_column_name
     from information_schema.key_column_usage
     where table_schema = ${literal(schema)} and table_name = ${literal(name)}
       and referenced_table_name is not null
     order by constraint_name, ordinal_position`,
  );
  return relationsIn(rows as [string, string, string, string][]);
}

const growing = ['int2', 'int4', 'int8', 'numeric', 'date', 'timestamp', 'timestamptz'];

export function describeTable({ schema, name, columns, key }: Table): Description {
  return {
    name: `${schema}.${name}`,
    fields: columns.map(({ native: _, declared, isGenerated, hasDefault, ...field }) => field),
    key,
    cursorFields: columns
      .filter(({ type }) => growing.includes(type.kind))
      .map((column) => column.name),
  };
}

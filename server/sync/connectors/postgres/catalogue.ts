import { matchName } from '../../conventions/names.ts';
import type { FieldType } from '../../values/types.ts';
import type { Description, Field, ObjectName } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { type Relation, relationsIn } from '../relations.ts';
import type { Link } from './link.ts';
import { type Catalogued, fieldTypeOf } from './types.ts';

export type Column = Field & {
  readonly isGenerated: boolean;
  readonly isIdentity: boolean;
  readonly hasDefault: boolean;
};

export type Table = {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
};

/** Table, partitioned table, view, materialized view, foreign table. */
const kinds = "('r', 'p', 'v', 'm', 'f')";
const systems = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'`;
/** What this connector makes for itself. */
export const ownTables = '^heddle_(state|[0-9a-f]{16}_(stage|seen))$';

export async function listObjects(
  link: Link,
  asked: { search?: string; after?: string; limit: number },
): Promise<ObjectName[]> {
  const { rows } = await link.query(
    `select name, kind from (
       select n.nspname || '.' || c.relname as name, c.relkind::text as kind
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ${kinds} and ${systems} and not c.relispartition
         and c.relname !~ '${ownTables}'
         and pg_catalog.has_schema_privilege(n.oid, 'usage')
         and pg_catalog.has_table_privilege(c.oid, 'select')) known
     where ($1 = '' or strpos(lower(name), lower($1)) > 0) and name collate "C" > $2
     order by name collate "C" limit $3`,
    [asked.search ?? '', asked.after ?? '', asked.limit],
  );
  return rows.map(([name, kind]) => ({
    name: name as string,
    kind: kind === 'v' || kind === 'm' ? 'view' : 'table',
  }));
}

/** The table of a name; undefined when there is none. @throws ConnectorError where it means several */
export async function findTable(link: Link, name: string): Promise<Table | undefined> {
  const { rows } = await link.query(
    `select c.oid::text, n.nspname, c.relname, c.relkind::text, pg_catalog.pg_table_is_visible(c.oid)
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ${kinds} and ${systems}
       and (lower(n.nspname || '.' || c.relname) = lower($1) or lower(c.relname) = lower($1))`,
    [name],
  );
  // Without a schema, only what a query would find without one.
  const named = rows.flatMap(([id, schema, table, kind, isVisible]) => [
    { id, schema, table, kind, name: `${schema}.${table}` },
    ...(isVisible === 't' ? [{ id, schema, table, kind, name: table as string }] : []),
  ]);
  const found = matchName([...new Set(named.map((one) => one.name))], name);
  if (found === undefined) {
    if (!named.some((one) => one.name.toLowerCase() === name.toLowerCase())) return undefined;
    const message = `There are several objects that differ from "${name}" in case alone.`;
    throw new ConnectorError('missing', message);
  }
  const { id, schema, table, kind } = named.find((one) => one.name === found) as (typeof named)[0];
  const [columns, key] = [await columnsOf(link, id as string), await keyOf(link, id as string)];
  return { id, schema, name: table, kind, columns, key } as Table;
}

/** @throws ConnectorError */
export async function requireTable(link: Link, name: string): Promise<Table> {
  const table = await findTable(link, name);
  if (table) return table;
  throw new ConnectorError('missing', `There is no table or view "${name}".`);
}

async function columnsOf(link: Link, table: string): Promise<Column[]> {
  const { rows } = await link.query(
    `select attname, atttypid::text, atttypmod::text, pg_catalog.format_type(atttypid, atttypmod),
       attnotnull::text, attgenerated::text, attidentity::text, atthasdef::text
     from pg_catalog.pg_attribute where attrelid = $1 and attnum > 0 and not attisdropped
     order by attnum`,
    [table],
  );
  const types = await typesOf(
    link,
    rows.map(([, id, modifier]) => ({ id: id!, modifier: modifier! })),
  );
  return rows.map(([name, , , native, isNotNull, generated, identity, hasDefault], at) => ({
    name: name as string,
    type: types[at] as FieldType,
    nativeType: native as string,
    isNullable: isNotNull !== 'true',
    isWritable: generated === '',
    isGenerated: generated !== '',
    isIdentity: identity !== '',
    hasDefault: hasDefault === 'true' || identity !== '',
  }));
}

/** The types of some columns, by their numbers in the catalogue. */
export async function typesOf(
  link: Link,
  columns: readonly { id: string; modifier: string }[],
): Promise<FieldType[]> {
  const { rows } = await link.query(
    `with recursive base (place, type, modifier) as (
       select place, type, modifier
       from unnest($1::oid[], $2::int[]) with ordinality as given (type, modifier, place)
       union all
       select b.place, t.typbasetype, t.typtypmod
       from base b join pg_catalog.pg_type t on t.oid = b.type where t.typtype = 'd')
     select pg_catalog.format_type(t.oid, b.modifier), t.typname, e.typname,
       (select pg_catalog.json_agg(l.enumlabel order by l.enumsortorder)::text
        from pg_catalog.pg_enum l where l.enumtypid = coalesce(e.oid, t.oid))
     from base b
     join pg_catalog.pg_type t on t.oid = b.type and t.typtype <> 'd'
     left join pg_catalog.pg_type e on e.oid = t.typelem and t.typcategory = 'A' and t.typlen = -1
     order by b.place`,
    [columns.map(({ id }) => id), columns.map(({ modifier }) => modifier)],
  );
  return rows.map(([native, name, element, labels]) =>
    fieldTypeOf({
      native,
      name,
      element,
      labels: labels == null ? null : JSON.parse(labels),
    } as Catalogued),
  );
}

/** The primary key alone: other constraints tell records apart only by chance. */
async function keyOf(link: Link, table: string): Promise<string[]> {
  const { rows } = await link.query(
    `select a.attname from pg_catalog.pg_index i
     cross join lateral unnest(i.indkey::int2[]) with ordinality as part (number, place)
     join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = part.number
     where i.indrelid = $1 and i.indisprimary and part.place <= i.indnkeyatts order by part.place`,
    [table],
  );
  return rows.map(([name]) => name as string);
}

/** By foreign keys. Those to the partitions of a table come with the one to the table itself. */
export async function relationsOf(link: Link, { id }: Pick<Table, 'id'>): Promise<Relation[]> {
  const { rows } = await link.query(
    `select k.conname, a.attname, n.nspname || '.' || c.relname, b.attname
     from pg_catalog.pg_constraint k
     join pg_catalog.pg_class c on c.oid = k.confrelid and not c.relispartition
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     cross join lateral unnest(k.conkey, k.confkey) with ordinality as part (own, other, place)
     join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = part.own
     join pg_catalog.pg_attribute b on b.attrelid = k.confrelid and b.attnum = part.other
     where k.conrelid = $1 and k.contype = 'f' order by k.conname, part.place`,
    [id],
  );
  return relationsIn(rows as [string, string, string, string][]);
}

const growing = ['int2', 'int4', 'int8', 'numeric', 'date', 'timestamp', 'timestamptz'];

export function describeTable(table: Table): Description {
  const isWritable = table.kind !== 'v' && table.kind !== 'm';
  return {
    name: `${table.schema}.${table.name}`,
    fields: table.columns.map(({ isGenerated: _, isIdentity, hasDefault, ...field }) => ({
      ...field,
      isWritable: field.isWritable && isWritable,
    })),
    key: table.key,
    cursorFields: table.columns
      .filter(({ type }) => growing.includes(type.kind))
      .map(({ name }) => name),
  };
}

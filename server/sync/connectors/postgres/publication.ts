import type { Wanted } from '../changes.ts';
import { ConnectorError } from '../failure.ts';
import { quote } from '../sql/names.ts';
import type { Table } from './catalogue.ts';
import type { Link } from './link.ts';

const generatedVersion = 180_000;
/** Nobody has taken away kinds of changes, rows or columns; before 15 there are no rows or columns to take. */
const tellsAll = `p.pubinsert and p.pubupdate and p.pubdelete and p.pubtruncate
  and to_jsonb(r) ->> 'prqual' is null and to_jsonb(r) ->> 'prattrs' is null`;

/** Publishes these tables and no others; without any there is no publication. */
export async function publish(
  link: Link,
  name: string,
  tables: readonly Pick<Table, 'schema' | 'name'>[],
): Promise<void> {
  if (tables.length === 0) {
    await link.query(`drop publication if exists ${quote(name)}`);
    return;
  }
  const wanted = tables.map((table) => `${quote(table.schema)}.${quote(table.name)}`);
  const known = await publishedBy(link, name);
  const list = wanted.join(', ');
  const options = await optionsOf(link);
  if (!known) {
    await link.query(`create publication ${quote(name)} for table ${list} with (${options})`);
    return;
  }
  // The server may have learnt since to tell more.
  await link.query(`alter publication ${quote(name)} set (${options})`);
  // One by one: of those that stay, the user may not be the owner any more.
  const gone = known.filter((one) => !wanted.includes(one));
  const added = wanted.filter((one) => !known.includes(one));
  if (added.length > 0)
    await link.query(`alter publication ${quote(name)} add table ${added.join(', ')}`);
  if (gone.length > 0)
    await link.query(`alter publication ${quote(name)} drop table ${gone.join(', ')}`);
}

/** Those that are there, by their numbers. */
export async function tablesOf(link: Link, ids: readonly string[]) {
  const { rows } = await link.query(
    `select n.nspname, c.relname from pg_catalog.pg_class c
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = any($1::oid[])`,
    [ids],
  );
  return rows.map(([schema, name]) => ({ schema: schema as string, name: name as string }));
}

/**
 * The numbers of the tables in it of which all changes are told, and what is in the way of following one any longer: without what says
 * which row a change is of, PostgreSQL refuses changes for as long as they are published.
 */
export async function publishedTables(link: Link, name: string): Promise<Map<string, string>> {
  const { rows } = await link.query(
    `select c.oid::text, n.nspname || '.' || c.relname, case
       when c.relkind = 'r' and exists (select from pg_catalog.pg_inherits where inhparent = c.oid)
         then 'inherited'
       when c.relreplident = 'f' or exists (select from pg_catalog.pg_index i
         where i.indrelid = c.oid and i.indimmediate
           and (i.indisreplident or i.indisprimary and c.relreplident = 'd')) then 'told'
       else 'unidentified' end
     from pg_catalog.pg_publication p
     join pg_catalog.pg_publication_rel r on r.prpubid = p.oid
     join pg_catalog.pg_class c on c.oid = r.prrelid
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where p.pubname = $1 and ${tellsAll}`,
    [name],
  );
  const said = { inherited, unidentified, told: () => '' } as const;
  return new Map(
    rows.map(([id, table, state]) => [id as string, said[state as keyof typeof said](table ?? '')]),
  );
}

function inherited(name: string): string {
  return `Other tables inherit from "${name}", and tell what changes in them under their own names: follow each by itself, or use another schedule.`;
}

function unidentified(name: string): string {
  return `"${name}" has no primary key any more by which a change says which record it is of: PostgreSQL would refuse its changes. Give it one, and resume.`;
}

/** Quoted names of those tables; undefined where there is no such publication. */
async function publishedBy(link: Link, name: string): Promise<string[] | undefined> {
  const { rows } = await link.query(
    `select n.nspname, c.relname from pg_catalog.pg_publication p
     left join pg_catalog.pg_publication_rel r on r.prpubid = p.oid
     left join pg_catalog.pg_class c on c.oid = r.prrelid and ${tellsAll}
     left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where p.pubname = $1`,
    [name],
  );
  if (rows.length === 0) return undefined;
  return rows.flatMap(([schema, table]) =>
    schema && table ? [`${quote(schema)}.${quote(table)}`] : [],
  );
}

/** The partitions of a table are told of as the table. */
async function optionsOf(link: Link): Promise<string> {
  const isKnown = await tellsGenerated(link);
  const always = "publish = 'insert, update, delete, truncate', publish_via_partition_root = true";
  return `${always}${isKnown ? ', publish_generated_columns = stored' : ''}`;
}

async function tellsGenerated(link: Link): Promise<boolean> {
  const { rows } = await link.query("select pg_catalog.current_setting('server_version_num')");
  return Number(rows[0]?.[0]) >= generatedVersion;
}

/**
 * Looks whether the changes of a table can be told: each by a key, all of its fields.
 * @throws ConnectorError with the field and what to do
 */
export async function refuseUntold(
  link: Link,
  table: Table,
  { fields, key }: Pick<Wanted, 'fields' | 'key'> = allOf(table),
): Promise<void> {
  const name = `${table.schema}.${table.name}`;
  if (table.kind !== 'r' && table.kind !== 'p') {
    throw untold('source.object', `"${name}" is no table: only tables tell their changes.`);
  }
  if (key.length === 0) {
    throw untold(
      'source.object',
      `"${name}" has no primary key, by which a change says which record it is of: add one, or use another schedule.`,
    );
  }
  await refuseUnpublishable(link, table);
  await refuseUnidentified(link, table, key);
  const generated = table.columns.find((one) => one.isGenerated && fields.includes(one.name));
  if (generated && !(await tellsGenerated(link))) {
    throw untold(
      'field_mappings',
      `PostgreSQL before 18 leaves the generated column "${generated.name}" out of changes: name the other fields in field_mappings, or use another schedule.`,
    );
  }
}

/** @throws ConnectorError where PostgreSQL would not publish it, or not all that is in it */
async function refuseUnpublishable(link: Link, { id, ...table }: Table) {
  const name = `${table.schema}.${table.name}`;
  const { rows } = await link.query(
    `select pg_catalog.pg_has_role(relowner, 'usage')::text, relpersistence::text,
       (relkind = 'r' and exists (select from pg_catalog.pg_inherits where inhparent = oid))::text
     from pg_catalog.pg_class where oid = $1`,
    [id],
  );
  const [isOwn, persistence, hasHeirs] = rows[0] ?? [];
  if (isOwn !== 'true') {
    throw untold(
      'source.object',
      `The user does not own "${name}", as PostgreSQL asks for to publish it: ALTER TABLE … OWNER TO the user, or grant it the role that owns it.`,
    );
  }
  if (persistence !== 'p') {
    throw untold(
      'source.object',
      `"${name}" is not logged, so that its changes are not told: ALTER TABLE … SET LOGGED, or use another schedule.`,
    );
  }
  if (hasHeirs === 'true') throw untold('source.object', inherited(name));
}

async function refuseUnidentified(link: Link, table: Table, key: readonly string[]) {
  const name = `${table.schema}.${table.name}`;
  const { rows } = await link.query(
    `select c.relreplident::text, coalesce(i.indisreplident, false)::text,
       coalesce(i.indimmediate, true)::text
     from pg_catalog.pg_class c
     left join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary where c.oid = $1`,
    [table.id],
  );
  const [identity, isPrimary, isImmediate] = rows[0] ?? [];
  // PostgreSQL refuses its changes once they are published; and two records may exchange their keys.
  if (isImmediate !== 'true' && key.every((one) => table.key.includes(one))) {
    throw untold(
      'source.object',
      `The primary key of "${name}" is deferrable, so that no change can say by it which record it is of: make it NOT DEFERRABLE, or use another schedule.`,
    );
  }
  if (identity === 'f') return;
  if (identity !== 'd' && isPrimary !== 'true') {
    throw untold(
      'source.object',
      `The changes of "${name}" do not say its primary key: ALTER TABLE … REPLICA IDENTITY DEFAULT.`,
    );
  }
  const other = key.find((one) => !table.key.includes(one));
  if (other === undefined) return;
  throw untold(
    'key',
    `The changes of "${name}" say its primary key only, and not "${other}": leave out the key, or ALTER TABLE … REPLICA IDENTITY FULL.`,
  );
}

function allOf({ columns, key }: Table) {
  return { fields: columns.map(({ name }) => name), key };
}

function untold(field: string, message: string): ConnectorError {
  return new ConnectorError('request', message, { field });
}

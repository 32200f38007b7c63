import { ConnectorError } from '../failure.ts';
import { quote } from '../sql/names.ts';
import type { Table } from './catalogue.ts';
import type { Link } from './link.ts';

const generatedVersion = 180_000;

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
  if (!isSame(known, wanted)) {
    await link.query(`alter publication ${quote(name)} set table ${list}`);
  }
}

/** Quoted names; undefined where there is no such publication. */
async function publishedBy(link: Link, name: string): Promise<string[] | undefined> {
  const { rows } = await link.query(
    `select n.nspname, c.relname from pg_catalog.pg_publication p
     left join pg_catalog.pg_publication_rel r on r.prpubid = p.oid
     left join pg_catalog.pg_class c on c.oid = r.prrelid
     left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where p.pubname = $1`,
    [name],
  );
  if (rows.length === 0) return undefined;
  return rows.flatMap(([schema, table]) =>
    schema && table ? [`${quote(schema)}.${quote(table)}`] : [],
  );
}

function isSame(known: readonly string[], wanted: readonly string[]): boolean {
  return known.length === wanted.length && wanted.every((one) => known.includes(one));
}

/** The partitions of a table are told of as the table. */
async function optionsOf(link: Link): Promise<string> {
  const isKnown = await tellsGenerated(link);
  return `publish_via_partition_root = true${isKnown ? ', publish_generated_columns = stored' : ''}`;
}

async function tellsGenerated(link: Link): Promise<boolean> {
  const { rows } = await link.query("select pg_catalog.current_setting('server_version_num')");
  return Number(rows[0]?.[0]) >= generatedVersion;
}

/**
 * Looks whether the changes of a table can be told: each by a key, all of its columns.
 * @throws ConnectorError with the field and what to do
 */
export async function refuseUntold(link: Link, table: Table): Promise<void> {
  const name = `${table.schema}.${table.name}`;
  if (table.kind !== 'r' && table.kind !== 'p') {
    const message = `"${name}" is no table: only tables tell their changes.`;
    throw new ConnectorError('request', message, { field: 'source.object' });
  }
  if (table.key.length === 0) {
    const message = `"${name}" has no primary key, by which a change says which record it is of: add one, or use another schedule.`;
    throw new ConnectorError('request', message, { field: 'source.object' });
  }
  const { rows } = await link.query(
    `select c.relreplident::text, coalesce((select i.indisprimary from pg_catalog.pg_index i
       where i.indrelid = c.oid and i.indisreplident), false)::text
     from pg_catalog.pg_class c where c.oid = $1`,
    [table.id],
  );
  const [identity, isPrimary] = rows[0] ?? [];
  if (identity !== 'd' && identity !== 'f' && isPrimary !== 'true') {
    const message = `The changes of "${name}" do not say its primary key: ALTER TABLE … REPLICA IDENTITY DEFAULT.`;
    throw new ConnectorError('request', message, { field: 'source.object' });
  }
  const generated = table.columns.find(({ isGenerated }) => isGenerated);
  if (generated && !(await tellsGenerated(link))) {
    const message = `PostgreSQL before 18 leaves the generated column "${generated.name}" out of changes: name the other fields in field_mappings, or use another schedule.`;
    throw new ConnectorError('request', message, { field: 'field_mappings' });
  }
}

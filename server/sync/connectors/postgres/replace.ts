import { quote } from '../sql/names.ts';
import type { Link } from './link.ts';
import type { Target } from './target.ts';

/** Makes the table in which rows wait until they replace those of the target. */
export async function prepareStage(link: Link, target: Target, isEmpty: boolean): Promise<void> {
  const { stage, table } = target;
  // Rows that came without a position are read again.
  const renewal = isEmpty ? `drop table if exists ${stage}; ` : '';
  await link.run(
    `${renewal}create table if not exists ${stage}
     (like ${table} including all excluding identity excluding comments)`,
  );
  const { rows } = await link.query(
    `select string_agg(format('alter column %I drop not null', attname), ', ')
     from pg_catalog.pg_attribute where attrelid = $1::regclass and attidentity <> ''
       and attname <> all ($2)`,
    [table, target.slots.map(({ column }) => column)],
  );
  if (rows[0]?.[0]) await link.run(`alter table ${stage} ${rows[0][0]}`);
}

/** Within a transaction: what stood in the target goes, what waited takes its place. */
export async function swapStage(
  link: Link,
  target: Target,
  columns: readonly string[],
): Promise<number> {
  const { stage, table } = target;
  await link.run(`lock table ${table} in access exclusive mode`);
  const { rows } = await link.query(`select count(*)::text from ${table}`);
  if (await isReplaceable(link, table)) {
    await link.run(await grantsOf(link, table, stage));
    const names = await namesOf(link, table, stage);
    await link.run(
      `drop table ${table}; alter table ${stage} rename to ${last(table)}; ${names.join('; ')}`,
    );
  } else {
    const names = columns.map(quote).join(', ');
    await link.run(
      `delete from ${table}; insert into ${table} (${names}) overriding system value
         select ${names} from ${stage}; drop table ${stage}`,
    );
  }
  return Number(rows[0]?.[0]);
}

/**
 * Whether another table of the same shape is as good: nothing hangs on this one that the copy has
 * not, such as views, triggers, keys from and to elsewhere, policies, publications and sequences.
 */
async function isReplaceable(link: Link, table: string): Promise<boolean> {
  const { rows } = await link.query(
    `select not (
       c.relkind <> 'r' or c.relrowsecurity or c.reloptions is not null
       or c.relowner <> (select oid from pg_catalog.pg_roles where rolname = current_user)
       or exists (select from pg_catalog.pg_depend
         where refclassid = 'pg_catalog.pg_class'::regclass and refobjid = c.oid
           and (classid = 'pg_catalog.pg_rewrite'::regclass
             or classid = 'pg_catalog.pg_policy'::regclass
             or classid = 'pg_catalog.pg_class'::regclass and deptype in ('a', 'i')
               and objid in (select oid from pg_catalog.pg_class where relkind = 'S')))
       or exists (select from pg_catalog.pg_constraint
         where contype = 'f' and (conrelid = c.oid or confrelid = c.oid))
       or exists (select from pg_catalog.pg_trigger where tgrelid = c.oid and not tgisinternal)
       or exists (select from pg_catalog.pg_publication_rel where prrelid = c.oid)
       or exists (select from pg_catalog.pg_inherits where inhrelid = c.oid or inhparent = c.oid)
       or exists (select from pg_catalog.pg_attribute where attrelid = c.oid and attacl is not null))
     from pg_catalog.pg_class c where c.oid = $1::regclass`,
    [table],
  );
  return rows[0]?.[0] === 't';
}

async function grantsOf(link: Link, table: string, stage: string): Promise<string> {
  const { rows } = await link.query(
    `select format('grant %s on ${stage.replaceAll("'", "''").replaceAll('%', '%%')} to %s%s', privilege_type,
       case grantee when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(grantee)) end,
       case when is_grantable then ' with grant option' else '' end)
     from pg_catalog.pg_class c cross join lateral pg_catalog.aclexplode(c.relacl)
     where c.oid = $1::regclass and grantee <> c.relowner`,
    [table],
  );
  return rows.map(([grant]) => grant).join('; ');
}

/** Statements that give the indexes of the stage, constraints with them, the names of the old ones. */
async function namesOf(link: Link, table: string, stage: string): Promise<string[]> {
  const { rows } = await link.query(
    `with known as (
       select i.indrelid, i.indexrelid, c.relname, c.relnamespace::regnamespace::text as schema,
         row_number() over (partition by i.indrelid,
           regexp_replace(pg_catalog.pg_get_indexdef(i.indexrelid), '^.*? USING ', '')
           , i.indisprimary, i.indisunique order by c.relname) as number,
         regexp_replace(pg_catalog.pg_get_indexdef(i.indexrelid), '^.*? USING ', '') as definition,
         i.indisprimary, i.indisunique
       from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
       where i.indrelid in ($1::regclass, $2::regclass))
     select format('alter index %s.%I rename to %I', made.schema, made.relname, old.relname)
     from known made join known old using (definition, number, indisprimary, indisunique)
     where made.indrelid = $2::regclass and old.indrelid = $1::regclass`,
    [table, stage],
  );
  return rows.map(([text]) => text as string);
}

/** The name alone of a quoted one with its schema. */
function last(table: string): string {
  return /"(?:[^"]|"")*"$/.exec(table)?.[0] as string;
}

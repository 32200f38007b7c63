import type { Link } from './link.ts';
import { literal, quote } from './names.ts';
import { isThere } from './own.ts';
import { hasFollowers, type Target } from './target.ts';

/** Kept in place of a position from when all rows wait in the stage until they are in the table. */
export function swappingBy(runId: string): string {
  return JSON.stringify({ isSwapping: runId });
}

export function swapperIn(position: string | undefined): string | undefined {
  if (!position?.startsWith('{"isSwapping":')) return undefined;
  return (JSON.parse(position) as { isSwapping: string }).isSwapping;
}

/** Makes the table in which rows wait until they replace those of the target. */
export async function prepareStage(link: Link, target: Target, isEmpty: boolean): Promise<void> {
  const { table, own } = target;
  // Rows that came without a position are read again.
  if (isEmpty) await link.run(`drop table if exists ${own.stage}`);
  await link.run(`create table if not exists ${own.stage} like ${table}`);
}

/**
 * Whether another table of the same shape is as good: keys from and to elsewhere, triggers and the
 * history of rows would not come along.
 */
export async function isReplaceable(link: Link, target: Target): Promise<boolean> {
  const [schema, name] = [literal(target.schema), literal(target.name)];
  const rows = await link.query(
    `select 1 from information_schema.key_column_usage
     where table_schema = ${schema} and table_name = ${name} and referenced_table_name is not null
     union all select 1 from information_schema.tables
     where table_schema = ${schema} and table_name = ${name} and table_type <> 'BASE TABLE' limit 1`,
  );
  return rows.length === 0 && !(await hasFollowers(link, target));
}

/**
 * Renaming commits by itself, so that it can't be one with the position. The position says before that
 * it is to come; from then on, whether the stage is there tells whether it has been: whoever comes back
 * after a kill renames if it is, and is done if not. The stage is of this run alone, so that a late
 * process of an earlier run finds none to rename.
 */
export async function swapStage(
  link: Link,
  { table, own }: Pick<Target, 'table' | 'own'>,
): Promise<void> {
  if (await isThere(link, own.stage)) {
    await link.run(`drop table if exists ${own.old}`);
    const renames = [`${own.stage} to ${table}`];
    // A server that died between the two renames has left no table.
    if (await isThere(link, table)) renames.unshift(`${table} to ${own.old}`);
    await link.run(`rename table ${renames.join(', ')}`);
  }
  await link.run(`drop table if exists ${own.old}`);
}

/** Within a transaction: what stood in the target goes, what waited comes. */
export async function refill(
  link: Link,
  { table, own }: Target,
  columns: readonly string[],
): Promise<void> {
  const names = columns.map(quote).join(', ');
  await link.run(`delete from ${table}`);
  await link.run(`insert into ${table} (${names}) select ${names} from ${own.stage}`);
}

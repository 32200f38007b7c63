import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Address } from '../database/address.ts';
import { databaseFolder } from './folder.ts';
import { type Connection, connect } from './owner.ts';

const ours = "!~ '^(pg_|information_schema$)'";

/**
 * Copies all rows and the state of all sequences into a database that has the schema: as a dump does
 * it, and as little as a dump knows of the transactions that wrote them.
 */
export async function copyRows(from: Address, to: Address): Promise<void> {
  const folder = await mkdtemp(join(databaseFolder, 'heddle-dump-'));
  await chmod(folder, 0o777);
  const [source, target] = await Promise.all([connect(from), connect(to)]);
  try {
    // The queue has tables for days, and the two may have begun on different ones.
    const there = new Set(await tablesOf(source));
    const tables = (await tablesOf(target)).filter((table) => there.has(table));
    await target.rows('set session_replication_role = replica');
    await target.rows(`truncate ${tables.join(', ')}`);
    for (const [at, table] of tables.entries()) {
      const file = join(folder, String(at));
      await source.rows(`copy ${table} to '${file}'`);
      await target.rows(`copy ${table} from '${file}'`);
    }
    await copySequences(source, target);
  } finally {
    await Promise.all([source.end(), target.end()]);
    await rm(folder, { recursive: true });
  }
}

async function tablesOf(database: Connection): Promise<string[]> {
  const rows = await database.rows<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c
     where c.relkind = 'r' and c.relnamespace::regnamespace::text ${ours} order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function copySequences(source: Connection, target: Connection): Promise<void> {
  const rows = await source.rows<{ name: string; value: number }>(
    `select format('%I.%I', schemaname, sequencename) as name, last_value as value
     from pg_sequences where schemaname ${ours} and last_value is not null`,
  );
  for (const { name, value } of rows) await target.rows('select setval($1, $2)', [name, value]);
}

/** Lets a database count on, as one that has been at work for long. */
export async function spendTransactions(address: Address, count: number): Promise<void> {
  const connection = await connect(address);
  await connection.rows(`do $$ begin
    for n in 1..${count} loop perform pg_current_xact_id(); commit; end loop;
  end $$`);
  await connection.end();
}

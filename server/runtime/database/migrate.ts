import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import { type Log, loggable } from '../log.ts';
import { type Address, directly } from './address.ts';
import { asDb, openClient } from './servers.ts';
import { insertMigration, selectMigrations } from './store.ts';
import type { Db } from './tx.ts';

export type Migration = { name: string; text: string; checksum: string };

const directory = new URL('../../../migrations/', import.meta.url);
const lock = 4_837_221;

/** The numbered `.sql` files, in their order. */
export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}-.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, directory), 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

/**
 * Brings the schema up to date, each file in a transaction of its own. Any number of processes may
 * do this at once: one works, the others wait and find nothing left to do.
 * `also` runs under the same lock, for what brings migrations of its own (the job queue).
 */
export async function migrate(
  address: Address,
  log: Log,
  also: (client: pg.Client) => Promise<void> = async () => {},
): Promise<string[]> {
  const client = await openClient(directly(address), 'owner', 'heddle migrate');
  client.on('error', (error) => log.warn(loggable(error), 'the migrating connection ended'));
  try {
    await client.query('select pg_advisory_lock($1)', [lock]);
    const applied = await applyMissing(client, log);
    await also(client);
    return applied;
  } finally {
    await client.end();
  }
}

/** Names of the migrations that this database lacks; a database without our schema lacks them all. */
export async function missingMigrations(db: Db): Promise<string[]> {
  const applied = await selectMigrations(db);
  return (await readMigrations()).map(({ name }) => name).filter((name) => !applied.has(name));
}

async function applyMissing(client: pg.Client, log: Log): Promise<string[]> {
  const applied = await selectMigrations(asDb(client));
  const names: string[] = [];
  const migrations = await readMigrations();
  refuseNewer(applied, migrations);
  for (const migration of migrations) {
    const checksum = applied.get(migration.name);
    if (checksum === undefined) {
      await apply(client, migration);
      log.info({ migration: migration.name }, 'migrated');
      names.push(migration.name);
    } else if (checksum !== migration.checksum) {
      throw new Error(`${migration.name} was changed after it had been applied; restore the file.`);
    }
  }
  return names;
}

/** What the newer version has made of the schema, this one does not know how to use. */
function refuseNewer(applied: Map<string, string>, known: readonly Migration[]): void {
  const unknown = [...applied.keys()].filter((name) => !known.some((one) => one.name === name));
  if (unknown.length === 0) return;
  throw new Error(
    `A newer version of Heddle has migrated this database (${unknown.sort().join(', ')}): start ` +
      'that version, or restore a backup from before.',
  );
}

async function apply(client: pg.Client, { name, text, checksum }: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(text);
    await insertMigration(asDb(client), name, checksum);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import type { Log } from '../log.ts';
import type { Address } from './address.ts';
import { Blockers } from './blockers.ts';
import { isLocked } from './failures.ts';
import { asDb } from './servers.ts';
import { beginMigration, insertMigration, lockMilliseconds, selectMigrations } from './store.ts';
import { takeTurn } from './turn.ts';
import type { Db } from './tx.ts';

export type Migration = { name: string; text: string; checksum: string };

/** How the migrations of a database compare with those of this version. */
export type Schema = {
  /** No migration has ever been applied. */
  isEmpty: boolean;
  /** Names of those that it lacks. */
  missing: string[];
  /** Names of those that a newer version has applied. */
  unknown: string[];
};

const directory = new URL('../../../migrations/', import.meta.url);

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
 * do this at once: one works, the others wait and find nothing left to do. It waits for a lock for
 * a moment only, lets others pass, and tries again for `patienceSeconds`. `also` runs under the
 * same lock, for migrations that are not ours (the job queue).
 */
export async function migrate(
  address: Address,
  log: Log,
  also: (client: pg.Client) => Promise<void> = async () => {},
  patienceSeconds = 120,
): Promise<string[]> {
  const { keeper, client, end } = await takeTurn(address, log);
  try {
    const work = new Work(client, new Blockers(asDb(keeper)), log, patienceSeconds);
    const applied = await applyMissing(work);
    await work.insist('the job queue', () => also(client));
    return applied;
  } finally {
    await end();
  }
}

export async function readSchema(db: Db): Promise<Schema> {
  const applied = await selectMigrations(db);
  const known = (await readMigrations()).map(({ name }) => name);
  return {
    isEmpty: applied.size === 0,
    missing: known.filter((name) => !applied.has(name)),
    unknown: [...applied.keys()].filter((name) => !known.includes(name)).sort(),
  };
}

/** Names of the migrations that this database lacks; a database without our schema lacks them all. */
export async function missingMigrations(db: Db): Promise<string[]> {
  return (await readSchema(db)).missing;
}

/** This version does not know how to use what a newer one has made of the schema. @throws Error */
export function refuseNewer({ unknown }: Pick<Schema, 'unknown'>): void {
  if (unknown.length === 0) return;
  throw new Error(
    `A newer version of Heddle has migrated this database (${unknown.join(', ')}): start ` +
      'that version, or restore a backup from before.',
  );
}

async function applyMissing(work: Work): Promise<string[]> {
  const applied = await selectMigrations(work.db);
  const names: string[] = [];
  const migrations = await readMigrations();
  refuseNewer(await readSchema(work.db));
  for (const migration of migrations) {
    const checksum = applied.get(migration.name);
    if (checksum === undefined) {
      await work.apply(migration);
      names.push(migration.name);
    } else if (checksum !== migration.checksum) {
      throw new Error(`${migration.name} was changed after it had been applied; restore the file.`);
    }
  }
  return names;
}

/**
 * Runs migrations on one connection, without queuing for long behind somebody who holds a table.
 */
class Work {
  readonly db: Db;
  readonly #client: pg.Client;
  readonly #blockers: Blockers;
  readonly #log: Log;
  readonly #patienceSeconds: number;

  constructor(client: pg.Client, blockers: Blockers, log: Log, patienceSeconds: number) {
    this.db = asDb(client);
    this.#client = client;
    this.#blockers = blockers;
    this.#log = log;
    this.#patienceSeconds = patienceSeconds;
  }

  async apply({ name, text, checksum }: Migration): Promise<void> {
    await this.insist(name, async () => {
      await beginMigration(this.db);
      await this.#client.query(text);
      await insertMigration(this.db, name, checksum);
      await this.#client.query('commit');
    });
    this.#log.info({ migration: name }, 'migrated');
  }

  /** Others who want the table get it before the next attempt. */
  async insist(name: string, attempt: () => Promise<void>): Promise<void> {
    const giveUpAt = performance.now() + this.#patienceSeconds * 1000;
    for (;;) {
      const watch = await this.#blockers.watch(this.db);
      try {
        return await attempt();
      } catch (error) {
        await this.#client.query('rollback').catch(() => undefined);
        if (!isLocked(error)) throw failureOf(name, error as Error);
        const who = watch.describe();
        if (performance.now() > giveUpAt) throw heldUp(name, who, this.#patienceSeconds);
        this.#log.warn({ migration: name, who }, 'a migration waits for others; trying again');
      } finally {
        watch.stop();
      }
      await setTimeout(lockMilliseconds / 2);
    }
  }
}

function failureOf(name: string, error: Error): Error {
  return new Error(`${name}: ${error.message}`, { cause: error });
}

function heldUp(name: string, who: string, seconds: number): Error {
  return new Error(
    `${name}: could not lock its tables for ${seconds} s; held by ${who}. End that, or try again later; ` +
      'nothing of it was changed.',
  );
}

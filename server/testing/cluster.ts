import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrateDatabase } from '../main.ts';
import type { Address } from '../runtime/database/connection.ts';
import { readMigrations } from '../runtime/database/migrate.ts';
import { type Embedded, joinEmbedded } from '../runtime/embedded/embedded.ts';
import type { Log } from '../runtime/log.ts';
import { databaseFolder } from '../runtime/testing/folder.ts';

export const silent: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silent,
};

const folder = join(databaseFolder, `heddle-tests-${userInfo().uid}`);
const lock = 7_263_541;

/** What a crash of the machine would lose is no loss in a test. */
const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_compression: 'off',
  max_wal_size: '128MB',
  max_connections: '400',
  shared_buffers: '128MB',
};

/** The PostgreSQL of all tests: every test process joins it, the last one out stops it. */
export async function joinCluster(): Promise<Embedded> {
  return joinEmbedded({ dataDirectory: folder, log: silent, settings });
}

/** Keeps it while test files come and go, with what they copy; it may stop once the answer is called. */
export async function holdCluster(): Promise<() => Promise<unknown>> {
  const cluster = await joinCluster();
  await prepareTemplate(cluster);
  return () => cluster.stop();
}

/** Makes the template, unless it is there. */
async function prepareTemplate(cluster: Embedded): Promise<void> {
  await withAdmin(cluster, (admin) => templateIn(cluster, admin));
}

/** The name of a database with the whole schema and no rows, made once for each set of migrations. */
async function templateIn(cluster: Embedded, admin: pg.Client): Promise<string> {
  const texts = (await readMigrations()).map(({ checksum }) => checksum).join();
  const name = `heddle_template_${createHash('sha256').update(texts).digest('hex').slice(0, 16)}`;
  const isThere = async () => {
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
    return rowCount === 1;
  };
  if (await isThere()) return name;
  await admin.query('select pg_advisory_lock($1)', [lock]);
  if (await isThere()) return name;
  const making = `${name}_making`;
  await admin.query(`drop database if exists ${making} with (force)`);
  await admin.query(`create database ${making}`);
  await migrateDatabase(addressIn(cluster, making), silent);
  await admin.query(`alter database ${making} rename to ${name}`);
  await dropOutdated(admin);
  return name;
}

/** Templates of older migrations (but twelve: other checkouts have their own), and what the killed left. */
async function dropOutdated(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    `(select datname from pg_database where datname like 'heddle\\_template\\_%' order by oid desc offset 12)
     union all select datname from pg_database where datname like 'test\\_%'`,
  );
  for (const { datname } of rows) {
    const [, pid] = /^test_(\d+)_/.exec(datname) ?? [];
    if (pid === undefined || !isAlive(Number(pid))) {
      // One that somebody is copying from just now stays.
      await admin.query(`drop database if exists ${datname}`).catch(() => undefined);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A new database from the template, for one test file. */
export async function cloneTemplate(cluster: Embedded): Promise<Address> {
  return create(cluster, (admin) => templateIn(cluster, admin));
}

/** A new database without the schema. */
export async function createEmpty(cluster: Embedded): Promise<Address> {
  return create(cluster, async () => 'template1');
}

async function create(
  cluster: Embedded,
  find: (admin: pg.Client) => Promise<string>,
): Promise<Address> {
  const name = `test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  await withAdmin(cluster, async (admin) => {
    const template = await find(admin);
    // Its files are copied: a third of the processor time that copying it through the log takes.
    await admin.query(`create database ${name} template ${template} strategy file_copy`);
  });
  return addressIn(cluster, name);
}

export async function dropDatabase(cluster: Embedded, address: Address): Promise<void> {
  if (!('database' in address)) return;
  await withAdmin(cluster, (admin) =>
    admin.query(`drop database if exists ${address.database} with (force)`),
  );
}

export function addressIn(cluster: Embedded, database: string): Address {
  return { ...cluster.address, database };
}

async function withAdmin(cluster: Embedded, work: (admin: pg.Client) => Promise<unknown>) {
  const admin = new pg.Client({ ...cluster.address, database: 'postgres', ssl: false });
  admin.on('error', () => undefined);
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

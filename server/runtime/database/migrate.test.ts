import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { migrateDatabase } from '../../main.ts';
import {
  addressIn,
  cloneTemplate,
  dropDatabase,
  joinCluster,
  silent,
} from '../../testing/cluster.ts';
import { asOwner, connect } from '../testing/owner.ts';
import type { Address } from './connection.ts';
import { Database } from './database.ts';
import { type Migration, missingMigrations, readMigrations } from './migrate.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../testing/migrate.ts', import.meta.url));
const cluster = await joinCluster();
const made: Address[] = [];
after(async () => {
  for (const address of made) await dropDatabase(cluster, address);
  await cluster.stop();
});
const names = (await readMigrations()).map(({ name }) => name);

async function makeMigrated(): Promise<Address> {
  const address = await cloneTemplate(cluster);
  made.push(address);
  return address;
}

async function makeEmpty(name: string): Promise<Address> {
  const database = `test_${process.pid}_${name}`;
  await asOwner(addressIn(cluster, 'postgres'), `create database ${database}`);
  const address = addressIn(cluster, database);
  made.push(address);
  return address;
}

const appliedIn = async (address: Address) =>
  (
    await asOwner<{ name: string }>(address, 'select name from platform.migration order by name')
  ).map(({ name }) => name);

test('ten processes that migrate an empty database at once all succeed, and one does the work', async () => {
  const address = await makeEmpty('crowd');

  const outputs = await Promise.all(
    Array.from({ length: 10 }, () => run(process.execPath, [program, JSON.stringify(address)])),
  );

  const applied = outputs.map(({ stdout }) => JSON.parse(stdout) as string[]);
  assert.deepEqual(applied.flat().sort(), names);
  assert.deepEqual(await appliedIn(address), names);
  const [queue] = await asOwner(address, `select to_regclass('pgboss.job')::text as name`);
  assert.equal(queue?.name, 'pgboss.job');
});

test('a database that is up to date is left as it is', async () => {
  const address = await makeMigrated();

  const applied = await migrateDatabase(address, silent);

  assert.deepEqual(applied, []);
});

test('a migration that was changed after it had been applied is refused, and named', async () => {
  const address = await makeMigrated();
  await asOwner(address, `update platform.migration set checksum = 'x' where name = $1`, [
    names[1],
  ]);

  const attempt = migrateDatabase(address, silent);

  await assert.rejects(attempt, {
    message: `${names[1]} was changed after it had been applied; restore the file.`,
  });
});

test('a database that a newer version has migrated is refused, and left as it is', async () => {
  const address = await makeMigrated();
  await asOwner(
    address,
    `insert into platform.migration (name, checksum) values ('9998-later.sql', 'x'),
       ('9999-latest.sql', 'y')`,
  );

  const attempt = migrateDatabase(address, silent);

  await assert.rejects(attempt, {
    message:
      'A newer version of Heddle has migrated this database (9998-later.sql, 9999-latest.sql): ' +
      'start that version, or restore a backup from before.',
  });
  assert.deepEqual(await appliedIn(address), [...names, '9998-later.sql', '9999-latest.sql']);
});

test('a migration that fails leaves nothing of itself, and the one before it in place', async () => {
  const address = await makeEmpty('broken');
  await asOwner(address, 'create schema scheduling');

  const attempt = migrateDatabase(address, silent);

  await assert.rejects(
    attempt,
    /^Error: 0002-scheduling\.sql: schema "scheduling" already exists$/,
  );
  assert.deepEqual(await appliedIn(address), [names[0]]);
});

test('what a database lacks is told by name; one without our schema lacks everything', async () => {
  const migrated = await makeMigrated();
  await asOwner(migrated, 'delete from platform.migration where name = $1', [names[1]]);
  const empty = await makeEmpty('bare');
  const databases = [migrated, empty].map((address) => new Database(address, silent));

  const missing = await Promise.all(
    databases.map(({ system }) => missingMigrations(system.reading)),
  );

  await Promise.all(databases.map((database) => database.close()));
  assert.deepEqual(missing, [[names[1]], names]);
});

/** A database with the first migration, and somebody at work on a table that the second one needs. */
async function makeHeld(name: string) {
  const address = await makeEmpty(name);
  const [first] = (await readMigrations()) as [Migration];
  await asOwner(address, first.text);
  const insert = 'insert into platform.migration (name, checksum) values ($1, $2)';
  await asOwner(address, insert, [first.name, first.checksum]);
  const holder = await connect(address);
  await holder.rows('begin');
  await holder.rows('lock table platform.consumer in row exclusive mode');
  return { address, holder };
}

test('a migration that is held up for too long says by whom, and has changed nothing', async () => {
  const { address, holder } = await makeHeld('held');

  const attempt = migrateDatabase(address, silent, 0);

  await assert.rejects(
    attempt,
    /^Error: 0002-scheduling\.sql: .* process \d+ of PostgreSQL \(heddle test, idle in transaction, \d+ s\)/,
  );
  assert.deepEqual(await appliedIn(address), [names[0]]);
  await holder.end();
});

test('a migration waits for a moment only, and tries again until it gets through', async () => {
  const { address, holder } = await makeHeld('freed');
  const waited = Promise.withResolvers<void>();
  const log = { ...silent, warn: () => waited.resolve() };

  const migrated = migrateDatabase(address, log);
  await waited.promise;
  const others = await asOwner(address, 'select from platform.consumer');
  await holder.rows('commit');
  const applied = await migrated;

  await holder.end();
  assert.deepEqual(others, []);
  assert.deepEqual(applied, names.slice(1));
});

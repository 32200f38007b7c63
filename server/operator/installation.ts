import type { Config } from '../runtime/config.ts';
import { type Address, directly, isForeign } from '../runtime/database/address.ts';
import { refusalOf } from '../runtime/database/failures.ts';
import { migrate, readSchema, refuseNewer, type Schema } from '../runtime/database/migrate.ts';
import { type OpenDatabase, openDatabase } from '../runtime/database/open.ts';
import { asDb, openClient } from '../runtime/database/servers.ts';
import { ConfigError } from '../runtime/errors.ts';
import { migrateJobs } from '../runtime/jobs/jobs.ts';
import type { Log } from '../runtime/log.ts';

/**
 * What is done about a schema that is not up to date.
 * - `migrate`: it is migrated.
 * - `refuse`: it is refused; but an empty embedded database gets its schema.
 * - `keep`: it is refused, even in an empty embedded database.
 * - `ignore`: nothing; but an empty embedded database gets its schema.
 */
export type SchemaPolicy = 'migrate' | 'refuse' | 'keep' | 'ignore';

/** Brings the schema of a database up to date, the job queue's too; any number at once. */
export async function migrateDatabase(
  address: Address,
  log: Log,
  patienceSeconds?: number,
): Promise<string[]> {
  return migrate(address, log, migrateJobs, patienceSeconds);
}

/** The database of the configuration, for as long as this process uses it. */
export async function openInstallation(
  config: Config,
  log: Log,
  policy: SchemaPolicy = 'migrate',
): Promise<OpenDatabase> {
  const opened = await openDatabase(config, log);
  try {
    await applyPolicy(opened.address, log, policy);
    return opened;
  } catch (error) {
    await opened.close();
    const refusal = config.databaseUrl && refusalOf(error);
    throw refusal ? new ConfigError(`DATABASE_URL: ${refusal}.`, { cause: error }) : error;
  }
}

async function applyPolicy(address: Address, log: Log, policy: SchemaPolicy): Promise<void> {
  if (policy === 'migrate') return void (await migrateDatabase(address, log));
  const schema = await schemaAt(address);
  if (schema.isEmpty && policy !== 'keep' && !isForeign(address)) {
    return void (await migrateDatabase(address, log));
  }
  if (policy === 'ignore') return;
  refuseNewer(schema);
  if (schema.missing.length === 0) return;
  if (schema.isEmpty) {
    throw new Error(
      'The database has no tables of Heddle yet: run heddle migrate first, or start the server, ' +
        'which migrates.',
    );
  }
  const [first, ...others] = schema.missing;
  const missing = others.length === 0 ? first : `${first} and ${others.length} more`;
  throw new Error(
    `The schema of the database is older than this version (it lacks ${missing}): run heddle migrate ` +
      'first, or start the server, which migrates; while one is starting, try again in a moment.',
  );
}

/** What a database has of the schema, as its owner sees it: the roles may not be there yet. */
export async function schemaAt(address: Address): Promise<Schema> {
  const client = await openClient(directly(address), 'owner', 'heddle looks at the schema');
  try {
    return await readSchema(asDb(client));
  } finally {
    await client.end();
  }
}

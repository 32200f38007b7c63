import { ConfigError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Address } from './address.ts';

/** The database of an installation, for as long as this process uses it. */
export type OpenDatabase = { address: Address; close(): Promise<void> };

type Chosen = {
  databaseUrl: string | undefined;
  databaseDirectUrl: string | undefined;
  dataDirectory: string;
};

/**
 * The database that DATABASE_URL names; without it the embedded PostgreSQL, which is started if it
 * does not run.
 */
export async function openDatabase(chosen: Chosen, log: Log): Promise<OpenDatabase> {
  const { databaseUrl: connectionString, databaseDirectUrl: directString } = chosen;
  if (connectionString !== undefined) {
    const address = { connectionString, ...(directString === undefined ? {} : { directString }) };
    return { address, close: async () => {} };
  }
  const { joinEmbedded } = await import('../embedded/embedded.ts');
  const embedded = await joinEmbedded({ dataDirectory: chosen.dataDirectory, log }).catch(refuse);
  return { address: embedded.address, close: async () => void (await embedded.stop()) };
}

/** An error of the file system is about the folder that was chosen. */
function refuse(error: NodeJS.ErrnoException): never {
  if (error.path === undefined) throw error;
  throw new ConfigError(`HEDDLE_DATA: ${error.message}`, { cause: error });
}

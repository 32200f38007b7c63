import type { Address } from '../database/connection.ts';
import type { Database } from '../database/database.ts';
import { asOwner } from './owner.ts';
import { until } from './until.ts';

/** Locks a table against everybody, from when this resolves until `release`. */
export async function holdTable(database: Database, table: string) {
  const locked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const done = database.system.transaction(async (tx) => {
    await tx.rows(`lock table ${table} in access exclusive mode`);
    locked.resolve();
    await released.promise;
  });
  done.catch(locked.reject);
  await locked.promise;
  return {
    release: async () => {
      released.resolve();
      await done;
    },
  };
}

/** Resolves once a request waits for a table that is held. */
export async function untilWaiting(address: Address): Promise<void> {
  await until('a request waits', async () => {
    const waiting = await asOwner(
      address,
      `select pid from pg_stat_activity where datname = current_database()
         and usename = 'heddle_app' and wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });
}

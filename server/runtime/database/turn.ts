import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { type Log, loggable } from '../log.ts';
import { type Address, directly } from './address.ts';
import { asDb, openClient } from './servers.ts';
import { beginMigration, tryMigrationLock } from './store.ts';

/** Two connections as the owner: one holds the turn and may watch the other, which works. */
export type Turn = { keeper: pg.Client; client: pg.Client; end(): Promise<void> };

const againMilliseconds = 250;
const logEveryMilliseconds = 10_000;

/**
 * Of those who change the whole database (migrations, an adoption), one is at work at a time. The
 * turn is a lock until the end of a transaction: no pooler can move that to another session.
 */
export async function takeTurn(address: Address, log: Log): Promise<Turn> {
  const opened: pg.Client[] = [];
  const end = async () => void (await Promise.all(opened.map((client) => client.end())));
  const open = async () => {
    const client = await openClient(directly(address), 'owner', 'heddle migrate');
    client.on('error', (error) => log.warn(loggable(error), 'the migrating connection ended'));
    opened.push(client);
    return client;
  };
  try {
    const [keeper, client] = [await open(), await open()];
    const db = asDb(keeper);
    await beginMigration(db);
    for (let waited = 0; !(await tryMigrationLock(db)); waited += againMilliseconds) {
      if (waited % logEveryMilliseconds === 0)
        log.info({}, 'another process migrates this database');
      await setTimeout(againMilliseconds);
    }
    return { keeper, client, end };
  } catch (error) {
    await end();
    throw error;
  }
}

import type { Address } from '../../runtime/database/address.ts';
import { asDb } from '../../runtime/database/servers.ts';
import { takeTurn } from '../../runtime/database/turn.ts';
import type { Db } from '../../runtime/database/tx.ts';
import { selectLead, updateIdentity } from '../../runtime/events/store.ts';
import type { Log } from '../../runtime/log.ts';
import {
  beginEpoch,
  beginLong,
  commit,
  countBlocks,
  insertBoundary,
  insertHeldEvents,
  insertHeldJobs,
  lockLog,
  type NumberColumn,
  rollback,
  selectBoundary,
  selectNumberColumns,
  updateLog,
  updateNumbers,
  updateReadEvents,
} from './store.ts';

/** What hangs on the log: for each reader, the jobs that a type of event causes. */
export type Causes = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export type Renumbering = {
  log: Log;
  causes: Causes;
  /** Queues whose jobs stay where they are. */
  keptQueues: readonly string[];
  /** What products hold back. */
  holds: readonly ((db: Db) => Promise<void>)[];
};

/** Some 16 MB: a transaction of less than a second. */
const blocksMax = 2_000;
const log: NumberColumn = { schema: 'platform', table: 'event', column: 'transaction' };
const ofLog = ['event.transaction', 'event_reader.transaction'];

/**
 * Makes a restored copy a database of its own: no number of a transaction is above its own, what was
 * due when it was copied is held, and what happens from now on goes out. Answers false where there is
 * nothing to do. Large tables are changed piece by piece and the log's end at last, all at once, so
 * that it can be broken off anywhere and begun again.
 */
export async function renumber(address: Address, renumbering: Renumbering): Promise<boolean> {
  const turn = await takeTurn(address, renumbering.log);
  try {
    const db = asDb(turn.client);
    const { transactions, isCopied, isUnfinished } = await selectLead(db);
    if (transactions === 0 && !isCopied && !isUnfinished) return false;
    await insertBoundary(db, isCopied);
    const boundary = (await selectBoundary(db)) as number;
    for (const column of await selectNumberColumns(db)) {
      if (column.schema === 'platform' && ofLog.includes(`${column.table}.${column.column}`))
        continue;
      await eachPiece(db, column, renumbering.log, (first, last) =>
        updateNumbers(db, column, first, last),
      );
    }
    await eachPiece(db, log, renumbering.log, (first, last) =>
      updateReadEvents(db, boundary, first, last),
    );
    await atOnce(db, () => moveEnd(db, boundary, renumbering));
    return true;
  } finally {
    await turn.end();
  }
}

async function moveEnd(db: Db, boundary: number, { causes, keptQueues, holds }: Renumbering) {
  await lockLog(db);
  for (const hold of holds) await hold(db);
  for (const [reader, jobs] of Object.entries(causes)) {
    await insertHeldEvents(db, reader, boundary, jobs);
  }
  await insertHeldJobs(db, keptQueues);
  await updateLog(db, boundary, Object.keys(causes));
  await beginEpoch(db);
  await updateIdentity(db);
}

/** What a piece has moved lies behind the last block, and needs nothing more. */
async function eachPiece(
  db: Db,
  column: NumberColumn,
  told: Log,
  change: (first: number, last: number) => Promise<void>,
): Promise<void> {
  const blocks = await countBlocks(db, column);
  for (let first = 0; first < blocks; first += blocksMax) {
    const last = Math.min(first + blocksMax, blocks);
    await atOnce(db, () => change(first, last));
    if (blocks > blocksMax) told.info({ ...column, done: last, of: blocks }, 'adopting');
  }
}

async function atOnce(db: Db, work: () => Promise<void>): Promise<void> {
  await beginLong(db);
  try {
    await work();
    await commit(db);
  } catch (error) {
    await rollback(db).catch(() => undefined);
    throw error;
  }
}

import type { Database, Tx } from '../database/database.ts';
import type { Keyring } from './keyring.ts';

export type SealedRow = {
  /** Orders the rows of a column; '' comes first. */
  key: string;
  /** What the value was sealed for. */
  context: string;
  sealed: Buffer;
};

/** A column of sealed values, whichever table it is in. */
export type SealedColumn = {
  name: string;
  /** The next rows after `key`, at most a few hundred, locked for the update; none at the end. */
  selectBatch(tx: Tx, key: string): Promise<SealedRow[]>;
  update(tx: Tx, row: SealedRow): Promise<void>;
};

export type Rotated = { column: string; rows: number; rewrapped: number };

/** Rewraps every value of a column under the newest master key, in small transactions. */
export async function rewrapColumn(
  database: Database,
  keyring: Keyring,
  column: SealedColumn,
): Promise<Rotated> {
  const done: Rotated = { column: column.name, rows: 0, rewrapped: 0 };
  for (let after: string | undefined = ''; after !== undefined; ) {
    const from: string = after;
    const batch = await database.system.transaction((tx) => rewrapBatch(tx, keyring, column, from));
    done.rows += batch.rows;
    done.rewrapped += batch.rewrapped;
    after = batch.last;
  }
  return done;
}

async function rewrapBatch(tx: Tx, keyring: Keyring, column: SealedColumn, after: string) {
  const rows = await column.selectBatch(tx, after);
  let rewrapped = 0;
  for (const row of rows) {
    const sealed = keyring.rewrap(row.sealed, row.context);
    if (!sealed) continue;
    await column.update(tx, { ...row, sealed });
    rewrapped += 1;
  }
  return { rows: rows.length, rewrapped, last: rows.at(-1)?.key };
}

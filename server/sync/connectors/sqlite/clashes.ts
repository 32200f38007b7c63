import type { DatabaseSync } from 'node:sqlite';
import type { Anew, Wrote } from './asked.ts';
import type { SqlValue } from './cells.ts';
import { refusalOf } from './failure.ts';

/** A row whose unique value another one has, and its place in the batch. */
export type Clash = { readonly index: number; readonly values: readonly SqlValue[] };

const triesMax = 20;

/**
 * Writes rows again that were refused since others have their values: nowhere for a moment, they are in
 * nobody's way. What is refused even then stays as it was.
 */
export function resolve(
  database: DatabaseSync,
  { erase, erased, insert }: Anew,
  clashes: readonly Clash[],
  wrote: Wrote,
): void {
  const [erasing, inserting] = [database.prepare(erase), database.prepare(insert)];
  let left = clashes;
  for (let tries = 0; left.length > 0 && tries < triesMax; tries += 1) {
    database.exec('savepoint clashes');
    try {
      for (const { values } of left) erasing.run(...values.slice(0, erased));
      const refused = left.filter(({ values }) => {
        try {
          inserting.run(...values);
          return false;
        } catch (error) {
          if (!refusalOf(error)) throw error;
          return true;
        }
      });
      if (refused.length === 0) {
        database.exec('release clashes');
        const written = new Set(left.map(({ index }) => index));
        wrote.written += left.length;
        wrote.rejected = wrote.rejected.filter(({ index }) => !written.has(index));
        return;
      }
      left = left.filter((one) => !refused.includes(one));
    } catch (error) {
      if (!refusalOf(error)) throw error;
      left = [];
    }
    database.exec('rollback to clashes; release clashes');
  }
}

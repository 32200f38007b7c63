import type { Batch } from '../batch.ts';
import { ConnectorError } from '../failure.ts';
import type { Link } from './link.ts';
import { type Loaded, loadBatch } from './load.ts';
import { insertOf, isSameAs, type Load, setsOf } from './statements.ts';
import type { Slot } from './target.ts';

/** Of what is written, and of what is changed or deleted one by one. */
const rowsMax = 50;
const singlesMax = 5;
const bytesMax = 1 << 16;

/**
 * The same as `loadBatch`: few rows go as parameters, since a temporary table would cost more than they
 * do, also in the catalogue. Where anything is wrong with one, all go the other way.
 */
export async function loadFew(link: Link, load: Load, batch: Batch): Promise<Loaded> {
  if (!isFew(load, batch)) return loadBatch(link, load, batch);
  await link.run('savepoint few');
  try {
    let written = 0;
    for (const [text, values] of statementsOf(load, batch)) {
      written += (await link.query(text, values)).count;
    }
    await link.run('release few');
    return { written, skipped: batch.count - written, rejected: [] };
  } catch (error) {
    const isOfMoment = error instanceof ConnectorError && error.kind === 'retry';
    if (isOfMoment) throw error;
    await link.run('rollback to few; release few');
    return loadBatch(link, load, batch);
  }
}

/** Without what is looked at before it is written: keys that are null, and what would be rounded. */
function isFew({ slots, action }: Load, batch: Batch): boolean {
  const isMade = action === 'insert' || action === 'upsert';
  if (batch.count > (isMade ? rowsMax : singlesMax) || batch.bytes > bytesMax) return false;
  if (slots.some(({ wider }) => wider !== undefined)) return false;
  return batch.rows.every((row) => slots.every(({ isKey }, at) => !isKey || row[at] !== null));
}

function* statementsOf(load: Load, batch: Batch): Generator<[string, (string | null)[]]> {
  const { action, into, slots, constants } = load;
  const places = slots.flatMap(({ isWritten }, at) => (isWritten ? [at] : []));
  if (action === 'insert' || action === 'upsert') {
    const values: (string | null)[] = [];
    const rows = batch.rows.map((row) => {
      const cells = places.map((place) => `$${values.push(row[place] ?? null)}`);
      return `(${[...cells, ...Object.values(constants)].join(', ')})`;
    });
    yield [insertOf(load, `values ${rows.join(', ')}`), values];
    return;
  }
  for (const row of batch.rows) {
    const values: (string | null)[] = [];
    const cellOf = (slot: Slot) => `$${values.push(row[slots.indexOf(slot)] ?? null)}`;
    const head =
      action === 'delete'
        ? `delete from ${into} old`
        : `update ${into} old set ${setsOf(load, cellOf)}`;
    yield [`${head} where ${isSameAs(load, cellOf)}`, values];
  }
}

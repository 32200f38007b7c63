import type { Row } from '../../values/types.ts';
import { Batch } from '../batch.ts';
import type { Altered, Changes, Followed, FollowGuard, Unemptied } from '../changes.ts';
import type { Rejected, Written } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { isClash, RecordRefusal, clashes as reasons } from './refusal.ts';

/** How a database does each kind of change, within a transaction. */
export type Following = {
  readonly key: readonly string[];
  /** How many records are there that are not gone yet. */
  count(): Promise<number>;
  /** All of them go; answers how many those were. */
  empty(): Promise<number>;
  remove(keys: Batch): Promise<Written>;
  alter(altered: Altered): Promise<Written>;
  write(batch: Batch): Promise<Written>;
  /** The records as they are after it, in all fields; without it, no value is for one record alone. */
  complete?(altered: Altered): Promise<(Row | undefined)[]>;
};

export type Transaction = {
  begin(): Promise<void>;
  commit(position: string | undefined): Promise<void>;
  rollBack(): Promise<void>;
};

/** A chain in the order against it would be undone by one link in each. */
const roundsMax = 5;

type Step = {
  readonly of: Batch;
  readonly isDeletion?: true;
  readonly altered?: Altered;
  work(batch: Batch): Promise<Written>;
};
type Left = { readonly step: Step; readonly rejected: readonly Rejected[] };
type Done = { written: number; skipped: number; deleted: number };

/** Writes changes, and commits them with their position where they are whole. */
export async function follow(
  { begin, commit, rollBack }: Transaction,
  following: Following,
  changes: Changes,
  { deletesMax, keep }: FollowGuard,
): Promise<Followed | Unemptied> {
  try {
    await begin();
    const followed = await followWithin(following, changes, deletesMax);
    if ('planned' in followed) {
      await rollBack();
      return followed;
    }
    const position = await keep(followed);
    if (changes.isWhole) await commit(position);
    return followed;
  } catch (error) {
    await rollBack();
    // What is checked only at the end, is nobody's in particular.
    throw refusedAsWhole(error, 'The destination refuses changes of one commit');
  }
}

function refusedAsWhole(error: unknown, what: string): unknown {
  if (!(error instanceof RecordRefusal)) return error;
  return new ConnectorError('configuration', `${what}: ${error.message}`);
}

/** What is gone goes first, so that what it had for itself alone can be another's. */
async function followWithin(
  following: Following,
  { isEmptied, deleted, altered, written }: Changes,
  deletesMax: number,
): Promise<Followed | Unemptied> {
  const total = isEmptied ? await following.count() : 0;
  if (total > 0 && deletesMax < 100) return { planned: total, total };
  const emptied = total > 0 ? await empty(following) : 0;
  const done = { written: 0, skipped: 0, deleted: emptied };
  const steps: Step[] = [
    { of: Batch.ofRows(deleted), isDeletion: true, work: (keys) => following.remove(keys) },
    ...altered.map((one) => ({
      ...{ of: one.batch, altered: one },
      work: async (batch: Batch) =>
        one.fields.every((field) => following.key.includes(field))
          ? { written: 0, skipped: batch.count, rejected: [] }
          : following.alter({ ...one, batch }),
    })),
    { of: written, work: (batch) => following.write(batch) },
  ];
  let left: Left[] = [];
  for (const step of steps) {
    if (step.of.count > 0) left.push({ step, rejected: await doStep(step, step.of, done) });
  }
  for (let before = 0, round = 0; before !== clashesIn(left) && round < roundsMax; round += 1) {
    before = clashesIn(left);
    left = await doAgain(left, done);
  }
  left = await exchange(following, left, done);
  const rejected = left.flatMap((one) =>
    one.rejected.map((each) => ({ ...each, of: one.step.of })),
  );
  return { ...done, rejected };
}

async function empty(following: Following): Promise<number> {
  try {
    return await following.empty();
  } catch (error) {
    throw refusedAsWhole(error, 'The destination cannot be emptied as the source was');
  }
}

async function doStep({ isDeletion, work }: Step, batch: Batch, done: Done): Promise<Rejected[]> {
  const { written, skipped, rejected } = await work(batch);
  if (!isDeletion) {
    done.written += written;
    done.skipped += skipped;
    return [...rejected];
  }
  done.deleted += written;
  return rejected.map((one) => ({
    ...one,
    reason: one.reason.replace(reasons.dangling, reasons.referred),
  }));
}

/** What stood in the way of these may have gone out of it since. */
async function doAgain(left: readonly Left[], done: Done): Promise<Left[]> {
  const after: Left[] = [];
  for (const { step, rejected } of left) {
    const { clashes, faults } = parted(rejected);
    const rows = clashes.map(({ index }) => step.of.rows[index]!);
    const again = rows.length > 0 ? await doStep(step, Batch.ofRows(rows), done) : [];
    const still = again.map((one) => ({ ...one, index: clashes[one.index]!.index }));
    after.push({ step, rejected: [...faults, ...still].sort((a, b) => a.index - b.index) });
  }
  return after;
}

/** Records that stand in the way of each other are written together, as a whole. */
async function exchange(following: Following, left: Left[], done: Done): Promise<Left[]> {
  const places: { row: Row; one: Rejected }[] = [];
  for (const { step, rejected } of left) {
    const { clashes } = parted(step.isDeletion ? [] : rejected);
    const batch = Batch.ofRows(clashes.map(({ index }) => step.of.rows[index]!));
    const rows =
      step.altered && batch.count > 0
        ? await following.complete?.({ ...step.altered, batch })
        : batch.rows;
    for (const [place, row] of (rows ?? []).entries()) {
      if (row) places.push({ row, one: clashes[place]! });
    }
  }
  if (places.length < 2) return left;
  const batch = Batch.ofRows(places.map(({ row }) => row));
  const { written, skipped, rejected } = await following.write(batch);
  done.written += written;
  done.skipped += skipped;
  const refused = new Set(rejected.map(({ index }) => places[index]!.one));
  const gone = new Set(places.map(({ one }) => one).filter((one) => !refused.has(one)));
  return left.map((one) => ({ ...one, rejected: one.rejected.filter((each) => !gone.has(each)) }));
}

/** The slots of some fields, in the order of these. */
export function slotsOf<Slot extends { readonly field: string }>(
  slots: readonly Slot[],
  fields: readonly string[],
): Slot[] {
  return fields.flatMap((name) => slots.filter(({ field }) => field === name));
}

/** A whole record with the cells that have changed. */
export function patched(
  slots: readonly { readonly field: string }[],
  old: Row,
  fields: readonly string[],
  row: Row,
): Row {
  return slots.map(({ field }, at) => {
    const place = fields.indexOf(field);
    return (place === -1 ? old[at] : row[place]) ?? null;
  });
}

function clashesIn(left: readonly Left[]): number {
  return left.reduce((sum, { rejected }) => sum + parted(rejected).clashes.length, 0);
}

function parted(rejected: readonly Rejected[]) {
  const { clashes = [], faults = [] } = Object.groupBy(rejected, ({ reason }) =>
    isClash(reason) ? 'clashes' : 'faults',
  );
  return { clashes, faults };
}

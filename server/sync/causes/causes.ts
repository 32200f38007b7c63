import { createHash, createHmac } from 'node:crypto';
import type { Tx } from '../../runtime/database/database.ts';
import type { Place } from '../connectors/changes.ts';
import type { Cell } from '../values/types.ts';
import {
  type Cause,
  closeCause,
  type Known,
  selectCauses,
  updateCauseEnded,
  upsertCauses,
} from './store.ts';

/** How many workflows may set each other off: a run that stands deeper fails. */
export const depthMax = 8;

export const tooDeep = `Workflows and syncs have set each other off ${depthMax} times, which is where it ends: let what the trigger sets off write something else than what the trigger looks at, or give the trigger a filter that leaves it out.`;

/** How long a change takes to be seen, and what is written again within it has no pause. */
const namedSeconds = 60;
/** What was written to a record so often without a pause, and never known again, goes in a circle. */
const roundsMax = 24;
/** As long as nobody knows which record it is. */
const unnamedSeconds = 30;

/**
 * `key`: the text of its value, and of several fields what `keyText` makes of them; '' for one that is
 * about to be made, whose key only its system knows: whatever is seen there until it is named may be it.
 */
export type RecordNamed = { connection_id: string; object: string; key: string };

/** Where a system tells what changes: what is committed between both places is ours. */
export type Stretch = { readonly since: Place; readonly to?: Place };

/** Where it is asked: what a record then holds in these fields. Without any field it held that before. */
export type Values = { readonly fields: readonly string[]; readonly hash: Buffer };

/** How what was written is known again; by neither, it is whatever comes within its time. */
export type RecordCaused = RecordNamed & {
  readonly depth: number;
  readonly stretch?: Stretch | undefined;
  readonly values?: Values | undefined;
};

/** A record as it is seen. */
export type RecordSeen = RecordNamed & {
  /** Of the transaction that changed it. */
  readonly commit?: Place | undefined;
  /** What it holds in some fields; undefined where it has not all of them. */
  hashOf?(fields: readonly string[]): Buffer | undefined;
};

/** Under a key of the organization: what a record holds cannot be guessed from it. */
export function valuesHash(key: Buffer, cells: readonly Cell[]): Buffer {
  const plain = cells.map((cell) => (cell !== null && isNumber.test(cell) ? Number(cell) : cell));
  return createHmac('sha256', key).update(JSON.stringify(plain)).digest();
}

const isNumber = /^-?\d{1,15}(\.\d{1,15})?$/;

/** A key of several fields, in whatever order they are given. */
export function keyText(key: Readonly<Record<string, string | null>>): string {
  const names = Object.keys(key).sort();
  const values = names.map((name) => key[name] ?? null);
  return values.length === 1 ? (values[0] ?? '') : JSON.stringify(values);
}

/**
 * Says of records that a workflow writes them: before it does, so that nobody sees what was written
 * without knowing by whom. `depth` is that of its run; what the record sets off stands one deeper.
 */
export async function noteCauses(
  tx: Tx,
  organization: number,
  causes: readonly RecordCaused[],
): Promise<void> {
  const deepest = new Map<string, Cause>();
  for (const { depth, stretch, values, ...record } of causes) {
    const isOpen = record.key === '';
    const seconds = isOpen ? unnamedSeconds : namedSeconds;
    const known = { stretch, values: isOpen ? undefined : values };
    const named = { connection_id: record.connection_id, hash: hashOf(record) };
    const cause = { ...named, depth, seconds, isOpen, ...known };
    const before = deepest.get(nameOf(cause));
    if (!before || before.depth < depth) deepest.set(nameOf(cause), cause);
  }
  if (deepest.size > 0) await upsertCauses(tx, organization, [...deepest.values()]);
}

/** Says which record it was that had no key yet. */
export async function nameCause(tx: Tx, organization: number, cause: RecordCaused): Promise<void> {
  await noteCauses(tx, organization, [cause]);
  const { connection_id } = cause;
  await closeCause(tx, organization, { connection_id, hash: hashOf({ ...cause, key: '' }) });
}

/** Says that a record is written, and where its system was after that. */
export async function endCause(
  tx: Tx,
  organization: number,
  { to, ...record }: RecordNamed & { to: Place },
): Promise<void> {
  const { connection_id } = record;
  await updateCauseEnded(tx, organization, { connection_id, hash: hashOf(record), to });
}

/** How deep what a change of each of these records sets off stands: 1 where no workflow made it. */
export async function causedDepth(
  tx: Tx,
  organization: number,
  records: readonly RecordSeen[],
): Promise<number[]> {
  if (records.length === 0) return [];
  const named = records.map((record) => ({
    connection_id: record.connection_id,
    hashes: [hashOf(record), hashOf({ ...record, key: '' })],
  }));
  const asked = named.flatMap(({ connection_id, hashes }) =>
    hashes.map((hash) => ({ connection_id, hash })),
  );
  const distinct = [...new Map(asked.map((one) => [nameOf(one), one])).values()];
  const known = new Map(
    (await selectCauses(tx, organization, distinct)).map((one) => [nameOf(one), one]),
  );
  return named.map(({ connection_id, hashes }, at) => {
    const [own, unnamed] = hashes.map((hash) => known.get(nameOf({ connection_id, hash })));
    const cause = own ?? unnamed;
    return cause ? depthBy(cause, records[at] as RecordSeen) : 1;
  });
}

/** Where it cannot be known, somebody else did it, unless the same has been written too often by then. */
function depthBy(cause: Known, { commit, hashOf: hash }: RecordSeen): number {
  const deeper = cause.depth + 1;
  if (cause.since !== null && commit !== undefined) {
    const isOver = cause.pending === 0 && cause.to !== null && commit >= cause.to;
    return commit >= cause.since && !isOver ? deeper : 1;
  }
  if (!cause.fields || !hash) return deeper;
  const isAlike = cause.fields.length > 0 && hash(cause.fields)?.equals(cause.value_hash as Buffer);
  if (isAlike && cause.is_fresh) return deeper;
  return cause.rounds >= roundsMax ? depthMax + 1 : 1;
}

function nameOf({ connection_id, hash }: Pick<Cause, 'connection_id' | 'hash'>): string {
  return `${connection_id} ${hash.toString('hex')}`;
}

/** The same however an object is written: with its schema or without, in whatever case. */
function hashOf({ object, key }: RecordNamed): Buffer {
  const bare = object.slice(object.lastIndexOf('.') + 1).toLowerCase();
  return createHash('sha256').update(`${bare}\0${key}`).digest();
}

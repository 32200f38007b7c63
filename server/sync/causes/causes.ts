import { createHash } from 'node:crypto';
import type { Tx } from '../../runtime/database/database.ts';
import { type Cause, closeCause, selectCauses, upsertCauses } from './store.ts';

/** How many workflows may set each other off: a run that stands deeper fails. */
export const depthMax = 8;

export const tooDeep = `Workflows and syncs have set each other off ${depthMax} times, which is where it ends: let what the trigger sets off write something else than what the trigger looks at, or give the trigger a filter that leaves it out.`;

/** Longer than what changes takes to be seen; what changes later was somebody else's doing. */
const seconds = 300;
/** Where a change is seen within seconds. */
const promptSeconds = 60;
/** As long as nobody knows which record it is. */
const unnamedSeconds = 30;

/**
 * `key`: the text of its value, and of several fields what `keyText` makes of them; '' for one that is
 * about to be made, whose key only its system knows: whatever is seen there until it is named may be it.
 */
export type RecordNamed = { connection_id: string; object: string; key: string };

/** `isPrompt`: its system tells what changes, or is this server, and is not asked now and then. */
export type RecordCaused = RecordNamed & { depth: number; isPrompt?: boolean };

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
  for (const { depth, isPrompt = false, ...record } of causes) {
    const namedSeconds = isPrompt ? promptSeconds : seconds;
    const patience = record.key === '' ? unnamedSeconds : namedSeconds;
    const named = { connection_id: record.connection_id, hash: hashOf(record) };
    const cause = { ...named, depth, seconds: patience, isOpen: record.key === '' };
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

/** How deep what a change of each of these records sets off stands: 1 where no workflow made it. */
export async function causedDepth(
  tx: Tx,
  organization: number,
  records: readonly RecordNamed[],
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
    (await selectCauses(tx, organization, distinct)).map((one) => [nameOf(one), one.depth]),
  );
  return named.map(({ connection_id, hashes }) => {
    const [own, unnamed] = hashes.map((hash) => known.get(nameOf({ connection_id, hash })));
    return (own ?? unnamed ?? 0) + 1;
  });
}

function nameOf({ connection_id, hash }: Pick<Cause, 'connection_id' | 'hash'>): string {
  return `${connection_id} ${hash.toString('hex')}`;
}

/** The same however an object is written: with its schema or without, in whatever case. */
function hashOf({ object, key }: RecordNamed): Buffer {
  const bare = object.slice(object.lastIndexOf('.') + 1).toLowerCase();
  return createHash('sha256').update(`${bare}\0${key}`).digest();
}

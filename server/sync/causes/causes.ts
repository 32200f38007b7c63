import { createHash } from 'node:crypto';
import type { Tx } from '../../runtime/database/database.ts';
import { type Cause, selectCauses, upsertCauses } from './store.ts';

/** How many workflows may set each other off: a run that stands deeper fails. */
export const depthMax = 8;

/** `key`: the text of its value, and of several fields what `keyText` makes of them. */
export type RecordNamed = { connection_id: string; object: string; key: string };

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
  causes: readonly (RecordNamed & { depth: number })[],
): Promise<void> {
  const deepest = new Map<string, Cause>();
  for (const { depth, ...record } of causes) {
    const cause = { connection_id: record.connection_id, hash: hashOf(record), depth };
    const before = deepest.get(nameOf(cause));
    if (!before || before.depth < depth) deepest.set(nameOf(cause), cause);
  }
  if (deepest.size > 0) await upsertCauses(tx, organization, [...deepest.values()]);
}

/** How deep what a change of each of these records sets off stands: 1 where no workflow made it. */
export async function causedDepth(
  tx: Tx,
  organization: number,
  records: readonly RecordNamed[],
): Promise<number[]> {
  if (records.length === 0) return [];
  const asked = records.map((record) => ({
    connection_id: record.connection_id,
    hash: hashOf(record),
  }));
  const known = new Map(
    (await selectCauses(tx, organization, asked)).map((cause) => [nameOf(cause), cause.depth]),
  );
  return asked.map((one) => (known.get(nameOf(one)) ?? 0) + 1);
}

function nameOf({ connection_id, hash }: Omit<Cause, 'depth'>): string {
  return `${connection_id} ${hash.toString('hex')}`;
}

/** The same however an object is written: with its schema or without, in whatever case. */
function hashOf({ object, key }: RecordNamed): Buffer {
  const bare = object.slice(object.lastIndexOf('.') + 1).toLowerCase();
  return createHash('sha256').update(`${bare}\0${key}`).digest();
}

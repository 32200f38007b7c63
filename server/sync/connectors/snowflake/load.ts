import type { Row } from '../../values/types.ts';
import type { Written } from '../connector.ts';
import type { Rejected } from '../field.ts';
import { halve } from '../sql/refusal.ts';
import { encoded } from './cells.ts';
import type { Link } from './link.ts';
import { type Action, loading, removing } from './statements.ts';
import type { Constants, Slot } from './target.ts';

export type Load = {
  readonly action: Action;
  /** Quoted. */
  readonly into: string;
  readonly slots: readonly Slot[];
  readonly constants: Constants;
  /** Of those that are deleted: the column that is set in place of that. */
  readonly mark?: string | undefined;
  /** A condition that a later run makes false; nothing where nobody keeps a fence. */
  readonly fence: string;
};

type Ready = { readonly index: number; readonly json: string };
type Faulty = { readonly field?: string; readonly reason: string };
type Counts = { written: number; skipped: number; rejected: Rejected[] };

/** A parameter may be as long as a text: https://docs.snowflake.com/en/sql-reference/data-types-text */
const statementBytesMax = 4 * 2 ** 20;
const recordBytesMax = 15 * 2 ** 20;
const statementRowsMax = 10_000;

/** Writes what can be written, and says what is wrong with the rest. */
export async function loadRows(link: Link, load: Load, rows: readonly Row[]): Promise<Written> {
  const counts: Counts = { written: 0, skipped: 0, rejected: [] };
  const { action, into, slots, constants, fence, mark } = load;
  const statement =
    action === 'delete'
      ? removing(into, slots, fence, mark)
      : loading(action, into, slots, constants, fence);
  const ready = readyRows(load, rows, counts);
  for (const [start, end] of portions(ready)) {
    const work = async (from: number, to: number) => {
      const part = ready.slice(from, to);
      const changed = await link.change(statement, [`[${part.map(({ json }) => json).join(',')}]`]);
      const written = Math.min(
        part.length,
        changed.reduce((sum, one) => sum + one, 0),
      );
      counts.written += written;
      counts.skipped += part.length - written;
    };
    await halve(start, end, work, async (at, { message, field }) => {
      const more = field === undefined ? {} : { field };
      counts.rejected.push({ index: ready[at]!.index, reason: message, ...more });
    });
  }
  counts.rejected.sort((a, b) => a.index - b.index);
  return counts;
}

/** The rows as they are sent; of those with one key, the last one stands. */
function readyRows({ slots, action }: Load, rows: readonly Row[], counts: Counts): Ready[] {
  const ready = new Map<string, Ready>();
  for (const [index, row] of rows.entries()) {
    const texts = textsOf(slots, row);
    if ('reason' in texts) {
      counts.rejected.push({ index, ...texts });
      continue;
    }
    const json = JSON.stringify(texts.texts);
    if (json.length > recordBytesMax / 3 && Buffer.byteLength(json) > recordBytesMax) {
      const reason = 'The record is larger than Snowflake takes in a statement (16 MB).';
      counts.rejected.push({ index, reason });
      continue;
    }
    const key = action === 'insert' ? String(index) : keyOf(slots, texts.texts);
    if (ready.delete(key)) counts.skipped += 1;
    ready.set(key, { index, json });
  }
  return [...ready.values()];
}

/** The texts that the columns are made from. */
export function textsOf(slots: readonly Slot[], row: Row): { texts: (string | null)[] } | Faulty {
  const texts: (string | null)[] = [];
  for (const [at, { field, type, native, isKey, isNullable }] of slots.entries()) {
    const cell = row[at] ?? null;
    if (cell === null) {
      const what = isKey ? 'key' : 'column';
      if (isKey || !isNullable) return { field, reason: `The ${what} must not be null.` };
      texts.push(null);
      continue;
    }
    const value = encoded(cell, type, native);
    if ('problem' in value) return { field, reason: value.problem };
    texts.push(value.text);
  }
  return { texts };
}

function keyOf(slots: readonly Slot[], texts: readonly (string | null)[]): string {
  return JSON.stringify(texts.filter((_, at) => slots[at]?.isKey));
}

/** What is sent as one statement. */
function* portions(ready: readonly Ready[]): Generator<[number, number]> {
  let start = 0;
  let bytes = 0;
  for (const [at, { json }] of ready.entries()) {
    const size = Buffer.byteLength(json);
    if (at > start && (at - start >= statementRowsMax || bytes + size > statementBytesMax)) {
      yield [start, at];
      [start, bytes] = [at, 0];
    }
    bytes += size;
  }
  if (start < ready.length) yield [start, ready.length];
}

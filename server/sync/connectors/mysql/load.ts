import type { Row } from '../../values/types.ts';
import type { Written } from '../connector.ts';
import type { Rejected } from '../field.ts';
import { halve, RecordRefusal } from '../sql/refusal.ts';
import { encode } from './encode.ts';
import type { Link } from './link.ts';
import { type Constants, type Insertion, insertion, isKeyed } from './statements.ts';
import type { Slot } from './target.ts';

export type Load = {
  readonly action: 'insert' | 'upsert';
  /** Quoted, with its database. */
  readonly into: string;
  readonly slots: readonly Slot[];
  readonly constants: Constants;
  /** Nothing is lost when a row is deleted and written anew. */
  readonly isRewritable?: boolean;
  readonly packetBytes: number;
  /** The server numbers what is inserted, and is asked which numbers these are. */
  readonly isNumbered?: boolean;
};

/** The numbers stand by the places of the rows. */
type Loaded = Written & { readonly keys: Map<number, Row> };
type Ready = { readonly index: number; readonly row: Row; readonly values: string };
type Counts = Loaded & { written: number; skipped: number; rejected: Rejected[] };

const statementBytesMax = 1 << 20;
const statementRowsMax = 2_000;
const slackBytes = 1 << 14;
/** A unique value is another record's; the second: that of a record with another key. */
const taken = ['1062', '1242'];
export const tooLarge = 'The record is larger than the server takes (max_allowed_packet).';

/** Within a transaction: writes what can be written, and says what is wrong with the rest. */
export async function loadRows(link: Link, load: Load, rows: readonly Row[]): Promise<Loaded> {
  const counts: Counts = { written: 0, skipped: 0, rejected: [], keys: new Map() };
  const slots = load.slots.filter(({ isWritten }) => isWritten);
  const statement = insertion(load.action, load.into, slots, load.constants);
  const ready = readyRows(load, statement, rows, counts);
  const columns = slots.map(({ column }) => column);
  for (const [start, end] of portions(ready, load.packetBytes)) {
    const work = async (from: number, to: number) => {
      const part = ready.slice(from, to);
      const written = await writePart(link, load, statement, part, columns);
      counts.written += written;
      counts.skipped += part.length - written;
      if (load.isNumbered) await readNumbers(link, part, counts.keys);
    };
    await halve(start, end, work, async (at, { message, field: column }) => {
      const field = slots.find((slot) => slot.column === column)?.field;
      counts.rejected.push(refusal(ready[at]!.index, message, field));
    });
  }
  counts.rejected.sort((a, b) => a.index - b.index);
  return counts;
}

/** The values of the rows; of those with one key, the last one stands. */
function readyRows(
  { slots, action, packetBytes }: Load,
  { values: constants }: Insertion,
  rows: readonly Row[],
  counts: Counts,
): Ready[] {
  const ready = new Map<string, Ready>();
  for (const [index, row] of rows.entries()) {
    const encoded = valuesOf(slots, row);
    if ('reason' in encoded) {
      counts.rejected.push(refusal(index, encoded.reason, encoded.field));
      continue;
    }
    const values = `(${encoded.values.join(',')}${constants})`;
    if (isTooLarge(values, packetBytes)) {
      counts.rejected.push(refusal(index, tooLarge, undefined));
      continue;
    }
    const key = action === 'insert' ? String(index) : keyOf(slots, row);
    if (ready.delete(key)) counts.skipped += 1;
    ready.set(key, { index, row, values });
  }
  return [...ready.values()];
}

/** Whether a statement with this text is more than the server takes. */
export function isTooLarge(text: string, packetBytes: number): boolean {
  return text.length * 3 > packetBytes && Buffer.byteLength(text) + slackBytes > packetBytes;
}

type Faulty = { readonly field: string; readonly reason: string };

/** The values of what is written of a row. A null, MySQL may take for its own default. */
export function valuesOf(slots: readonly Slot[], row: Row): { values: string[] } | Faulty {
  const values: string[] = [];
  for (const [at, slot] of slots.entries()) {
    const cell = row[at] ?? null;
    if (!slot.isWritten) continue;
    if (cell !== null) {
      const encoded = encode(cell, slot.type, slot.native);
      if ('problem' in encoded) return { field: slot.field, reason: encoded.problem };
      values.push(encoded.sql);
    } else if (slot.isKey || !slot.isNullable) {
      const what = slot.isKey ? 'key' : 'column';
      return { field: slot.field, reason: `The ${what} must not be null.` };
    } else {
      values.push('null');
    }
  }
  return { values };
}

function keyOf(slots: readonly Slot[], row: Row): string {
  return JSON.stringify(row.filter((_, at) => slots[at]?.isKey));
}

/** What is sent as one statement. */
function* portions(ready: readonly Ready[], packetBytes: number): Generator<[number, number]> {
  const bytesMax = Math.min(statementBytesMax, packetBytes / 2);
  let start = 0;
  let bytes = 0;
  for (const [at, { values }] of ready.entries()) {
    const size = values.length * 3;
    if (at > start && (at - start >= statementRowsMax || bytes + size > bytesMax)) {
      yield [start, at];
      [start, bytes] = [at, 0];
    }
    bytes += size;
  }
  if (start < ready.length) yield [start, ready.length];
}

async function writePart(
  link: Link,
  load: Load,
  statement: Insertion,
  part: readonly Ready[],
  columns: readonly string[],
): Promise<number> {
  const isFirst = load.isRewritable === true && load.action === 'upsert' && part.length > 1;
  try {
    return await send(link, statement, part, columns);
  } catch (error) {
    const isTaken = error instanceof RecordRefusal && taken.includes(error.code ?? '');
    if (!isTaken || !isFirst) throw error;
    return await rewrite(link, load, statement, part, columns);
  }
}

async function send(
  link: Link,
  { head, tail }: Insertion,
  part: readonly Ready[],
  columns: readonly string[],
): Promise<number> {
  const values = part.map((one) => one.values).join(',');
  const { affected, counts } = await link.change(`${head}${values}${tail}`, columns);
  // An updated row counts twice, one that stays as it is not at all; of a single one nothing is said.
  return part.length === 1 ? Math.min(affected, 1) : affected - (counts[1] ?? 0);
}

/**
 * The rows of one statement get their numbers in a row, the first of which is told:
 * https://dev.mysql.com/doc/refman/8.4/en/innodb-auto-increment-handling.html ("simple inserts").
 */
async function readNumbers(link: Link, part: readonly Ready[], keys: Map<number, Row>) {
  const [row] = await link.query('select last_insert_id(), @@auto_increment_increment');
  const [first, step] = [BigInt(row?.[0] ?? 0), BigInt(row?.[1] ?? 1)];
  for (const [at, { index }] of part.entries())
    keys.set(index, [String(first + step * BigInt(at))]);
}

/** Values that are unique change places: nowhere for a moment, they are in nobody's way. */
async function rewrite(
  link: Link,
  { slots }: Load,
  statement: Insertion,
  part: readonly Ready[],
  columns: readonly string[],
): Promise<number> {
  await link.run('savepoint rewriting');
  try {
    const into = statement.head.slice('insert into '.length).split(' (')[0];
    for (const { row } of part) await link.run(`delete from ${into} where ${isKeyed(slots, row)}`);
    return await send(link, { ...statement, tail: '' }, part, columns);
  } catch (error) {
    await link.run('rollback to savepoint rewriting');
    throw error;
  }
}

function refusal(index: number, reason: string, field: string | undefined): Rejected {
  return { index, reason, ...(field === undefined ? {} : { field }) };
}

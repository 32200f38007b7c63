import type { Row } from '../../values/types.ts';
import type { Altered } from '../changes.ts';
import type { Rejected, WriteRequest, Written } from '../connector.ts';
import { marksDeleted } from '../sql/columns.ts';
import { type Following, patched, slotsOf } from '../sql/follow.ts';
import { halve } from '../sql/refusal.ts';
import { changeRow } from './change.ts';
import { decoderOf, selected } from './decode.ts';
import type { Link } from './link.ts';
import { type Load, loadRows, valuesOf } from './load.ts';
import { isKeyed } from './statements.ts';
import type { Slot } from './target.ts';

const deletesMax = 500;

/** How changes come to a table whose whole records are written by `load`. */
export function followingOf(link: Link, request: WriteRequest, load: Load): Following {
  const isMarked = marksDeleted(request);
  const removing = isMarked
    ? `update ${load.into} set deleted_at = now(6) where deleted_at is null`
    : `delete from ${load.into} where true`;
  return {
    key: request.key,
    count: async () => {
      const isThere = isMarked ? ' where deleted_at is null' : '';
      const [row] = await link.query(`select count(*) from ${load.into}${isThere}`);
      return Number(row?.[0]);
    },
    empty: async () => (await link.change(removing)).affected,
    remove: (keys) => remove(link, removing, slotsOf(load.slots, request.key), keys.rows),
    alter: (altered) => alter(link, load, altered),
    write: (batch) => loadRows(link, load, batch.rows),
    complete: (altered) => complete(link, load, altered),
  };
}

async function remove(
  link: Link,
  removing: string,
  slots: readonly Slot[],
  rows: readonly Row[],
): Promise<Written> {
  const rejected: Rejected[] = [];
  const keys: { readonly index: number; readonly isSame: string }[] = [];
  for (const [index, row] of rows.entries()) {
    const encoded = valuesOf(slots, row);
    if ('reason' in encoded) rejected.push({ index, ...encoded });
    else keys.push({ index, isSame: `(${isKeyed(slots, row)})` });
  }
  let written = 0;
  const work = async (from: number, to: number) => {
    const some = keys.slice(from, to).map(({ isSame }) => isSame);
    written += (await link.change(`${removing} and (${some.join(' or ')})`)).affected;
  };
  for (let from = 0; from < keys.length; from += deletesMax) {
    const to = Math.min(from + deletesMax, keys.length);
    await halve(from, to, work, async (at, { message }) => {
      rejected.push({ index: keys[at]!.index, reason: message });
    });
  }
  rejected.sort((one, other) => one.index - other.index);
  return { written, skipped: rows.length - rejected.length - written, rejected };
}

/** One by one: what one statement gives to a column in several records has one type. */
async function alter(link: Link, load: Load, { fields, batch }: Altered): Promise<Written> {
  const { deleted_at: _, ...constants } = load.constants;
  const changing = { ...load, slots: slotsOf(load.slots, fields), constants };
  const rejected: Rejected[] = [];
  let written = 0;
  for (const [index, row] of batch.rows.entries()) {
    const changed = await changeRow(link, 'update', changing, row);
    written += changed.written;
    rejected.push(...changed.rejected.map((one) => ({ ...one, index })));
  }
  return { written, skipped: batch.count - rejected.length - written, rejected };
}

async function complete(
  link: Link,
  { into, slots }: Load,
  { fields, batch }: Altered,
): Promise<(Row | undefined)[]> {
  const decoders = slots.map(({ native }) => decoderOf(native));
  const select = `select ${slots.map(({ column, native }) => selected(column, native)).join(', ')}`;
  const whole: (Row | undefined)[] = [];
  for (const row of batch.rows) {
    const told = slotsOf(slots, fields);
    const statement = `${select} from ${into} where ${isKeyed(told, row)}`;
    let old: Row | undefined;
    for await (const [found] of link.stream(statement)) {
      old = found?.map((value, at) => value && decoders[at]!(value));
    }
    whole.push(old && patched(slots, old, fields, row));
  }
  return whole;
}

import type { Row } from '../../values/types.ts';
import type { Finished, FinishGuard, WriteRequest } from '../connector.ts';
import { slotsOf } from '../sql/follow.ts';
import { decoderOf } from './decode.ts';
import type { Link } from './link.ts';
import { valuesOf } from './load.ts';
import { quote } from './names.ts';
import { isThere } from './own.ts';
import type { Slot, Target } from './target.ts';

const rowsMax = 1_000;
const toldAtOnce = 10_000;

/** Makes the table of the keys that a complete read has met. */
export async function prepareSeen(link: Link, target: Target, isEmpty: boolean): Promise<void> {
  const { seen } = target.own;
  if (!isEmpty && (await isThere(link, seen))) return;
  const keys = keysOf(target);
  const columns = keys.map(({ column, declared }) => `${quote(column)} ${declared} not null`);
  const names = keys.map(({ column }) => quote(column)).join(', ');
  await link.run(`drop table if exists ${seen}`);
  await link.run(
    `create table ${seen} (${columns.join(', ')}, primary key (${names})) engine = InnoDB`,
  );
}

/** Those that are set aside are still at the source, so that they are not deleted here. */
export async function noteSeen(link: Link, target: Target, rows: readonly Row[]): Promise<void> {
  const { slots, own } = target;
  const keys = keysOf(target);
  const places = keys.map((key) => slots.indexOf(key));
  const noted = rows.flatMap((row) => {
    const encoded = valuesOf(
      keys,
      places.map((place) => row[place] ?? null),
    );
    return 'values' in encoded ? [`(${encoded.values.join(',')})`] : [];
  });
  const names = keys.map(({ column }) => quote(column));
  for (let from = 0; from < noted.length; from += rowsMax) {
    await link.run(
      `insert into ${own.seen} (${names.join(', ')}) values ${noted.slice(from, from + rowsMax).join(',')}
       on duplicate key update ${names[0]} = ${names[0]}`,
    );
  }
}

/** Within a transaction: deletes, or marks, what was not seen; unless it is too much. */
export async function deleteUnseen(
  link: Link,
  target: Target,
  { key, delete: deletion }: Pick<WriteRequest, 'key' | 'delete'>,
  { deletesMax, gone }: FinishGuard,
): Promise<Finished> {
  const isMarked = deletion === 'mark';
  const { table, own } = target;
  const isSame = keysOf(target).map(({ column }) => `seen.${quote(column)} = old.${quote(column)}`);
  const isUnseen = `not exists (select 1 from ${own.seen} seen where ${isSame.join(' and ')})`;
  const isKept = isMarked ? 'old.deleted_at is null' : 'true';
  const [row] = await link.query(
    `select coalesce(sum(${isUnseen}), 0), count(*) from ${table} old where ${isKept}`,
  );
  const [planned = 0, total = 0] = row?.map(Number) ?? [];
  if (planned * 100 > total * deletesMax) return { isDone: false, planned, total };
  if (gone) {
    const from = `${table} old where ${isKept} and ${isUnseen}`;
    await tell(link, slotsOf(target.slots, key), from, gone);
  }
  const { affected } = await link.change(
    isMarked
      ? `update ${table} old set old.deleted_at = now(6) where ${isKept} and ${isUnseen}`
      : `delete old from ${table} old where ${isUnseen}`,
  );
  return { isDone: true, deleted: affected };
}

/** Has the keys heard of what is about to go. */
async function tell(
  link: Link,
  keys: readonly Slot[],
  from: string,
  gone: NonNullable<FinishGuard['gone']>,
): Promise<void> {
  const names = keys.map(({ column }) => `old.${quote(column)}`).join(', ');
  const decoders = keys.map(({ native }) => decoderOf(native));
  for (let offset = 0; ; offset += toldAtOnce) {
    const rows = await link.query(
      `select ${names} from ${from} order by ${names} limit ${toldAtOnce} offset ${offset}`,
    );
    await gone(
      rows.map((row) =>
        row.map((cell, at) => (cell === null ? null : decoders[at]!(Buffer.from(cell)))),
      ),
    );
    if (rows.length < toldAtOnce) return;
  }
}

function keysOf({ slots }: Target): readonly Slot[] {
  return slots.filter(({ isKey }) => isKey);
}

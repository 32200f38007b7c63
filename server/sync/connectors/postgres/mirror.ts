import type { Row } from '../../values/types.ts';
import type { Finished, FinishGuard, WriteRequest } from '../connector.ts';
import { slotsOf } from '../sql/follow.ts';
import { quote } from '../sql/names.ts';
import { RecordRefusal } from '../sql/refusal.ts';
import type { Link } from './link.ts';
import type { Slot, Target } from './target.ts';

const toldAtOnce = 5_000;

/** Makes the table of the keys that a complete read has met. */
export async function prepareSeen(link: Link, target: Target, isEmpty: boolean): Promise<void> {
  const { seen, table } = target;
  const keys = keysOf(target).map(({ column }) => quote(column));
  const { rows } = await link.query('select pg_catalog.to_regclass($1)', [seen]);
  if (rows[0]?.[0] != null && !isEmpty) return;
  await link.run(
    `drop table if exists ${seen};
     create table ${seen} as select ${keys.join(', ')} from ${table} with no data;
     alter table ${seen} add primary key (${keys.join(', ')})`,
  );
}

/** The statement that remembers the keys of a batch. */
export function noteSeen(target: Target): string {
  const keys = keysOf(target);
  const names = keys.map(({ column }) => quote(column)).join(', ');
  const values = keys.map(({ column, native }) => `${quote(column)}::${native}`).join(', ');
  return `insert into ${target.seen} (${names}) select ${values} from pg_temp.heddle_batch
    on conflict do nothing`;
}

/** Remembers the keys of rows that were not written. */
export async function noteRefused(link: Link, target: Target, rows: readonly Row[]): Promise<void> {
  const keys = keysOf(target);
  const places = keys.map(({ field }) => target.slots.findIndex((slot) => slot.field === field));
  const names = keys.map(({ column }) => quote(column)).join(', ');
  const values = keys.map((_, at) => `$${at + 1}`).join(', ');
  for (const row of rows) {
    const key = places.map((place) => row[place] ?? null);
    if (key.includes(null)) continue;
    await link.run('savepoint seen');
    await link
      .query(`insert into ${target.seen} (${names}) values (${values}) on conflict do nothing`, key)
      .catch(async (error: unknown) => {
        if (!(error instanceof RecordRefusal)) throw error;
        await link.run('rollback to seen');
      });
    await link.run('release seen');
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
  const isSame = keysOf(target).map(({ column }) => `seen.${quote(column)} = old.${quote(column)}`);
  const isUnseen = `not exists (select from ${target.seen} seen where ${isSame.join(' and ')})`;
  const isThere = isMarked ? 'old.deleted_at is null' : 'true';
  const { rows } = await link.query(
    `select count(*) filter (where ${isUnseen})::text, count(*)::text
     from ${target.table} old where ${isThere}`,
  );
  const [planned = 0, total = 0] = rows[0]?.map(Number) ?? [];
  if (planned * 100 > total * deletesMax) return { isDone: false, planned, total };
  if (gone) {
    const keys = slotsOf(target.slots, key).map(({ column }) => `old.${quote(column)}`);
    const from = `${target.table} old where ${isThere} and ${isUnseen}`;
    await tell(link, `select ${keys.join(', ')} from ${from}`, gone);
  }
  const change = isMarked
    ? `update ${target.table} old set deleted_at = now() where ${isThere} and ${isUnseen}`
    : `delete from ${target.table} old where ${isUnseen}`;
  const { count } = await link.query(change);
  await link.run(`drop table ${target.seen}`);
  return { isDone: true, deleted: count };
}

/** Has the keys heard of what is about to go. */
async function tell(link: Link, select: string, gone: (keys: readonly Row[]) => Promise<void>) {
  await link.run(`declare heddle_gone no scroll cursor for ${select}`);
  for (;;) {
    const { rows } = await link.query(`fetch ${toldAtOnce} from heddle_gone`);
    if (rows.length === 0) break;
    await gone(rows);
  }
  await link.run('close heddle_gone');
}

function keysOf({ slots }: Target): readonly Slot[] {
  return slots.filter(({ isKey }) => isKey);
}

import { Batch } from '../batch.ts';
import type { Altered, Changes, Followed, Unemptied } from '../changes.ts';
import type { Link } from './link.ts';
import { type Load, loadBatch } from './load.ts';
import type { Target } from './target.ts';

type Place = {
  readonly target: Target;
  readonly key: readonly string[];
  /** How whole records are written. */
  readonly load: Load;
  /** Those that are gone are marked. */
  readonly isMarked: boolean;
};

/**
 * Within a transaction. What is gone goes first, so that what it had for itself alone can be another's;
 * what is unique and changes hands among the rest does so at its end.
 */
export async function follow(
  link: Link,
  place: Place,
  changes: Changes,
  deletesMax: number,
): Promise<Followed | Unemptied> {
  const emptied = changes.isEmptied ? await empty(link, place, deletesMax) : 0;
  if (typeof emptied !== 'number') return emptied;
  const done = { written: 0, skipped: 0, deleted: emptied, rejected: [] as Rejections };
  if (changes.deleted.length > 0) {
    const keys = Batch.ofRows(changes.deleted);
    const { written, rejected } = await loadBatch(link, deleting(place), keys);
    done.deleted += written;
    done.rejected.push(...rejected.map((one) => ({ ...one, of: keys })));
  }
  const loads = [
    ...changes.altered.map((one) => ({ load: altering(place, one), of: one.batch })),
    { load: place.load, of: changes.written },
  ];
  for (const { load, of } of loads) {
    if (of.count === 0) continue;
    const { written, skipped, rejected } = await loadBatch(link, load, of);
    done.written += written;
    done.skipped += skipped;
    done.rejected.push(...rejected.map((one) => ({ ...one, of })));
  }
  return done;
}

type Rejections = Followed['rejected'][number][];

async function empty(
  link: Link,
  { target: { table }, isMarked }: Place,
  deletesMax: number,
): Promise<number | Unemptied> {
  const there = isMarked ? 'where deleted_at is null' : '';
  const { rows } = await link.query(`select count(*) from ${table} ${there}`);
  const total = Number(rows[0]?.[0]);
  if (total > 0 && deletesMax < 100) return { planned: total, total };
  const { count } = await link.query(
    isMarked ? `update ${table} set deleted_at = now() ${there}` : `delete from ${table}`,
  );
  return count;
}

function deleting({ key, load, isMarked }: Place): Load {
  const only = { into: load.into, slots: slotsOf(load, key) };
  if (!isMarked) return { ...only, action: 'delete', constants: {} };
  return { ...only, action: 'update', constants: { deleted_at: 'now()' } };
}

function altering({ load }: Place, { fields }: Altered): Load {
  const { deleted_at: _, ...constants } = load.constants;
  return { action: 'update', into: load.into, slots: slotsOf(load, fields), constants };
}

function slotsOf({ slots }: Load, fields: readonly string[]) {
  return fields.flatMap((name) => slots.filter(({ field }) => field === name));
}

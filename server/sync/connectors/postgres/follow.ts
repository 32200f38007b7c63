import type { Row } from '../../values/types.ts';
import type { Altered } from '../changes.ts';
import type { WriteRequest } from '../connector.ts';
import { marksDeleted } from '../sql/columns.ts';
import { type Following, patched, slotsOf } from '../sql/follow.ts';
import { quote } from '../sql/names.ts';
import { loadFew } from './few.ts';
import type { Link } from './link.ts';
import type { Load } from './statements.ts';

/** How changes come to a table whose whole records are written by `load`. */
export function followingOf(link: Link, request: WriteRequest, load: Load): Following {
  const isMarked = marksDeleted(request);
  const isThere = isMarked ? ' where deleted_at is null' : '';
  const removing = removingBy(load, request.key, isMarked);
  return {
    key: request.key,
    count: async () => {
      const { rows } = await link.query(`select count(*) from ${load.into}${isThere}`);
      return Number(rows[0]?.[0]);
    },
    empty: async () => {
      const change = isMarked
        ? `update ${load.into} set deleted_at = now()`
        : `delete from ${load.into}`;
      return (await link.query(`${change}${isThere}`)).count;
    },
    remove: (keys) => loadFew(link, removing, keys),
    alter: ({ fields, batch }) => loadFew(link, alteringBy(load, fields), batch),
    write: (batch) => loadFew(link, load, batch),
    complete: (altered) => complete(link, load, altered),
  };
}

function removingBy(load: Load, key: readonly string[], isMarked: boolean): Load {
  const only = { into: load.into, slots: slotsOf(load.slots, key) };
  if (!isMarked) return { ...only, action: 'delete', constants: {} };
  return {
    ...only,
    action: 'update',
    constants: { deleted_at: 'now()' },
    isThere: 'old.deleted_at is null',
  };
}

function alteringBy(load: Load, fields: readonly string[]): Load {
  const { deleted_at: _, ...constants } = load.constants;
  return { action: 'update', into: load.into, slots: slotsOf(load.slots, fields), constants };
}

async function complete(
  link: Link,
  { into, slots }: Load,
  { fields, batch }: Altered,
): Promise<(Row | undefined)[]> {
  const keys = slots.filter(({ isKey }) => isKey);
  const isSame = keys.map(({ column, native }, at) => `${quote(column)} = $${at + 1}::${native}`);
  const select = `select ${slots.map(({ column }) => quote(column)).join(', ')}
    from ${into} where ${isSame.join(' and ')}`;
  const whole: (Row | undefined)[] = [];
  for (const row of batch.rows) {
    const values = keys.map(({ field }) => row[fields.indexOf(field)]);
    const [old] = (await link.query(select, values)).rows;
    whole.push(old && patched(slots, old, fields, row));
  }
  return whole;
}

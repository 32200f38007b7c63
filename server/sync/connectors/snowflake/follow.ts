import type { WriteRequest } from '../connector.ts';
import { type Following, slotsOf } from '../sql/follow.ts';
import { quote } from '../sql/names.ts';
import type { Link } from './link.ts';
import { type Load, loadRows } from './load.ts';
import type { Target } from './target.ts';

/** How changes come to a table whose whole records are written by `load`. */
export function followingOf(
  link: Link,
  { key }: WriteRequest,
  { mark }: Target,
  load: Load,
): Following {
  const { into, slots, fence } = load;
  const isThere = mark === undefined ? '' : `${quote(mark)} is null`;
  const { [mark ?? '']: _, ...constants } = load.constants;
  return {
    key,
    count: async () => {
      const where = isThere && ` where ${isThere}`;
      const [row] = await link.query(`select count(*) from ${into}${where}`);
      return Number(row?.[0]);
    },
    empty: async () => {
      const change = isThere
        ? `update ${into} set ${quote(mark ?? '')} = current_timestamp()`
        : `delete from ${into}`;
      const [count = 0] = await link.change(`${change}${fence}${isThere && ` and ${isThere}`}`);
      return count;
    },
    remove: ({ rows }) =>
      loadRows(
        link,
        { action: 'delete', into, slots: slotsOf(slots, key), constants: {}, mark, fence },
        rows,
      ),
    alter: ({ fields, batch }) =>
      loadRows(
        link,
        { action: 'update', into, slots: slotsOf(slots, fields), constants, fence },
        batch.rows,
      ),
    write: ({ rows }) => loadRows(link, load, rows),
  };
}

import type { Row } from '../../values/types.ts';
import type { Altered } from '../changes.ts';
import type { WriteRequest, Written } from '../connector.ts';
import { marksDeleted } from '../sql/columns.ts';
import { type Following, patched, slotsOf } from '../sql/follow.ts';
import { quote } from '../sql/names.ts';
import type { Writing } from './asked.ts';
import { bind, cellOf } from './cells.ts';
import type { Link } from './link.ts';
import { constantsOf, statementOf } from './statements.ts';
import type { Slot, Target } from './target.ts';

type Ways = Omit<Writing, 'rows' | 'refused'>;

/** How changes come to a table whose whole records are written by `writing`. */
export function followingOf(
  link: Link,
  request: WriteRequest,
  { table, slots }: Target,
  writing: Ways,
): Following {
  const isMarked = marksDeleted(request);
  const isThere = isMarked ? 'deleted_at is null' : 'true';
  const marking = { deleted_at: 'current_timestamp' };
  const { deleted_at: _, ...constants } = constantsOf(request);
  const keys = slotsOf(slots, request.key);
  const removing = isMarked
    ? `${statementOf('update', table, keys, marking)} and ${isThere}`
    : statementOf('delete', table, keys);
  const write = (ways: Ways, rows: readonly Row[]): Promise<Written> =>
    link.ask('write', { ...ways, rows, refused: [] });
  return {
    key: request.key,
    count: async () => {
      const [row] = await link.all(`select count(*) from ${table} where ${isThere}`);
      return Number(row?.[0]);
    },
    empty: () =>
      link.change(
        isMarked
          ? `update ${table} set deleted_at = ${marking.deleted_at} where ${isThere}`
          : `delete from ${table}`,
      ),
    remove: ({ rows }) => write(waysOf(removing, keys), rows),
    alter: ({ fields, batch }) => {
      const told = slotsOf(slots, fields);
      return write(waysOf(statementOf('update', table, told, constants), told), batch.rows);
    },
    write: ({ rows }) => write(writing, rows),
    complete: (altered) => complete(link, table, slots, altered),
  };
}

function waysOf(sql: string, slots: readonly Slot[]): Ways {
  return {
    sql,
    columns: slots.map((slot) => (slot.isWritten ? slot : undefined)),
    key: slots.flatMap(({ isKey }, place) => (isKey ? [place] : [])),
  };
}

async function complete(
  link: Link,
  table: string,
  slots: readonly Slot[],
  { fields, batch }: Altered,
): Promise<(Row | undefined)[]> {
  const keys = slots.filter(({ isKey }) => isKey);
  const isSame = keys.map(({ name }, at) => `${quote(name)} = ?${at + 1}`).join(' and ');
  const select = `select ${slots.map(({ name }) => quote(name)).join(', ')} from ${table} where ${isSame}`;
  const whole: (Row | undefined)[] = [];
  for (const row of batch.rows) {
    const values = keys.flatMap((key) => {
      const one = bind(row[fields.indexOf(key.field)] ?? null, key);
      return 'value' in one ? [one.value] : [];
    });
    const [found] = await link.all(select, values);
    const cells = found?.map((value, at) => cellOf(value, slots[at]!.type));
    const old = cells?.map((cell) => ('text' in cell ? cell.text : null));
    whole.push(old && patched(slots, old, fields, row));
  }
  return whole;
}

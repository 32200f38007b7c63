import { quote } from '../sql/names.ts';
import { written } from './cells.ts';
import { type Constants, notDeleted, type Slot } from './target.ts';

export type Action = 'insert' | 'upsert' | 'update' | 'delete';

/** A statement for many rows, which are its one parameter: lists of texts in a list, as JSON. */
export function loading(
  action: 'insert' | 'upsert' | 'update',
  into: string,
  slots: readonly Slot[],
  constants: Constants,
  fence: string,
): string {
  const values = slots.map(valueIn);
  const extra = Object.keys(constants).map(quote);
  const columns = [...slots.map(({ column }) => quote(column)), ...extra].join(', ');
  const rows = rowsOf(fence);
  if (action === 'insert') {
    const all = [...values, ...Object.values(constants)].join(', ');
    return `insert into ${into} (${columns}) select ${all} ${rows}`;
  }
  const named = values.map((value, at) => `${value} as C${at}`);
  const source = [
    ...named,
    ...Object.values(constants).map((value, at) => `${value} as X${at}`),
  ].join(', ');
  const cells = [...slots.map((_, at) => `s.C${at}`), ...extra.map((_, at) => `s.X${at}`)];
  const merge = `merge into ${into} as t using (select ${source} ${rows}) as s on ${isSame(slots)}${update(
    slots,
    constants,
  )}`;
  if (action === 'update') return merge;
  return `${merge} when not matched then insert (${columns}) values (${cells.join(', ')})`;
}

/** The same for the records of many keys, which go, or are marked in this column. */
export function removing(
  into: string,
  slots: readonly Slot[],
  fence: string,
  mark: string | undefined,
): string {
  const keys = slots.map(({ column }) => quote(column)).join(', ');
  const values = slots.map(valueIn).join(', ');
  const isGone = `(${keys}) in (select ${values} ${rowsOf(fence)})`;
  if (mark === undefined) return `delete from ${into} where ${isGone}`;
  return `update ${into} set ${quote(mark)} = current_timestamp()
    where ${quote(mark)} is null and ${isGone}`;
}

function valueIn({ native }: Slot, at: number): string {
  return written(`as_varchar(get(VALUE, ${at}))`, native);
}

function rowsOf(fence: string): string {
  return `from table(flatten(input => parse_json(?)))${fence}`;
}

function isSame(slots: readonly Slot[]): string {
  return slots
    .flatMap(({ column, isKey }, at) => (isKey ? [`t.${quote(column)} = s.C${at}`] : []))
    .join(' and ');
}

/** Rows that are there as they come are left alone. */
function update(slots: readonly Slot[], constants: Constants): string {
  const others = slots.flatMap((slot, at) => (slot.isKey ? [] : [{ ...slot, cell: `s.C${at}` }]));
  const extra = Object.entries(constants);
  const differs = [
    ...others.map(({ column, native, cell }) => {
      return `${shownOf(`t.${quote(column)}`, native)} is distinct from ${shownOf(cell, native)}`;
    }),
    ...extra.flatMap(([column, value]) =>
      value === notDeleted ? [`t.${quote(column)} is not null`] : [],
    ),
  ];
  if (differs.length === 0) return '';
  const sets = [
    ...others.map(({ column, cell }) => `${quote(column)} = ${cell}`),
    ...extra.map(([column], at) => `${quote(column)} = s.X${at}`),
  ];
  return ` when matched and (${differs.join(' or ')}) then update set ${sets.join(', ')}`;
}

function shownOf(expression: string, { word }: Slot['native']): string {
  if (/^(VARIANT|OBJECT|ARRAY)$/.test(word)) return `to_json(${expression})`;
  return /^GEO/.test(word) ? `to_varchar(${expression})` : expression;
}

/** A statement for one row, whose texts are its parameters: those of its values, then of its key. */
export function changing(
  action: 'update' | 'delete',
  table: string,
  slots: readonly Slot[],
): string {
  const pair = ({ column, native }: Slot) => `${quote(column)} = ${written('?', native)}`;
  const keys = slots.filter(({ isKey }) => isKey).map(pair);
  const where = `where ${keys.join(' and ')}`;
  if (action === 'delete') return `delete from ${table} ${where}`;
  return `update ${table} set ${slots.map(pair).join(', ')} ${where}`;
}

import { quote } from '../sql/names.ts';
import { written } from './cells.ts';
import type { Constants, Slot } from './target.ts';

export type Action = 'insert' | 'upsert';

/** A statement for many rows, which are its one parameter: lists of texts in a list, as JSON. */
export function loading(
  action: Action,
  into: string,
  slots: readonly Slot[],
  constants: Constants,
  fence: string,
): string {
  const values = slots.map(({ native }, at) => written(`as_varchar(get(VALUE, ${at}))`, native));
  const extra = Object.keys(constants).map(quote);
  const columns = [...slots.map(({ column }) => quote(column)), ...extra].join(', ');
  const rows = `from table(flatten(input => parse_json(?)))${fence}`;
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
  return `merge into ${into} as t using (select ${source} ${rows}) as s on ${isSame(slots)}${update(
    slots,
    extra,
  )} when not matched then insert (${columns}) values (${cells.join(', ')})`;
}

function isSame(slots: readonly Slot[]): string {
  return slots
    .flatMap(({ column, isKey }, at) => (isKey ? [`t.${quote(column)} = s.C${at}`] : []))
    .join(' and ');
}

/** Rows that are there as they come are left alone. */
function update(slots: readonly Slot[], extra: readonly string[]): string {
  const others = slots.flatMap((slot, at) => (slot.isKey ? [] : [{ ...slot, cell: `s.C${at}` }]));
  if (others.length === 0) return '';
  const differs = others.map(({ column, native, cell }) => {
    return `${shownOf(`t.${quote(column)}`, native)} is distinct from ${shownOf(cell, native)}`;
  });
  const sets = [
    ...others.map(({ column, cell }) => `${quote(column)} = ${cell}`),
    ...extra.map((column, at) => `${column} = s.X${at}`),
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

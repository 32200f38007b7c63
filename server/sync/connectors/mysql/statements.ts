import { quote } from './names.ts';
import type { Native } from './native.ts';
import { isEqual, isWords } from './order.ts';
import type { Slot } from './target.ts';

/** Further columns that are written, each with the expression of its value. */
export type Constants = Readonly<Record<string, string>>;

/** What stands before and behind the rows, which are lists of values in parentheses. */
export type Insertion = { readonly head: string; readonly tail: string; readonly values: string };

export function insertion(
  action: 'insert' | 'upsert',
  into: string,
  slots: readonly Slot[],
  constants: Constants,
): Insertion {
  const columns = [...slots.map(({ column }) => column), ...Object.keys(constants)];
  return {
    head: `insert into ${into} (${columns.map(quote).join(', ')}) values `,
    values: Object.values(constants)
      .map((value) => `,${value}`)
      .join(''),
    tail: action === 'insert' ? '' : ` on duplicate key update ${updates(slots, constants)}`,
  };
}

/**
 * Any unique index leads to a row that is updated then: one that has another key, or whose key only
 * the collation calls the same, ends the statement instead. What is compared with the old row comes
 * first, since each column is assigned in its turn.
 */
function updates(slots: readonly Slot[], constants: Constants): string {
  const keys = slots.filter(({ isKey }) => isKey);
  const others = slots.filter(({ isKey }) => !isKey);
  const first = quote(keys[0]?.column ?? '');
  const isSame = keys.map(isUnchanged).join(' and ');
  const guard = `${first} = if(${isSame}, ${first}, (select 1 union all select 2))`;
  const isBack = 'deleted_at' in constants ? ' or deleted_at is not null' : '';
  const differs = `not (${others.map(isUnchanged).join(' and ') || 'true'})${isBack}`;
  const extra = Object.keys(constants).map((name) => {
    const column = quote(name);
    return name === 'deleted_at'
      ? `${column} = null`
      : `${column} = if(${differs}, values(${column}), ${column})`;
  });
  const pairs = others.map(({ column }) => `${quote(column)} = values(${quote(column)})`);
  return [guard, ...extra, ...pairs].join(', ');
}

function isUnchanged({ column, native }: { column: string; native: Native }): string {
  const name = quote(column);
  return isWords(native)
    ? `cast(${name} as binary) <=> cast(values(${name}) as binary)`
    : `${name} <=> values(${name})`;
}

/** That a row has a key. */
export function isKeyed(slots: readonly Slot[], row: readonly (string | null)[]): string {
  return slots
    .flatMap((slot, at) =>
      slot.isKey ? [isEqual({ ...slot, name: slot.column }, row[at] ?? null)] : [],
    )
    .join(' and ');
}

import type { WriteRequest } from '../connector.ts';
import { marksDeleted } from '../sql/columns.ts';
import { quote } from '../sql/names.ts';
import type { Slot } from './target.ts';

export type Action = 'insert' | 'upsert' | 'update' | 'delete';
/** Further columns that are written, each with the expression of its value. */
export type Constants = Readonly<Record<string, string>>;

/** The statement for a row, whose written cells are its parameters in their order. */
export function statementOf(
  action: Action,
  into: string,
  slots: readonly Slot[],
  constants: Constants = {},
): string {
  const written = slots
    .filter(({ isWritten }) => isWritten)
    .map((slot, at) => ({ ...slot, value: `?${at + 1}` }));
  const keys = written.filter(({ isKey }) => isKey);
  const others = written.filter(({ isKey }) => !isKey);
  const extra = Object.keys(constants).map(quote);
  const isSame = keys.map(({ name, value }) => `${quote(name)} = ${value}`).join(' and ');
  if (action === 'delete') return `delete from ${into} where ${isSame}`;
  if (action === 'update') {
    const pairs = [
      ...written.map(({ name, value }) => `${quote(name)} = ${value}`),
      ...Object.entries(constants).map(([name, value]) => `${quote(name)} = ${value}`),
    ];
    return `update ${into} set ${pairs.join(', ')} where ${isSame}`;
  }
  const columns = [...written.map(({ name }) => quote(name)), ...extra].join(', ');
  const values = [...written.map(({ value }) => value), ...Object.values(constants)].join(', ');
  const insert = `insert into ${into} as old (${columns}) values (${values})`;
  if (action === 'insert') return insert;
  const conflict = `on conflict (${keys.map(({ name }) => quote(name)).join(', ')})`;
  if (others.length === 0 && !('deleted_at' in constants))
    return `${insert} ${conflict} do nothing`;
  const sets = [...others.map(({ name }) => quote(name)), ...extra];
  const pairs = sets.map((column) => `${column} = excluded.${column}`).join(', ');
  const differs = [
    ...others.map(({ name }) => {
      return `old.${quote(name)} is not excluded.${quote(name)} collate binary`;
    }),
    ...('deleted_at' in constants ? ['old.deleted_at is not null'] : []),
  ];
  return `${insert} ${conflict} do update set ${pairs} where ${differs.join(' or ')}`;
}

export function constantsOf(request: WriteRequest): Constants {
  return {
    ...(request.metadata
      ? {
          _heddle_synced_at: "strftime('%Y-%m-%d %H:%M:%fZ')",
          _heddle_run_id: `'${request.state.runId.replaceAll("'", "''")}'`,
        }
      : {}),
    ...(marksDeleted(request) ? { deleted_at: 'null' } : {}),
  };
}

import { quote } from '../sql/names.ts';
import type { Slot } from './target.ts';

export type Action = 'insert' | 'upsert' | 'update' | 'delete';

/** What becomes of the rows of a batch. */
export type Load = {
  readonly action: Action;
  /** Quoted, with its schema. */
  readonly into: string;
  readonly slots: readonly Slot[];
  /** Further columns that are written, each with the expression of its value. */
  readonly constants: Readonly<Record<string, string>>;
  /** A condition on the rows that are changed. */
  readonly isThere?: string;
  /** Nothing is lost when a row is deleted and written anew. */
  readonly isRewritable?: boolean;
  /** Columns whose values are asked for, of what is inserted. */
  readonly returning?: readonly string[];
  /** A statement for the rows that are good, which stand in `heddle_batch`. */
  readonly also?: string;
};

/** Where the rows of a batch wait. */
export const batchTable = 'pg_temp.heddle_batch';

/** What becomes of the rows that wait in `heddle_batch`. */
export function statementOf(load: Load): string {
  const { action, into, constants } = load;
  const slots = written(load);
  if (action === 'insert' || action === 'upsert') {
    const values = [...slots.map((slot) => `batch.${inputOf(slot)}`), ...Object.values(constants)];
    const insert = insertOf(load, `select ${values.join(', ')} from ${batchTable} batch`);
    if (!load.returning) return insert;
    return `${insert} order by batch.ctid returning ${load.returning.map(quote).join(', ')}`;
  }
  const isSame = isSameAs(load, (slot) => `batch.${inputOf(slot)}`);
  if (action === 'delete') {
    return `delete from ${into} old using ${batchTable} batch where ${isSame}`;
  }
  const sets = setsOf(load, (slot) => `batch.${inputOf(slot)}`);
  return `update ${into} old set ${sets} from ${batchTable} batch where ${isSame}`;
}

/** Inserts rows, whose values are those of the slots and the constants; or upserts them. */
export function insertOf(load: Load, rows: string): string {
  const { into, constants, action } = load;
  const extra = Object.keys(constants).map(quote);
  const names = [...written(load).map(({ column }) => quote(column)), ...extra];
  const insert = `insert into ${into} as old (${names.join(', ')}) overriding system value ${rows}`;
  if (action === 'insert') return insert;
  const keys = keysOf(load);
  const changed = changedBy(load);
  if (changed.length === 0 && !('deleted_at' in constants)) {
    return `${insert} on conflict (${keys}) do nothing`;
  }
  const pairs = [...changed.map(({ column }) => quote(column)), ...extra].map(
    (column) => `${column} = excluded.${column}`,
  );
  return `${insert} on conflict (${keys}) do update set ${pairs.join(', ')} where ${differs(changed, constants)}`;
}

/** What is assigned to a row that is there. */
export function setsOf(load: Load, cellOf: (slot: Slot) => string): string {
  const sets = [
    ...changedBy(load).map((slot) => `${quote(slot.column)} = ${cellOf(slot)}`),
    ...Object.entries(load.constants).map(([name, value]) => `${quote(name)} = ${value}`),
  ];
  const [key = ''] = load.slots.filter(({ isKey }) => isKey).map(({ column }) => quote(column));
  return sets.join(', ') || `${key} = old.${key}`;
}

/** Which rows are changed or deleted. */
export function isSameAs(load: Load, cellOf: (slot: Slot) => string): string {
  return [
    ...written(load).flatMap((slot) =>
      slot.isKey ? [`old.${quote(slot.column)} = ${cellOf(slot)}`] : [],
    ),
    ...(load.isThere === undefined ? [] : [load.isThere]),
  ].join(' and ');
}

function changedBy(load: Load): Slot[] {
  return written(load).filter(({ isKey, isIdentity }) => !isKey && !isIdentity);
}

/** By the bytes: what is equal to the type may still look different, and some types know no equality. */
function differs(changed: readonly Slot[], constants: Load['constants']): string {
  const of = (table: string) => changed.map(({ column }) => `${table}.${quote(column)}`).join(', ');
  const isOther = `row(${of('old')})::record operator(pg_catalog.*<>) row(${of('excluded')})::record`;
  return [
    ...(changed.length > 0 ? [isOther] : []),
    ...('deleted_at' in constants ? ['old.deleted_at is not null'] : []),
  ].join(' or ');
}

function inputOf({ column, native, wider }: Slot): string {
  return wider === undefined ? quote(column) : `${quote(column)}::${native}`;
}

export function written({ slots }: Load): readonly Slot[] {
  return slots.filter(({ isWritten }) => isWritten);
}

export function keysOf(load: Load): string {
  return written(load)
    .filter(({ isKey }) => isKey)
    .map(({ column }) => quote(column))
    .join(', ');
}

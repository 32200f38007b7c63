import type { Cell, FieldType, Row } from '../../values/types.ts';
import type { Unread } from '../batch.ts';
import type { Rejected } from '../field.ts';
import type { Column, SqlValue } from './cells.ts';

/** What the process that has the database is asked, and what it answers. */
export type Questions = {
  open: { asked: { path: string; isReadOnly: boolean }; answered: undefined };
  exec: { asked: { sql: string }; answered: undefined };
  all: { asked: { sql: string; values?: readonly SqlValue[] }; answered: SqlValue[][] };
  /** The rows as marked orders, in JSON. */
  orders: { asked: { sql: string; values: readonly SqlValue[] }; answered: string[] };
  change: { asked: { sql: string; values?: readonly SqlValue[] }; answered: number };
  columns: { asked: { sql: string }; answered: { name: string; type: string }[] };
  begin: { asked: Reading; answered: undefined };
  next: { asked: { rows: number; bytes: number; seconds: number }; answered: Read };
  write: { asked: Writing; answered: Wrote };
  close: { asked: undefined; answered: undefined };
};

/** Rows of the fields, behind them what they are ordered by. */
export type Reading = {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  readonly fields: readonly { name: string; type: FieldType }[];
  /** Marked orders of the rows to leave out, as JSON. */
  readonly except: readonly string[];
  /** How many orders of the last value are remembered. */
  readonly tailMax: number;
};

export type Read = {
  readonly rows: Row[];
  readonly unread: Unread[];
  /** Of the first and the last row, whether or not they could be read; empty when there was none. */
  readonly first: readonly Cell[];
  readonly last: readonly Cell[];
  /** All so far that begin as the last one does, as JSON; empty when they are too many. */
  readonly tail: readonly string[];
  readonly isEnd: boolean;
};

export type Writing = {
  readonly sql: string;
  readonly rows: readonly Row[];
  /** Of which only the key is noted. */
  readonly refused: readonly Row[];
  /** One for each cell; undefined for what is not written. */
  readonly columns: readonly (
    | (Column & { readonly field: string; readonly name: string })
    | undefined
  )[];
  /** Places of the key in a row, where it must be there and counts once. */
  readonly key: readonly number[];
  /** What the statement returns of every row. */
  readonly returning?: readonly { readonly type: FieldType }[];
  /** A statement that gets the key of every row. */
  readonly note?: string;
  /** Where nothing is lost by it: how a row is deleted and written anew. */
  readonly anew?: Anew | undefined;
};

export type Anew = {
  /** Takes as many of the values as there are up to the last one of the key. */
  readonly erase: string;
  readonly erased: number;
  readonly insert: string;
};

export type Wrote = {
  written: number;
  skipped: number;
  rejected: Rejected[];
  /** What the statement has returned, by the places of the rows. */
  keys?: Map<number, Row>;
};
export type Failed = { code: number; message: string };

export type Question = {
  [Name in keyof Questions]: { id: number; name: Name; asked: Questions[Name]['asked'] };
}[keyof Questions];
export type Answer = { id: number } & ({ answered: unknown } | { failed: Failed });

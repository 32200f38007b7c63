import type { Cell, Row } from '../values/types.ts';
import type { Field } from './field.ts';

/** Records that are written one by one, each with its own result. */
export type ApplyRequest = {
  readonly object: string;
  readonly operation: 'insert' | 'upsert' | 'update' | 'delete';
  readonly key: readonly string[];
  readonly fields: readonly Field[];
  readonly rows: readonly Row[];
  /** Of these rows: whoever applies them again under it, since nobody heard, writes none twice. */
  readonly idempotencyKey?: string;
  /** How deep the workflow stands that writes: what is of this server says so in its events. */
  readonly depth?: number;
};

export type ApplyResult = {
  readonly id?: string;
  /** Of a record that only its system could name, where several fields do. */
  readonly key?: Readonly<Record<string, Cell>>;
  readonly error?: string;
  /** There is nothing to change or delete. */
  readonly isMissing?: true;
  /** What went wrong is not the record's: it may be written all the same, or later. */
  readonly isUnknown?: true;
};

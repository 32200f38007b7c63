import type { Batch } from '../batch.ts';
import type { Field } from '../connector.ts';
import type { Rejected } from '../field.ts';
import type { Manner } from './format.ts';

/** A file that is being made, at a path of this machine. */
export type Sheet = {
  /** Answers which records it does not take. */
  add(batch: Batch): Promise<Rejected[]>;
  /** The path of the whole file. */
  finish(): Promise<string>;
  close(): Promise<void>;
};

export type SheetRequest = {
  readonly fields: readonly Field[];
  /** A folder for it alone. */
  readonly folder: string;
  /** The file that it goes on from. */
  readonly before: string | undefined;
  readonly manner: Manner;
};

import type { FieldType } from '../../values/types.ts';
import type { Batch } from '../batch.ts';
import type { Field } from '../connector.ts';

/** Where in a file a reader can go on: bytes of its UTF-8, or rows; and the line there, from 1. */
export type Mark = { readonly at: number; readonly line: number };

export const beginning: Mark = { at: 0, line: 1 };

export type Piece = { readonly batch: Batch; readonly mark: Mark };

export type Wanted = {
  /** In this order; what a file does not have is null. */
  readonly fields: readonly Field[];
  readonly from: Mark;
  readonly batchBytes: number;
  readonly batchRows: number;
  readonly signal: AbortSignal;
};

/** What a connection says of its files. */
export type Manner = {
  readonly encoding: string | undefined;
  readonly delimiter: string | undefined;
  readonly hasHeader: boolean | undefined;
  /** Types of columns by their names. */
  readonly columns: ReadonlyMap<string, FieldType>;
};

/** How files of one kind are read. */
export type Format = {
  describe(path: string, manner: Manner): Promise<Field[]>;
  read(path: string, manner: Manner, wanted: Wanted): AsyncIterable<Piece>;
};

export function readable(name: string, type: FieldType, nativeType: string): Field {
  return { name, type, nativeType, isNullable: true, isWritable: true };
}

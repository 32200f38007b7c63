import type { Cell } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';
import type { Mark } from './format.ts';

/** How far a file was read by a cursor: the highest value, and how many records have that or none. */
export type Reached = { readonly last: Cell; readonly ties: number; readonly nulls: number };

/** Where a read goes on; without any member, at the beginning. */
export type Position = {
  /** Everything before this place in this file was read. */
  readonly at?: { file: string; stamp: string; mark: Mark; reached?: Reached };
  /** With a cursor: the files that were read to their end, as they were then. */
  readonly files?: Readonly<Record<string, { stamp: string; reached: Reached }>>;
  readonly isEnd?: true;
};

/** @throws ConnectorError for what was not written here */
export function readPosition(text: string | undefined): Position {
  const { value, ...position }: Position & { value?: string } =
    text === undefined ? {} : JSON.parse(text);
  if (value === undefined) return position;
  const message =
    'Each file has a place of its own: set a cursor that was answered here, or delete it.';
  throw new ConnectorError('request', message, { field: 'cursor' });
}

import type { Cell } from '../../values/types.ts';
import type { Since } from './since.ts';

/** Where a read goes on; without any member, at the beginning. */
export type Position = {
  /** All records up to this one were read: its cursor value, where there is one, and its key. */
  readonly at?: readonly Cell[];
  readonly since?: Since;
  /** Keys of the last value, where the source cannot say what it wrote since. */
  readonly seen?: readonly (readonly Cell[])[];
  /** A read of everything has come to its end. */
  readonly isEnd?: true;
};

export function readPosition(text: string | undefined): Position {
  return text === undefined ? {} : (JSON.parse(text) as Position);
}

export function writePosition(position: Position): string {
  return JSON.stringify(position);
}

import type { Cell } from '../../values/types.ts';

/** Where a read goes on; without any member, at the beginning. */
export type Position<Since> = {
  /** All records up to this one were read: its cursor value, where there is one, and its key. */
  readonly at?: readonly Cell[];
  /** What tells the records that came later, and have their place before that one. */
  readonly since?: Since;
  /** A read of everything has come to its end. */
  readonly isEnd?: true;
};

export function readPosition<Since>(text: string | undefined): Position<Since> {
  return text === undefined ? {} : (JSON.parse(text) as Position<Since>);
}

export function writePosition(position: Position<unknown>): string {
  return JSON.stringify(position);
}

import type { Cell } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';

/** Where a read goes on; without any member, at the beginning. */
export type Position<Since> = {
  /** All records up to this one were read: its cursor value, where there is one, and its key. */
  readonly at?: readonly Cell[];
  /** What tells the records that came later, and have their place before that one. */
  readonly since?: Since;
  /** Somebody said from which cursor value on; that one included. */
  readonly value?: string;
  /** A read of everything has come to its end. */
  readonly isEnd?: true;
};

/** @throws ConnectorError for what was not written here */
export function readPosition<Since>(text: string | undefined): Position<Since> {
  if (text === undefined) return {};
  try {
    const { at, since, ...rest }: Position<Since> = JSON.parse(text);
    const isPlace = at === undefined || (Array.isArray(at) && at.every(isCell));
    const isKnown = since === undefined || (typeof since === 'object' && since !== null);
    const isValue = rest.value === undefined || typeof rest.value === 'string';
    if (isPlace && isKnown && isValue)
      return { ...(at && { at }), ...(since && { since }), ...rest };
  } catch {}
  const message = 'The cursor of the sync is not one of this source; delete it to read anew.';
  throw new ConnectorError('request', message, { field: 'cursor' });
}

function isCell(cell: unknown): boolean {
  return cell === null || typeof cell === 'string';
}

export function writePosition(position: Position<unknown>): string {
  return JSON.stringify(position);
}

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

/** What was seen stands by itself: see `Batch.position`. */
type Written = Omit<Position<unknown>, 'since'> & {
  readonly asOf?: Readonly<Record<string, unknown>>;
  readonly seen?: { readonly seen?: readonly string[]; readonly nulls?: readonly string[] };
};

/** @throws ConnectorError for what was not written here */
export function readPosition<Since>(text: string | undefined): Position<Since> {
  if (text === undefined) return {};
  try {
    const { at, asOf, seen, ...rest }: Written = JSON.parse(text);
    const isPlace = at === undefined || (Array.isArray(at) && at.every(isCell));
    const isKnown = asOf === undefined || (typeof asOf === 'object' && asOf !== null);
    const isValue = rest.value === undefined || typeof rest.value === 'string';
    if (isPlace && isKnown && isValue) {
      const since = asOf && ({ seen: [], ...asOf, ...seen } as Since);
      return { ...(at && { at }), ...(since && { since }), ...rest };
    }
  } catch {}
  const message = 'The cursor of the sync is not one of this source; delete it to read anew.';
  throw new ConnectorError('request', message, { field: 'cursor' });
}

function isCell(cell: unknown): boolean {
  return cell === null || typeof cell === 'string';
}

type Seen = NonNullable<Written['seen']>;

export function writePosition({ since, ...position }: Position<object>): string {
  if (since === undefined) return JSON.stringify(position);
  const { seen = [], nulls = [], ...asOf } = since as Seen;
  const marks = { ...(seen.length > 0 ? { seen } : {}), ...(nulls.length > 0 ? { nulls } : {}) };
  return JSON.stringify({
    ...position,
    asOf,
    ...('seen' in marks || 'nulls' in marks ? { seen: marks } : {}),
  });
}

import { ConnectorError } from '../failure.ts';

/** Where a reading can go on. Times are in ISO 8601, with milliseconds. */
export type Position = {
  /** A list goes on after this page, a search after this record. */
  readonly after?: string;
  readonly id?: string;
  /** What was changed from then on is new. */
  readonly since?: string;
  /** Everything that was changed before was read. */
  readonly at?: string;
  /** The records of the time before, by their marks: they may come again. */
  readonly seen?: readonly string[];
  /** Somebody said from which time on. */
  readonly value?: string;
  readonly isEnd?: true;
};

/** @throws ConnectorError */
export function readPosition(text: string | undefined): Position {
  if (text === undefined) return {};
  try {
    const read: unknown = JSON.parse(text);
    if (read !== null && typeof read === 'object' && !Array.isArray(read)) return read;
  } catch {}
  throw refused();
}

/** @throws ConnectorError */
export function millisecondsOf(iso: string): number {
  const at = Date.parse(iso);
  if (!Number.isNaN(at)) return at;
  throw refused();
}

export function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function refused(): ConnectorError {
  const message = 'The cursor of the sync is not one of HubSpot; delete it to read anew.';
  return new ConnectorError('request', message, { field: 'cursor' });
}

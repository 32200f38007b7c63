import { ConnectorError } from '../failure.ts';

/** Where a reading can go on. */
export type Position = {
  /** What the page after the last one is asked for with. */
  readonly next?: string;
  /** The value after which records are new; and the last one that has come since. */
  readonly since?: string;
  readonly last?: string;
  /** Somebody said from which value of the cursor field on. */
  readonly value?: string;
  readonly isEnd?: true;
};

export function readPosition(text: string | undefined): Position {
  if (text === undefined) return {};
  try {
    const read: unknown = JSON.parse(text);
    if (read !== null && typeof read === 'object') return read;
  } catch {}
  throw new ConnectorError('request', 'The position is not one of this connector.', {
    field: 'cursor',
  });
}

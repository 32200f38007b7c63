import type { Position as LogPosition } from '../../../runtime/events/position.ts';
import { comparePositions, readPosition, writePosition } from '../../../runtime/events/position.ts';
import { selectEnd, selectStanding } from '../../../runtime/events/store.ts';
import { ConnectorError } from '../failure.ts';
import type { Actor } from './actor.ts';

/** Where a reading can go on. */
export type Position = {
  /** Up to where the log of what happened has been read. */
  readonly log: LogPosition;
  /** Everything is being read: up to this place so far. */
  readonly after?: string;
};

export function write({ log, after }: Position): string {
  return JSON.stringify({ log: writePosition(log), ...(after === undefined ? {} : { after }) });
}

/** @throws ConnectorError for a text that `write` never made */
export function read(text: string): Position {
  try {
    const { log, after } = JSON.parse(text);
    const position = readPosition(String(log));
    if (position && (after === undefined || typeof after === 'string')) {
      return { log: position, ...(after === undefined ? {} : { after }) };
    }
  } catch {}
  throw new ConnectorError('request', 'The position is not one of this connector.', {
    field: 'cursor',
  });
}

/** The end of the log: what commits later comes after it. */
export async function endOfLog({ database }: Actor): Promise<LogPosition> {
  return selectEnd(database.system.reading);
}

/** Whether nothing after a position is missing from the log, which forgets what is old. */
export async function isWhole({ database, organization }: Actor, log: LogPosition) {
  const { end, isCut } = await selectStanding(
    database.system.reading,
    log,
    { organization, types: [] },
    0,
  );
  return log.epoch === end.epoch && !isCut && comparePositions(log, end) <= 0;
}

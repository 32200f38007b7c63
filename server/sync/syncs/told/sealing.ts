import type { EventData } from '../../../../contract/events.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import { parseExactly } from '../../values/exact-json.ts';
import type { Json } from '../../values/types.ts';

/** What an event of a record is sealed for. */
export const recordEvent = 'record event';

/** What is told of a record: by the names and in the values that were written. */
export type RecordTold = {
  /** Of the destination; null where records have none. */
  key: { [name: string]: Json } | null;
  /** Null for one that is gone. */
  record: { [name: string]: Json } | null;
  /** As it was at the destination before, in the fields that the sync writes, where that is known. */
  previous?: { [name: string]: Json };
};

/**
 * Opens what an event of the log tells of a record; undefined where that is forgotten. A number that
 * JavaScript cannot hold is written by `JSON.stringify` as it was.
 */
export function openRecordEvent(
  keyring: Keyring,
  { sealed }: EventData<'record.created'>,
): RecordTold | undefined {
  if (sealed === undefined) return undefined;
  return readRecordTold(keyring, Buffer.from(sealed, 'base64'));
}

export function readRecordTold(keyring: Keyring, sealed: Buffer): RecordTold {
  return parseExactly(keyring.open(sealed, recordEvent).toString()) as RecordTold;
}

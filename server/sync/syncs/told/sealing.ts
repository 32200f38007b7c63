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
 * Opens what an event of the log tells of records; nothing where that is forgotten. A number that
 * JavaScript cannot hold is written by `JSON.stringify` as it was.
 */
export function openRecordEvent(
  keyring: Keyring,
  { sealed }: EventData<'record.created'>,
): readonly RecordTold[] {
  return sealed === undefined ? [] : readRecordsTold(keyring, Buffer.from(sealed, 'base64'));
}

/** Of records that are told together; one alone is what older logs hold. */
export function readRecordsTold(keyring: Keyring, sealed: Buffer): readonly RecordTold[] {
  const read = parseExactly(keyring.open(sealed, recordEvent).toString());
  return (Array.isArray(read) ? read : [read]) as unknown as RecordTold[];
}

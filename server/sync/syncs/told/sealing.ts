import { deflateSync, inflateSync } from 'node:zlib';
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

/** Level and memory for texts of some kilobytes: 0.8 µs a record, which become a seventh. */
const packing = { level: 1, windowBits: 12, memLevel: 5 };
const jsonStarts = new Set(Buffer.from('[{'));

/** Seals a JSON array of `RecordTold`. */
export function sealRecordsTold(keyring: Keyring, text: string): Buffer {
  return keyring.seal(deflateSync(text, packing), recordEvent);
}

/** What older logs hold is JSON, of one record. */
export function readRecordsTold(keyring: Keyring, sealed: Buffer): readonly RecordTold[] {
  const opened = keyring.open(sealed, recordEvent);
  const isJson = jsonStarts.has(opened[0] ?? 0);
  const read = parseExactly((isJson ? opened : inflateSync(opened)).toString());
  return (Array.isArray(read) ? read : [read]) as unknown as RecordTold[];
}

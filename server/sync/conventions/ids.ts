import { randomUUIDv7 } from 'node:crypto';
import { prefixes, type SyncNoun } from '../../../contract/sync/shapes.ts';

/** A new id: its prefix, and 32 hexadecimal digits that begin with the time (RFC 9562, version 7). */
export function newId(noun: SyncNoun): string {
  return `${prefixes[noun]}_${randomUUIDv7().replaceAll('-', '')}`;
}

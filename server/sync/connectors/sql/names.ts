import { createHash } from 'node:crypto';
import { ConnectorError } from '../failure.ts';

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A dot parts schema and table; the first one does, where several stand in a name. */
export function splitName(name: string): { schema: string | undefined; table: string } {
  const dot = name.indexOf('.');
  if (dot <= 0 || dot === name.length - 1) return { schema: undefined, table: name };
  return { schema: name.slice(0, dot), table: name.slice(dot + 1) };
}

/** A name as a system stores it that keeps so many bytes: cut on a character. */
export function cutName(name: string, bytesMax: number): string {
  let bytes = 0;
  let kept = '';
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > bytesMax) break;
    kept += character;
  }
  return kept;
}

/** @throws ConnectorError that names both, when two names are stored as one */
export function refuseTwins(names: readonly string[], stored: (name: string) => string): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const twin = seen.get(stored(name));
    if (twin !== undefined) {
      throw new ConnectorError(
        'request',
        `The fields "${twin}" and "${name}" are the same column at the destination.`,
      );
    }
    seen.set(stored(name), name);
  }
}

/** What a sync makes for itself beside its destination. */
export function ownNames(syncId: string): { stage: string; seen: string } {
  const prefix = ownPrefix(syncId);
  return { stage: `${prefix}_stage`, seen: `${prefix}_seen` };
}

/** What the names of a sync's own tables begin with. */
export function ownPrefix(syncId: string): string {
  return `heddle_${createHash('sha256').update(syncId).digest('hex').slice(0, 16)}`;
}

/** @throws ConnectorError for the tables that this server keeps beside what it writes */
export function refuseOwn(table: string): void {
  if (!/^heddle_(state|applied)$/i.test(table)) return;
  const message = `${table} is where this server notes what it has written.`;
  throw new ConnectorError('request', message, { field: 'object' });
}

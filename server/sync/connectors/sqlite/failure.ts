import { ConnectorError } from '../failure.ts';
import { clashes } from '../sql/refusal.ts';
import type { Failed } from './asked.ts';

// https://www.sqlite.org/rescode.html
const tooBig = 18;
const constraint = 19;
const mismatch = 20;
const passing = new Set([4, 5, 6, 7, 9, 10, 13, 15]);

const reasons: Readonly<Record<number, string>> = {
  275: 'The record breaks a check of the table.',
  787: clashes.dangling,
  1299: 'The column must not be null.',
  1555: 'Another record has the same key.',
  1811: 'A trigger of the table refuses the record.',
  2067: clashes.taken,
  3091: 'This is not a value of the type of the column.',
};

const taken = 2067;

/** Whether another record has a value of which there is one only. */
export function isTaken(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === taken;
}

/** Why SQLite refuses a record; undefined when it is not the record's fault. */
export function refusalOf(error: unknown): { reason: string; column?: string } | undefined {
  const { errcode = 0, message } = error as Error & { errcode?: number };
  const code = errcode & 0xff;
  if (code !== constraint && code !== mismatch && code !== tooBig) return undefined;
  const reason = reasons[errcode] ?? 'SQLite refuses the record.';
  const column = /\.([^.]+)$/.exec(message)?.[1];
  return { reason, ...(column === undefined ? {} : { column }) };
}

export function understand({ code, message }: Failed): ConnectorError {
  const more = { upstream: message };
  if (passing.has(code & 0xff)) {
    return new ConnectorError('retry', `SQLite cannot be used just now: ${message}`, more);
  }
  return new ConnectorError('configuration', `SQLite refuses: ${message}`, more);
}

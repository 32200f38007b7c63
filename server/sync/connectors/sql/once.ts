import type { Row } from '../../values/types.ts';
import type { ApplyRequest, ApplyResult } from '../connector.ts';
import { ConnectorError } from '../failure.ts';

/** Where a database notes what was written under a key. */
export const notesTable = 'heddle_applied';
/** Whoever tries again does so before that. */
export const noteDays = 30;
/** Of those that are older, so many go with each that comes. */
export const prunedAtOnce = 100;

/** How a database notes what was written under a key, in the transaction that writes it. */
export type Notes = {
  /** Before the transaction: makes their table, and deletes what is old. */
  prepare(): Promise<void>;
  /** Nobody else writes under this key until the end of the transaction. Answers what was noted. */
  take(key: string): Promise<string | undefined>;
  keep(key: string, answered: string): Promise<void>;
};

/**
 * Undefined where nothing is noted: no key was given, or it cannot be, and what is asked for comes to
 * the same when it is done once more. @throws ConnectorError
 */
export async function notesFor(
  { operation, idempotencyKey }: ApplyRequest,
  notes: Notes,
): Promise<Notes | undefined> {
  if (idempotencyKey === undefined) return undefined;
  try {
    await notes.prepare();
    return notes;
  } catch (error) {
    const isOfTheMoment = error instanceof ConnectorError && error.kind === 'retry';
    if (isOfTheMoment) throw error;
    if (operation !== 'insert') return undefined;
    const message = `What is inserted once is noted in a table ${notesTable}, which cannot be used: ${(error as Error).message}`;
    throw new ConnectorError('configuration', message, { cause: error });
  }
}

/** Within a transaction: writes the records that were not written under the key of the request before. */
export async function once(
  notes: Notes | undefined,
  request: ApplyRequest,
  write: (request: ApplyRequest) => Promise<ApplyResult[]>,
): Promise<ApplyResult[]> {
  const { idempotencyKey: key, rows } = request;
  if (!notes || key === undefined) return write(request);
  const noted = await notes.take(key);
  const before: (ApplyResult | null)[] = noted === undefined ? [] : JSON.parse(noted);
  const isLeft = (_: Row, at: number) => (before[at] ?? null) === null;
  const left = rows.filter(isLeft);
  const answers = (left.length > 0 ? await write({ ...request, rows: left }) : []).values();
  const results = rows.map((row, at) =>
    isLeft(row, at) ? (answers.next().value ?? {}) : (before[at] as ApplyResult),
  );
  // What was refused may be taken the next time.
  const done = results.map((one) => (one.error === undefined ? one : null));
  await notes.keep(key, JSON.stringify(done));
  return results;
}

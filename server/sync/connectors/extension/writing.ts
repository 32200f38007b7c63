import { createHash } from 'node:crypto';
import type { Row } from '../../values/types.ts';
import type { Batch } from '../batch.ts';
import type { ApplyRequest, Finished, Plan, WriteRequest, Writer, Written } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { type Outcome, writeRows } from '../outcomes.ts';
import { recordOf } from '../records.ts';
import { type Answer, type Calls, unfit } from './calls.ts';

const recordsMax = 500;
const outcomeCharactersMax = 500;

export type Sending = Omit<ApplyRequest, 'rows' | 'idempotencyKey'> & {
  readonly calls: Calls;
  readonly signal: AbortSignal;
  /** Sent with every record. */
  readonly constants?: Readonly<Record<string, string>>;
  /** The same for the same records, whenever they are sent again. */
  keyOf(from: number, rows: readonly Row[]): string | null;
};

/** Sends records, and tells of each what has become of it. @throws ConnectorError */
export async function sendAll(
  sending: Sending,
  rows: readonly Row[],
  results: (Outcome | undefined)[] = [],
): Promise<Outcome[]> {
  const { calls, object, operation, key, fields, constants = {}, signal } = sending;
  for (let from = 0; from < rows.length; from += recordsMax) {
    const sent = rows.slice(from, from + recordsMax);
    const records = sent.map((row) => ({ ...recordOf(fields, row), ...constants }));
    const idempotency_key = sending.keyOf(from, sent);
    const request = { object, operation, key: [...key], records, idempotency_key };
    const answer = await calls.call('write', request, signal);
    for (const [at, outcome] of outcomesOf(calls, answer, sent.length).entries()) {
      results[from + at] = outcome;
    }
  }
  return rows.map((_, at) => results[at] ?? {});
}

/** One for each record. @throws ConnectorError */
function outcomesOf(calls: Calls, { results }: Answer<'write'>, count: number): Outcome[] {
  const outcomes = new Array<Outcome | undefined>(count).fill(undefined);
  for (const [at, { index, status, id, error }] of results.entries()) {
    if (index >= count) throw unfit('write', `results[${at}].index is that of no record`);
    if (outcomes[index]) throw unfit('write', `results[${at}].index comes twice`);
    outcomes[index] =
      status === 'error'
        ? { error: 'The extension refuses the record.', said: calls.shown(error ?? '') }
        : { ...(id === null || id === undefined ? {} : { id: String(id) }) };
  }
  return outcomes.map((one, at) => {
    if (one) return one;
    throw unfit('write', `results has none for the record ${at}`);
  });
}

/** What the extension says stands in the result for whoever has sent the record. */
export function toldOf({ said, error, ...rest }: Outcome): Outcome {
  if (error === undefined) return rest;
  return { ...rest, error: (said || error).slice(0, outcomeCharactersMax) };
}

/**
 * Keeps no position, since an extension has no place for one: after a crash the last batch is sent
 * again, each request under the same idempotency key as before.
 */
export class ExtensionWriter implements Writer {
  readonly plan: Plan;
  readonly batchRowsMax = recordsMax;
  readonly #calls: Calls;
  readonly #request: WriteRequest;
  /** Counts batches that say no position, since one that did. */
  #nth = 0;

  /** @throws ConnectorError */
  constructor(calls: Calls, request: WriteRequest) {
    const { mode, object } = request;
    if (mode !== 'append' && mode !== 'upsert') {
      const message = `An extension cannot be written to by ${mode}.`;
      throw new ConnectorError('request', message, { field: 'mode' });
    }
    this.#calls = calls;
    this.#request = request;
    const often =
      mode === 'append' ? '; each record at least once, after a crash perhaps again' : '';
    this.plan = { statements: [`write ${object}: lists of ${recordsMax}${often}`], skipped: [] };
  }

  async position(): Promise<undefined> {
    return undefined;
  }

  async prepare(): Promise<void> {}

  async write(batch: Batch): Promise<Written> {
    const { object, mode, fields, key, metadata, state, signal } = this.#request;
    this.#nth = batch.position === undefined ? this.#nth + 1 : 0;
    const place = batch.position ?? `#${this.#nth}`;
    const constants = metadata
      ? { _heddle_synced_at: new Date().toISOString(), _heddle_run_id: state.runId }
      : {};
    const operation = mode === 'append' ? 'insert' : 'upsert';
    const calls = this.#calls;
    const sending: Sending = {
      ...{ calls, object, operation, key, fields, signal, constants },
      keyOf: (from, rows) =>
        createHash('sha256')
          .update(JSON.stringify([state.runId, object, place, from, rows]))
          .digest('hex'),
    };
    return writeRows(batch, this.#request, (rows) => sendAll(sending, rows));
  }

  async finish(): Promise<Finished> {
    return { isDone: true, deleted: 0 };
  }

  async close(): Promise<void> {}
}

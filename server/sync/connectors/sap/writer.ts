import type { Batch } from '../batch.ts';
import type { Finished, Plan, WriteRequest, Writer, Written } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { writeRows } from '../outcomes.ts';
import { batchSize, type Sending, sendAll } from './sending.ts';

/** Keeps no position, since SAP has no place for one: after a crash the last batch is sent again. */
export class SapWriter implements Writer {
  readonly plan: Plan;
  readonly batchRowsMax = 500;
  readonly #sending: Sending;
  readonly #request: WriteRequest;

  constructor(sending: Sending, request: WriteRequest) {
    this.#sending = sending;
    this.#request = request;
    const { path, skipped, version } = sending.encoding;
    const act =
      request.mode === 'append' ? 'POST' : `${version === 'v2' ? 'MERGE' : 'PATCH'}, else POST`;
    const often =
      request.mode === 'append' ? '; each record at least once, after a crash perhaps again' : '';
    const statement = `${act} ${path}: $batch of ${batchSize}${often}`;
    this.plan = { statements: [statement], skipped };
  }

  async position(): Promise<undefined> {
    return undefined;
  }

  async prepare(): Promise<void> {}

  async write(batch: Batch): Promise<Written> {
    return writeRows(batch, this.#request, (rows) => sendAll(this.#sending, rows));
  }

  async finish(): Promise<Finished> {
    return { isDone: true, deleted: 0 };
  }

  async close(): Promise<void> {}
}

/** @throws ConnectorError for what SAP cannot do */
export function requireAble({ mode, metadata }: WriteRequest): void {
  if (mode !== 'append' && mode !== 'upsert') {
    const message = `SAP cannot be written to by ${mode}.`;
    throw new ConnectorError('request', message, { field: 'mode' });
  }
  if (!metadata) return;
  const message = 'SAP has no properties of ours: leave `destination.metadata` out.';
  throw new ConnectorError('request', message, { field: 'destination.metadata' });
}

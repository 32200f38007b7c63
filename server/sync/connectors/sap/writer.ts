import type { Row } from '../../values/types.ts';
import type { Batch } from '../batch.ts';
import type { Finished, Plan, WriteRequest, Writer, Written } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { lastOfEach } from '../folding.ts';
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
    const { fields, key, mode } = this.#request;
    const places = key.map((name) => fields.findIndex((field) => field.name === name));
    const indexes = mode === 'upsert' ? lastOfEach(batch.rows, places) : [...batch.rows.keys()];
    const rows = indexes.map((index) => batch.rows[index] as Row);
    const results = await sendAll(this.#sending, rows);
    const rejected = results.flatMap(({ error, field, said }, nth) => {
      if (error === undefined) return [];
      const index = indexes[nth] as number;
      return [{ index, reason: error, ...(field ? { field } : {}), ...(said ? { said } : {}) }];
    });
    const skipped = batch.count - indexes.length;
    return { written: indexes.length - rejected.length, skipped, rejected };
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

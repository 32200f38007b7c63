import type { Row } from '../../values/types.ts';
import type { Batch } from '../batch.ts';
import type { Finished, Plan, Rejected, WriteRequest, Writer, Written } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { lastOfEach } from '../folding.ts';
import { batchSize, type Encoded, type Send, sendAll } from './sending.ts';

export type Way<Input> = {
  /** What is asked, as a plan shows it. */
  readonly path: string;
  readonly skipped: readonly string[];
  encode(row: Row): Encoded<Input>;
  readonly send: Send<Input>;
};

/**
 * Keeps no position, since HubSpot has no place for one: after a crash the last batch is sent again.
 */
export class HubspotWriter<Input> implements Writer {
  readonly plan: Plan;
  readonly batchRowsMax = 500;
  readonly #way: Way<Input>;
  readonly #request: WriteRequest;

  constructor(way: Way<Input>, request: WriteRequest) {
    this.#way = way;
    this.#request = request;
    const often =
      request.mode === 'append' ? '; each record at least once, after a crash perhaps again' : '';
    const statement = `POST ${way.path}: batches of ${batchSize}${often}`;
    this.plan = { statements: [statement], skipped: way.skipped };
  }

  async position(): Promise<undefined> {
    return undefined;
  }

  async prepare(): Promise<void> {}

  async write(batch: Batch): Promise<Written> {
    const { fields, key, mode } = this.#request;
    const places = key.map((name) => fields.findIndex((field) => field.name === name));
    const indexes = mode === 'upsert' ? lastOfEach(batch.rows, places) : [...batch.rows.keys()];
    const encoded = indexes.map((index) => this.#way.encode(batch.rows[index] as Row));
    const results = await sendAll(encoded, this.#way.send);
    const rejected = results.flatMap(({ error, field, said }, nth): Rejected[] => {
      if (error === undefined) return [];
      const why = { ...(field ? { field } : {}), ...(said ? { said } : {}) };
      return [{ index: indexes[nth] as number, reason: error, ...why }];
    });
    const skipped = batch.count - indexes.length;
    return { written: indexes.length - rejected.length, skipped, rejected };
  }

  async finish(): Promise<Finished> {
    return { isDone: true, deleted: 0 };
  }

  async close(): Promise<void> {}
}

/** @throws ConnectorError for what HubSpot cannot do */
export function requireAble({ mode, metadata }: WriteRequest): void {
  if (mode !== 'append' && mode !== 'upsert') {
    const message = `HubSpot cannot be written to by ${mode}.`;
    throw new ConnectorError('request', message, { field: 'mode' });
  }
  if (!metadata) return;
  const message = 'HubSpot has no properties whose names begin with an underscore.';
  throw new ConnectorError('request', message, { field: 'destination.metadata' });
}

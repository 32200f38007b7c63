import type { Row } from '../../values/types.ts';
import type { Batch } from '../batch.ts';
import type { Finished, Plan, WriteRequest, Writer, Written } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { writeRows } from '../outcomes.ts';
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
    return writeRows(batch, this.#request, (rows) =>
      sendAll(
        rows.map((row) => this.#way.encode(row)),
        this.#way.send,
      ),
    );
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

import type { Batch } from '../batch.ts';
import type { Finished, Plan, WriteRequest, Writer, Written } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { writeRows } from '../outcomes.ts';
import type { HttpClient } from './client.ts';
import type { HttpObject } from './config.ts';
import { requestKey, sendAll } from './sending.ts';
import { type Shape, shapeOf } from './shape.ts';

/**
 * Keeps no position, since an API has no place for one: after a crash the last batch is sent again,
 * each request under the same idempotency key as before.
 */
export class HttpWriter implements Writer {
  readonly plan: Plan;
  readonly batchRowsMax = 500;
  readonly #client: HttpClient;
  readonly #object: HttpObject;
  readonly #request: WriteRequest;
  readonly #shape: Shape;
  /** Counts batches that say no position, since one that did. */
  #nth = 0;

  /** @throws ConnectorError */
  constructor(client: HttpClient, object: HttpObject, request: WriteRequest) {
    const { mode, key } = request;
    if (mode !== 'append' && mode !== 'upsert') {
      throw new ConnectorError('request', `A REST API cannot be written to by ${mode}.`, {
        field: 'mode',
      });
    }
    this.#client = client;
    this.#object = object;
    this.#request = request;
    this.#shape = shapeOf(object, mode === 'append' ? 'insert' : 'upsert', key);
    const { method, path, isList } = this.#shape;
    const each = isList ? `lists of ${this.#shape.size}` : 'one request a record';
    const often =
      mode === 'append' ? '; each record at least once, after a crash perhaps again' : '';
    this.plan = { statements: [`${method} ${path}: ${each}${often}`], skipped: [] };
  }

  async position(): Promise<undefined> {
    return undefined;
  }

  async prepare(): Promise<void> {}

  async write(batch: Batch): Promise<Written> {
    const { fields, key, metadata, state, signal } = this.#request;
    this.#nth = batch.position === undefined ? this.#nth + 1 : 0;
    const place = batch.position ?? `#${this.#nth}`;
    const constants = metadata
      ? { _heddle_synced_at: new Date().toISOString(), _heddle_run_id: state.runId }
      : {};
    return writeRows(batch, this.#request, (rows) =>
      sendAll(
        {
          ...{ client: this.#client, object: this.#object, shape: this.#shape },
          ...{ key, fields, signal, constants },
          idempotencyKey: (from, to) => {
            return requestKey([state.runId, this.#object.name, place, from, rows.slice(from, to)]);
          },
        },
        rows,
      ),
    );
  }

  async finish(): Promise<Finished> {
    return { isDone: true, deleted: 0 };
  }

  async close(): Promise<void> {}
}

import type { Batch } from '../batch.ts';
import type { Finished, Plan, WriteRequest, Writer, Written } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { writeRows } from '../outcomes.ts';
import type { Encoding } from './encoding.ts';
import { type Posting, sendMessages } from './posting.ts';

/**
 * Keeps no position, since Slack has no place for one. A batch is one message, so that after a crash no
 * more than one is posted again.
 */
export class SlackWriter implements Writer {
  readonly plan: Plan;
  readonly batchRowsMax = 1;
  readonly #posting: Posting;
  readonly #encoding: Encoding;
  readonly #request: WriteRequest;

  constructor(posting: Posting, encoding: Encoding, request: WriteRequest) {
    this.#posting = posting;
    this.#encoding = encoding;
    this.#request = request;
    const act =
      request.mode === 'append' ? 'chat.postMessage' : 'chat.update, else chat.postMessage';
    const often = 'each message at least once, after a crash perhaps one of them again';
    this.plan = { statements: [`${act}: ${often}`], skipped: encoding.skipped };
  }

  async position(): Promise<undefined> {
    return undefined;
  }

  async prepare(): Promise<void> {}

  async write(batch: Batch): Promise<Written> {
    // A message that is new has no key: one may be like another.
    const isKeyed = this.#posting.operation !== 'insert';
    const request = { ...this.#request, mode: isKeyed ? this.#request.mode : 'append' } as const;
    return writeRows(batch, request, (rows) =>
      sendMessages(
        this.#posting,
        rows.map((row) => this.#encoding.encode(row)),
      ),
    );
  }

  async finish(): Promise<Finished> {
    return { isDone: true, deleted: 0 };
  }

  async close(): Promise<void> {}
}

/** @throws ConnectorError for what Slack cannot do */
export function requireAble({ mode, metadata }: WriteRequest): void {
  if (mode !== 'append' && mode !== 'upsert') {
    const message = `Slack cannot be written to by ${mode}.`;
    throw new ConnectorError('request', message, { field: 'mode' });
  }
  if (!metadata) return;
  const message = 'Messages of Slack have no fields of ours: leave `destination.metadata` out.';
  throw new ConnectorError('request', message, { field: 'destination.metadata' });
}

import type { JsonRecord } from '../protocol.ts';

export interface ContractOptions {
  config?: Record<string, unknown>;
  credentials?: Record<string, unknown>;
  /**
   * What `check` must answer `ok: false` for. Where it is not said: `credentials` with every text
   * changed. false: no credentials are wrong here.
   */
  wrongCredentials?: Record<string, unknown> | false;
  /** What is read: an object with three records or more, so that there is something to page through. */
  object: string;
  /** What is written; needed when the connector can write. */
  write?: WriteOptions;
  /** How long what was written may take until it is read; 5 where it is not said. */
  patienceSeconds?: number;
}

export interface WriteOptions {
  /** `object` where it is not said. */
  object?: string;
  /** What is written, changed and deleted again: its key must be of nothing that is there. */
  record: JsonRecord;
  /** What is changed in it, not of its key. */
  change: JsonRecord;
}

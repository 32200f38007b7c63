import type { Row } from '../../values/types.ts';
import type { Batch } from '../batch.ts';
import type { Finished, Plan, WriteRequest, Writer, Written } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Rejected } from '../field.ts';
import { isLoadable, load } from './bulk/ingest.ts';
import type { SalesforceClient } from './client.ts';
import { type Outcome, save, type Texts } from './collections.ts';
import type { SalesforceObject } from './fields.ts';
import { ApiRefusal } from './refusal.ts';
import { type Target, targetOf } from './target.ts';
import { sendableOf } from './values.ts';

/** A record that is ready to be sent, and where it stands in its batch. */
type Ready = { readonly index: number; readonly texts: Texts };

/** Keeps no position, since an org has no place for one: after a crash the last batch is sent again. */
export class SalesforceWriter implements Writer {
  readonly plan: Plan;
  readonly batchRowsMax = 10_000;
  readonly #client: SalesforceClient;
  readonly #target: Target;
  readonly #signal: AbortSignal;

  /** @throws ConnectorError */
  constructor(client: SalesforceClient, object: SalesforceObject, request: WriteRequest) {
    const { mode, fields, key, metadata, signal } = request;
    if (mode !== 'append' && mode !== 'upsert') {
      throw new ConnectorError('request', `Salesforce cannot be written to by ${mode}.`, {
        field: 'mode',
      });
    }
    if (metadata) {
      const message = 'An object of Salesforce has no fields for what a run says of itself.';
      throw new ConnectorError('request', message, { field: 'destination.metadata' });
    }
    this.#client = client;
    this.#target = targetOf(object, mode === 'append' ? 'insert' : 'upsert', fields, key);
    this.#signal = signal;
    const { operation, key: by, skipped } = this.#target;
    const how = by ? `${operation} by ${by.own.name}` : operation;
    const often = by ? '' : '; each record at least once, after a crash perhaps again';
    this.plan = { statements: [`${how} ${object.name}${often}`], skipped };
  }

  async position(): Promise<undefined> {
    return undefined;
  }

  async prepare(): Promise<void> {}

  async write({ rows, count }: Batch): Promise<Written> {
    const { ready, rejected } = this.#readyOf(rows);
    const outcomes = await this.#send(ready.map(({ texts }) => texts));
    for (const [nth, { error }] of outcomes.entries()) {
      if (error) rejected.push({ index: ready[nth]?.index ?? nth, ...error });
    }
    const failed = outcomes.filter(({ error }) => error).length;
    const skipped = count - ready.length - (rejected.length - failed);
    return { written: ready.length - failed, skipped, rejected };
  }

  async finish(): Promise<Finished> {
    return { isDone: true, deleted: 0 };
  }

  async close(): Promise<void> {}

  async #send(records: readonly Texts[]): Promise<Outcome[]> {
    const { writeFrom } = this.#client.settings.bulk;
    const byCollections = () => save(this.#client, this.#target, records, this.#signal);
    if (records.length < writeFrom || !isLoadable(records)) return byCollections();
    try {
      return await load(this.#client, this.#target, records, this.#signal);
    } catch (error) {
      // Some objects are not known there.
      const isUnknown = error instanceof ApiRefusal && error.said.code === 'INVALIDENTITY';
      if (isUnknown) return byCollections();
      throw error;
    }
  }

  /** Of records with one key only the last counts. */
  #readyOf(rows: readonly Row[]): { ready: Ready[]; rejected: Rejected[] } {
    const rejected: Rejected[] = [];
    const { key, fields } = this.#target;
    const place = key ? fields.indexOf(key) : -1;
    const last = new Map<string, Ready>();
    for (const [index, row] of rows.entries()) {
      const sendable = sendableOf(this.#target, row);
      if (!('texts' in sendable)) {
        rejected.push({ index, ...sendable });
        continue;
      }
      const { texts } = sendable;
      const own = texts[place] ?? String(index);
      const known = key?.own.isCaseSensitive === false ? own.toLowerCase() : own;
      const before = last.get(known);
      // Both would be written into one record.
      if (before && before.texts[place] !== own) {
        const reason = `The key "${key?.given.name}" differs from another one in letter case only.`;
        rejected.push({ index, field: key?.given.name ?? '', reason });
      } else last.set(known, { index, texts });
    }
    const ready = [...last.values()].sort((one, other) => one.index - other.index);
    return { ready, rejected };
  }
}

import { createHash } from 'node:crypto';
import type { Inserting, ProductObject } from '../../../platform/objects.ts';
import type { Row } from '../../values/types.ts';
import type { Batch } from '../batch.ts';
import type { Beside, Finished, Plan, WriteRequest, Writer, Written } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Rejected } from '../field.ts';
import type { Actor } from './actor.ts';
import { inward, isRefusal } from './failure.ts';
import { describe } from './fields.ts';
import { Giving } from './giving.ts';
import {
  type Holder,
  holdState,
  insertWritten,
  moveState,
  selectState,
  selectWritten,
} from './store.ts';

/**
 * Adds records by the functions of the product, each in one transaction with the note that it was
 * written: however often a batch begins again, each is written once.
 */
export class OwnWriter implements Writer {
  readonly plan: Plan;
  readonly keepsPosition = true;
  readonly batchRowsMax = 500;
  readonly #actor: Actor;
  readonly #name: string;
  readonly #insert: Inserting;
  readonly #giving: Giving;
  readonly #request: WriteRequest;
  readonly #holder: Holder;
  /** How often each record came since the last position: two that are alike are two. */
  #seen = new Map<string, number>();

  /** @throws ConnectorError */
  constructor(actor: Actor, object: ProductObject, request: WriteRequest) {
    const { name, insert } = object;
    if (!insert)
      throw new ConnectorError('request', `Nothing can be added to ${name}.`, { field: 'object' });
    const { runId, syncId, fence } = request.state;
    this.#actor = actor;
    this.#name = name;
    this.#insert = insert;
    this.#giving = new Giving(request.fields, insert.given);
    this.#request = request;
    this.#holder = { id: syncId, runId, fence };
    const known = describe(object).fields;
    const unknown = request.fields.find((field) => !known.some((one) => one.name === field.name));
    if (unknown) {
      throw new ConnectorError('request', `${name} has no field "${unknown.name}".`, {
        field: 'fields',
      });
    }
    const skipped = request.fields.filter((field) => !(field.name in insert.given.properties));
    this.plan = {
      statements: [`${name}: one is added for each record, once`],
      skipped: skipped.map((field) => field.name),
    };
  }

  async position(): Promise<string | undefined> {
    const { database, organization } = this.#actor;
    const kept = await selectState(
      database.of(organization).reading,
      organization,
      this.#holder.id,
    );
    const isOfAnother = this.#request.isAnew && kept?.run_id !== this.#holder.runId;
    // What is committed here is on the disk: it has lost nothing.
    return (isOfAnother ? null : kept?.position) ?? this.#request.beginning;
  }

  async prepare(): Promise<void> {
    const { database, organization } = this.#actor;
    const isHeld = await database
      .of(organization)
      .transaction((tx) => holdState(tx, organization, this.#holder, this.#request.isAnew));
    if (!isHeld) throw fenced();
  }

  async write(batch: Batch, beside?: Beside): Promise<Written> {
    const rejected: Rejected[] = [];
    let written = 0;
    for (const [index, row] of batch.rows.entries()) {
      this.#request.signal.throwIfAborted();
      try {
        if (await this.#once(row)) written += 1;
      } catch (error) {
        if (!isRefusal(error)) throw inward(error);
        rejected.push({ index, reason: `${this.#name} refuses the record.`, said: error.message });
      }
    }
    const wrote = { written, skipped: batch.count - written - rejected.length, rejected };
    const position = beside ? await beside.keep(wrote) : batch.position;
    if (position !== undefined) await this.#move(position);
    return wrote;
  }

  async finish(): Promise<Finished> {
    return { isDone: true, deleted: 0 };
  }

  async close(): Promise<void> {}

  /** Answers false for a record that was written before this process had it. */
  async #once(row: Row): Promise<boolean> {
    const text = JSON.stringify(row);
    const nth = this.#seen.get(text) ?? 0;
    this.#seen.set(text, nth + 1);
    const record = createHash('sha256').update(`${nth} ${text}`).digest();
    const { scope, write } = this.#insert;
    const given = this.#giving.given(row);
    return this.#actor.transaction(scope, this.#holder.runId, async (ctx) => {
      const { tx, organization } = ctx;
      const isWritten = await selectWritten(tx, organization, this.#holder, record);
      if (isWritten === undefined) throw fenced();
      if (isWritten) return false;
      insertWritten(tx, organization, this.#holder.id, record);
      await write(ctx, given);
      return true;
    });
  }

  async #move(position: string): Promise<void> {
    const { database, organization } = this.#actor;
    const isMoved = await database
      .of(organization)
      .transaction((tx) => moveState(tx, organization, this.#holder, position));
    if (!isMoved) throw fenced();
    this.#seen = new Map();
  }
}

function fenced(): ConnectorError {
  return new ConnectorError('fenced', 'A later run of the same sync writes here by now.');
}

import type { Caller } from '../../../platform/access/callers.ts';
import type { ReadContext, WriteContext } from '../../../platform/context.ts';
import type { Agent, ProductObjects } from '../../../platform/objects.ts';
import type { Tx } from '../../../runtime/database/database.ts';
import { ConnectorError } from '../failure.ts';
import { inward } from './failure.ts';
import type { OwnServices } from './services.ts';
import { insertApplied, updateApplied } from './store.ts';

export type Acting = { readonly organization: number; readonly agent: Agent };

/** `depth`: of the workflow that writes. */
export type Once = { readonly key: string | undefined; readonly depth: number | undefined };

/** Whoever a connection acts as; asked anew for every page and record, since that may end. */
export class Actor {
  readonly organization: number;
  readonly #objects: ProductObjects;
  readonly #agent: Agent;
  readonly #services: OwnServices;

  constructor(objects: ProductObjects, { organization, agent }: Acting, services: OwnServices) {
    this.organization = organization;
    this.#objects = objects;
    this.#agent = agent;
    this.#services = services;
  }

  get database() {
    return this.#services.database;
  }

  get #wall() {
    return this.database.of(this.organization);
  }

  /** @throws ConnectorError when it has ended, or lacks a scope */
  async reading(scope: string | null): Promise<ReadContext> {
    const db = this.#wall.reading;
    return { ...(await this.#frame(scope, 'sync')), db, latest: db };
  }

  /** Writes in one transaction, for what stands so deep. @throws ConnectorError, AppError */
  async transaction<T>(
    scope: string | null,
    requestId: string,
    work: (ctx: WriteContext) => Promise<T>,
    depth = 0,
  ): Promise<T> {
    const frame = await this.#frame(scope, requestId);
    return this.#wall.transaction((tx: Tx) => work({ ...frame, tx }), { depth });
  }

  /** The same, under a key once: later it answers what was written then. */
  async once(
    scope: string | null,
    { key, depth }: Once,
    write: (ctx: WriteContext) => Promise<string>,
  ): Promise<string> {
    const work = async (ctx: WriteContext) => {
      if (key === undefined) return write(ctx);
      const { tx, organization, now } = ctx;
      const before = await insertApplied(tx, organization, key, now);
      if (before) return before.record_id ?? '';
      const id = await write(ctx);
      updateApplied(tx, organization, key, id);
      return id;
    };
    return this.transaction(scope, 'sync', work, depth);
  }

  async #frame(scope: string | null, requestId: string) {
    const { clock, log, config } = this.#services;
    const caller = await this.#caller();
    if (scope !== null && !caller.scopes.has(scope)) {
      const message = `The client that made the connection lacks the scope ${scope}.`;
      throw new ConnectorError('configuration', message);
    }
    const origin = config.publicUrl;
    const { organization } = this;
    return { organization, caller, now: clock.now(), log, requestId, origin };
  }

  async #caller(): Promise<Caller> {
    try {
      return await this.#objects.callerOf(this.#wall.reading, this.organization, this.#agent);
    } catch (error) {
      throw inward(error);
    }
  }
}

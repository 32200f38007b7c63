import type { Caller } from '../../../platform/access/callers.ts';
import type { ReadContext } from '../../../platform/context.ts';
import type { Agent, ObjectRecord, ProductObject, Reached } from '../../../platform/objects.ts';
import type { Platform } from '../../../platform/platform.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { Providers } from '../../connections/providers.ts';

export type EyesServices = Pick<Platform, 'database' | 'clock' | 'log' | 'config'> & {
  providers: Providers;
};

/** Of one record: what its API shows of it, or only that it may be told of. */
export type Seen = Partial<Pick<ObjectRecord, 'members'>> & Pick<ObjectRecord, 'subject'>;

/** Who may see what of the products of this server, in one organization and for one batch of events. */
export class Eyes {
  readonly #services: EyesServices;
  readonly #organization: number;
  readonly #callers = new Map<string, Promise<Caller>>();

  constructor(services: EyesServices, organization: number) {
    this.#services = services;
    this.#organization = organization;
  }

  /** As whom an agent acts now; whoever has ended, or never was, may see nothing. */
  callerOf(provider: string, agent: Agent | null): Promise<Caller> {
    const name = `${provider} ${JSON.stringify(agent)}`;
    const caller = this.#callers.get(name) ?? this.#find(provider, agent);
    this.#callers.set(name, caller);
    return caller;
  }

  /** Those of some records that an agent may know of, by their keys; without one, what all may. */
  async see(
    { provider, object: name }: { provider: string; object: string },
    agent: Agent | null,
    keys: readonly string[],
  ): Promise<Map<string, Seen>> {
    const own = await this.#services.providers.find(provider)?.own?.load();
    const object = own?.objects.find((one) => one.name === name);
    if (!object) return new Map();
    const { read } = object;
    if (agent === null) {
      return byKey(object, (await read.open?.(this.#frame(), keys)) ?? []);
    }
    const caller = await this.callerOf(provider, agent);
    if (read.scope !== null && !caller.scopes.has(read.scope)) return new Map();
    const ctx: ReadContext = { ...this.#frame(), caller };
    if (read.reached) return byReach(await read.reached(ctx, keys));
    return byKey(object, caller.kind === 'visitor' ? [] : await read.find(ctx, keys));
  }

  #frame(): Omit<ReadContext, 'caller'> {
    const { database, clock, log, config } = this.#services;
    const db = database.of(this.#organization).reading;
    const frame = { db, latest: db, organization: this.#organization, now: clock.now(), log };
    return { ...frame, requestId: 'webhook', origin: config.publicUrl };
  }

  async #find(provider: string, agent: Agent | null): Promise<Caller> {
    const own = await this.#services.providers.find(provider)?.own?.load();
    const organization = this.#organization;
    const nobody = { kind: 'visitor', id: 0, organization, plan: 'unlimited' } as const;
    if (!own || agent === null) return { ...nobody, scopes: new Set() };
    try {
      const db = this.#services.database.of(organization).reading;
      return await own.callerOf(db, organization, agent);
    } catch (error) {
      if (error instanceof AppError) return { ...nobody, scopes: new Set() };
      throw error;
    }
  }
}

function byKey({ key }: ProductObject, records: readonly ObjectRecord[]): Map<string, Seen> {
  return new Map(records.map((one) => [String(one.members[key]), one]));
}

function byReach(reached: readonly Reached[]): Map<string, Seen> {
  return new Map(reached.map(({ key, subject }) => [key, { subject }]));
}

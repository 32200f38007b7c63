import type { Told } from '../../../../contract/sync/catalogue.ts';
import type { Agent } from '../../../platform/objects.ts';
import type { Db } from '../../../runtime/database/database.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import type { Providers } from '../../connections/providers.ts';
import { openRecordEvent } from '../../syncs/told/sealing.ts';
import { requireUseOfEnds } from '../../syncs/use.ts';
import type { Eyes } from './eyes.ts';
import type { Known, Listener, TellableRow, Telling } from './matching.ts';

type RecordType = 'record.created' | 'record.updated' | 'record.deleted';
type RecordEvent = TellableRow<RecordType>;
type Services = { keyring: Keyring; providers: Providers };

export function isOfRecord(event: TellableRow): event is RecordEvent {
  return event.type.startsWith('record.');
}

/** Tells of records that syncs have written; of products of this server, to whom these let read. */
export class RecordTelling {
  readonly #services: Services;
  readonly #eyes: Eyes;
  readonly #db: Db;
  readonly #organization: number;
  readonly #known: Known;
  readonly #allowed = new Map<string, Promise<boolean>>();

  constructor(services: Services, eyes: Eyes, db: Db, organization: number, known: Known) {
    this.#services = services;
    this.#eyes = eyes;
    this.#db = db;
    this.#organization = organization;
    this.#known = known;
  }

  async tell<L extends Listener>(event: RecordEvent, to: readonly L[]): Promise<Telling<L>[]> {
    const allowed = await Promise.all(to.map(({ agent }) => this.isAllowed(event, agent)));
    const those = to.filter((_, at) => allowed[at]);
    if (those.length === 0) return [];
    const { sync_id, connection_id, object, about = null } = event.data;
    return openRecordEvent(this.#services.keyring, event.data).map((one) => {
      const told: Told = { type: event.type, data: { sync_id, connection_id, object, ...one } };
      return { event, told, subject: about, to: those };
    });
  }

  /** Whether an agent may know of it. */
  isAllowed({ data }: RecordEvent, agent: Agent | null): Promise<boolean> {
    const { sync_id, connection_id, object } = data;
    const name = JSON.stringify([sync_id, connection_id, object, agent]);
    const allowed = this.#allowed.get(name) ?? this.#ask(data, agent);
    this.#allowed.set(name, allowed);
    return allowed;
  }

  /** Of a sync that is gone nobody knows any more where it read from. */
  async #ask({ sync_id, ...source }: RecordEvent['data'], agent: Agent | null): Promise<boolean> {
    const sync = this.#known.syncs.get(sync_id);
    if (!sync) return false;
    const caller = await this.#eyes.callerOf('scheduling', agent);
    const { connection_id, object } = source;
    const ends = {
      source: { connection_id, object, query: null },
      destination: sync.settings.destination,
    };
    const asking = { caller, organization: this.#organization, db: this.#db };
    try {
      await requireUseOfEnds(asking, this.#services.providers, ends);
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  }
}

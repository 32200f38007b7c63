import type { Told, ToldData } from '../../../../contract/sync/catalogue.ts';
import type { Agent } from '../../../platform/objects.ts';
import type { Eyes, Seen } from './eyes.ts';
import type { Known, Listener, TellableRow, Telling } from './matching.ts';
import { isOwn, type OwnType, ownRecordOf } from './own.ts';

type Wanted<L> = { event: TellableRow; to: readonly L[] };
type OwnEvent = TellableRow<OwnType>;
type Asked = { provider: string; object: string; agent: Agent | null; keys: Set<string> };

/** Tells of the records of products to those who may read them there. */
export class OwnTelling {
  readonly #eyes: Eyes;
  readonly #known: Known;
  readonly #seen = new Map<string, Map<string, Seen>>();

  constructor(eyes: Eyes, known: Known) {
    this.#eyes = eyes;
    this.#known = known;
  }

  /** Looks up what all of them may see, at once for each pair of eyes. */
  async look<L extends Listener>(wanted: readonly Wanted<L>[]): Promise<void> {
    const asked = new Map<string, Asked>();
    for (const { event, to } of wanted) {
      if (!isOwn(event)) continue;
      const { provider, object, key } = ownRecordOf(event);
      for (const listener of to) {
        const agent = this.#agentOf(provider, listener);
        const name = nameOf(provider, object, agent);
        const one = asked.get(name) ?? { provider, object, agent, keys: new Set() };
        asked.set(name, one);
        one.keys.add(key);
      }
    }
    for (const [name, { agent, keys, ...object }] of asked) {
      this.#seen.set(name, await this.#eyes.see(object, agent, [...keys]));
    }
  }

  tell<L extends Listener>(event: OwnEvent, to: readonly L[]): Telling<L>[] {
    const { provider, object, key } = ownRecordOf(event);
    const tellings = new Map<string, Telling<L>>();
    for (const listener of to) {
      const name = nameOf(provider, object, this.#agentOf(provider, listener));
      const seen = this.#seen.get(name)?.get(key);
      if (!seen) continue;
      const told = toldOf(event, seen);
      const text = JSON.stringify(told.data);
      const telling = tellings.get(text) ?? { event, told, subject: seen.subject ?? null, to: [] };
      tellings.set(text, telling);
      telling.to.push(listener);
    }
    return [...tellings.values()];
  }

  /** In Scheduling whoever made it; in Messaging the bot of the connection of its filter. */
  #agentOf(provider: string, { agent, filter_connection_id }: Listener): Agent | null {
    if (provider === 'scheduling') return agent;
    const connection = this.#known.connections.get(filter_connection_id ?? '');
    return connection?.agent ?? null;
  }
}

/** As it was when it happened; what the log does not hold, as it is now. */
function toldOf(event: OwnEvent, { members }: Seen): Told {
  if (event.type !== 'thread.posted') return event;
  return { type: event.type, data: members as ToldData<'thread.posted'> };
}

function nameOf(provider: string, object: string, agent: Agent | null): string {
  return `${provider} ${object} ${JSON.stringify(agent)}`;
}

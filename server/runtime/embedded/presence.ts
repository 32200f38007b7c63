import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { type Entrance, enter } from './entrance.ts';
import { findPostmaster, stopPostmaster } from './postmaster.ts';
import { messageOf } from './refusal.ts';
import { insertDatabase, lockPresence, tryLockAlone } from './store.ts';

export type Ending = 'stopped' | 'left running for others';

const backoffSecondsMax = 5;

/**
 * One process' share in the running PostgreSQL: a connection that holds a shared lock. PostgreSQL
 * gives the lock back by itself when the process dies, so that nothing stale is ever left.
 */
export class Presence {
  readonly #entrance: Entrance;
  readonly #leaving = new AbortController();
  #joined: Promise<Client | undefined>;
  #ending: Promise<Ending> | undefined;

  private constructor(entrance: Entrance, client: Client) {
    this.#entrance = entrance;
    this.#joined = Promise.resolve(client);
    this.#watch(client);
  }

  static async begin(entrance: Entrance): Promise<Presence> {
    const never = new AbortController().signal;
    for (;;) {
      const client = await join(entrance, never);
      if (client) return new Presence(entrance, client);
    }
  }

  /** Resolves when PostgreSQL answers: at once, or when it has been started again. */
  async answer(): Promise<void> {
    while (!this.#leaving.signal.aborted) {
      const client = await this.#joined;
      if (client && (await answers(client))) return;
      await sleep(20);
    }
    throw new Error('The embedded PostgreSQL was left: stop() has been called.');
  }

  end(): Promise<Ending> {
    this.#ending ??= this.#leave();
    return this.#ending;
  }

  #watch(client: Client) {
    client.once('end', () => {
      if (this.#leaving.signal.aborted) return;
      this.#entrance.log.warn({}, 'The connection to PostgreSQL ended: joining it again');
      this.#joined = this.#joinAgain();
    });
  }

  async #joinAgain(): Promise<Client | undefined> {
    const { signal } = this.#leaving;
    for (let failures = 0; !signal.aborted; failures += 1) {
      await sleep(Math.min(failures, backoffSecondsMax) * 1000, undefined, { signal }).catch(() => {});
      try {
        const client = await join(this.#entrance, signal);
        if (!client) continue;
        this.#entrance.log.info({}, 'Joined PostgreSQL again');
        this.#watch(client);
        return client;
      } catch (error) {
        this.#entrance.log.error({ reason: messageOf(error) }, 'PostgreSQL is down; trying again');
      }
    }
    return undefined;
  }

  async #leave(): Promise<Ending> {
    this.#leaving.abort();
    const { log, folder } = this.#entrance;
    const client = await this.#joined;
    const alone = client ? await tryLockAlone(client).catch(() => false) : false;
    const pid = await findPostmaster(folder.cluster);
    if (alone && pid) await stopPostmaster(pid, folder.cluster, log);
    await client?.end().catch(() => undefined);
    const left = await findPostmaster(folder.cluster);
    log.info({ pid }, left ? 'Left PostgreSQL running' : 'Stopped PostgreSQL');
    return left ? 'left running for others' : 'stopped';
  }
}

// Undefined when the connection died in between, as when the last one before us is stopping it.
async function join(entrance: Entrance, leaving: AbortSignal): Promise<Client | undefined> {
  const client = await enter(entrance, leaving);
  if (!client) return undefined;
  try {
    await lockPresence(client);
    await insertDatabase(client);
    return client;
  } catch (error) {
    const lost = !(await answers(client));
    void client.end().catch(() => undefined);
    if (!lost) throw error;
    return undefined;
  }
}

async function answers(client: Client): Promise<boolean> {
  return client.query('').then(
    () => true,
    () => false,
  );
}

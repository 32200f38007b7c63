import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { type Entrance, enter } from './entrance.ts';
import { findPostmaster, stopPostmaster } from './postmaster.ts';
import { messageOf } from './refusal.ts';
import { insertDatabase, lockPresence, tryLockAlone } from './store.ts';

export type Ending = 'stopped' | 'left running for others';

const backoffSecondsMax = 5;

/**
 * One process's share in the running PostgreSQL: a connection that holds a shared lock. PostgreSQL
 * releases the lock by itself when the process dies, so that nothing stale is ever left.
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
    for (let failures = 0; ; failures += 1) {
      await pause(Math.min(failures, backoffSecondsMax), signal);
      const client = await join(this.#entrance, signal).catch((error: unknown) => {
        this.#entrance.log.error({ reason: messageOf(error) }, 'PostgreSQL is down; trying again');
      });
      if (client) this.#watch(client);
      if (client || signal.aborted) return client || undefined;
    }
  }

  async #leave(): Promise<Ending> {
    this.#leaving.abort();
    const { log } = this.#entrance;
    const joined = await this.#joined;
    const client = joined && (await answers(joined)) ? joined : await this.#joinAgain();
    const stopped = client ? await this.#putOut(client) : !(await this.#find());
    await client?.end().catch(() => undefined);
    log.info({}, stopped ? 'PostgreSQL has stopped' : 'PostgreSQL goes on for others');
    return stopped ? 'stopped' : 'left running for others';
  }

  // Keeps the connection, and so the lock, until PostgreSQL is gone: who joins meanwhile waits.
  async #putOut(client: Client): Promise<boolean> {
    const { log, folder } = this.#entrance;
    if (!(await tryLockAlone(client).catch(() => false))) return !(await this.#find());
    const pid = await this.#find();
    if (pid) return stopPostmaster(pid, folder.cluster, log);
    log.warn({}, 'PostgreSQL runs where we cannot see its process (another container?)');
    return false;
  }

  #find(): Promise<number | undefined> {
    return findPostmaster(this.#entrance.folder.cluster);
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

async function pause(seconds: number, signal: AbortSignal) {
  await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
}

async function answers(client: Client): Promise<boolean> {
  return client.query('').then(
    () => true,
    () => false,
  );
}

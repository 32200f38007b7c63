import { randomUUID } from 'node:crypto';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { ConfigError } from '../errors.ts';
import { type Log, loggable } from '../log.ts';
import { type Address, directly } from './address.ts';
import { drop, openClient, refuseReadOnly, Servers } from './servers.ts';

export const channel = 'heddle';
const heartbeatMilliseconds = 3_000;
const patienceMilliseconds = 4_000;
const againMilliseconds = 250;
const helloMilliseconds = 1_000;
const helloMax = 10;

/**
 * Receives what processes announce with `pg_notify('heddle', '<topic> <text>')`. While the
 * connection is down nothing is received: `connected` says so, and `lost` runs at every new
 * connection, because anything may have been missed, so that caches must be emptied.
 */
export class Listener {
  connected = false;
  readonly #address: Address;
  readonly #log: Log;
  readonly #topics = new Map<string, Set<(text: string) => void>>();
  readonly #lost = new Set<() => void>();
  #client: pg.Client | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #closed = false;
  #isBeating = false;

  constructor(address: Address, log: Log) {
    this.#address = directly(address);
    this.#log = log;
  }

  on(topic: string, hear: (text: string) => void): void {
    const hearers = this.#topics.get(topic) ?? new Set();
    this.#topics.set(topic, hearers.add(hear));
  }

  onLost(run: () => void): void {
    this.#lost.add(run);
  }

  async start(): Promise<void> {
    await this.#connect();
    this.#heartbeat = setInterval(() => void this.#beat(), heartbeatMilliseconds);
    this.#heartbeat.unref();
  }

  /**
   * Checks that announcements arrive: they do not through a pooler that switches sessions, nor when
   * the two addresses lead to different databases.
   */
  async verify(announce: (topic: string) => Promise<void>): Promise<void> {
    const topic = `hello-${randomUUID()}`;
    const heard = new Promise<true>((resolve) => this.on(topic, () => resolve(true)));
    for (let attempts = 0; attempts < helloMax; attempts += 1) {
      await announce(topic);
      const patience = setTimeout(helloMilliseconds, undefined, { ref: false });
      if (await Promise.race([heard, patience])) {
        this.#topics.delete(topic);
        return;
      }
    }
    throw new ConfigError(
      'DATABASE_DIRECT_URL: notifications sent through DATABASE_URL do not arrive. Behind a pooler in ' +
        'transaction mode, set it to PostgreSQL itself (the same database).',
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    const client = this.#client;
    if (!client) return;
    await Promise.race([client.end(), setTimeout(patienceMilliseconds, undefined, { ref: false })]);
    drop(client);
  }

  async #connect(): Promise<void> {
    // LISTEN needs no rights; in a database of the operator it is done as its login.
    const role = 'user' in this.#address ? 'heddle_system' : 'owner';
    const client = await openClient(this.#address, role, `heddle ${process.pid} listener`, {
      query_timeout: 2 * patienceMilliseconds,
    });
    client.on('error', (error) =>
      this.#log.warn(loggable(error), 'the listening connection failed'),
    );
    client.on('end', () => void this.#reconnect(client));
    client.on('notification', ({ payload = '' }) => this.#hear(payload));
    try {
      await client.query(`listen ${channel}`);
    } catch (error) {
      drop(client);
      throw error;
    }
    if (this.#closed) return client.end();
    this.#client = client;
    this.connected = true;
    for (const run of this.#lost) run();
  }

  #hear(payload: string): void {
    const space = payload.indexOf(' ');
    const topic = space < 0 ? payload : payload.slice(0, space);
    for (const hear of this.#topics.get(topic) ?? [])
      hear(space < 0 ? '' : payload.slice(space + 1));
  }

  /** One attempt after the other; a client that never got through is closed as well. */
  async #reconnect(ended: pg.Client): Promise<void> {
    if (this.#client !== ended) return;
    this.connected = false;
    this.#client = undefined;
    while (!this.#closed && !this.#client) {
      await setTimeout(againMilliseconds);
      if (this.#closed) return;
      await this.#connect().catch((error) =>
        this.#log.warn(loggable(error), 'cannot listen to the database; trying again'),
      );
    }
  }

  /** A half-open connection looks alive until something is sent over it. */
  async #beat(): Promise<void> {
    const client = this.#client;
    if (!client || this.#isBeating) return;
    this.#isBeating = true;
    const servers = Servers.of(this.#address);
    try {
      if (!(await isInTime(refuseReadOnly(client)))) {
        this.#log.warn({}, 'the database is silent');
        servers.abandon();
        drop(client);
      }
    } catch {
      servers.doubt();
      drop(client);
    } finally {
      this.#isBeating = false;
    }
  }
}

/** Whether an answer comes in time; one that arrived while this process was busy counts. */
async function isInTime(answer: Promise<void>): Promise<boolean> {
  const late = new AbortController();
  const patience = setTimeout(patienceMilliseconds, undefined, { signal: late.signal }).then(
    async () => {
      await setImmediate();
      await setImmediate();
      return false;
    },
  );
  patience.catch(() => undefined);
  try {
    return await Promise.race([answer.then(() => true), patience]);
  } finally {
    late.abort();
  }
}

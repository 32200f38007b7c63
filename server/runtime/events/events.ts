import type { EventOf, EventType } from '../../../contract/events.ts';
import type { Database, Tx } from '../database/database.ts';
import type { Listener } from '../database/listener.ts';
import { type Log, loggable } from '../log.ts';
import { checkEvents } from './shapes.ts';
import {
  type EventRow,
  insertEvents,
  insertReader,
  lockReader,
  selectEventsAfter,
  updateReader,
} from './store.ts';

/** What a job is told of an event that it follows: it looks up the present state itself. */
export type Happened = { organization: number; type: EventType; subject: string };

/** An event to publish; the contract defines what each type carries. */
export type NewEvent = EventOf & {
  /** How deep it stands; without it, as deep as what its transaction is for. */
  readonly depth?: number;
};
export type { EventRow } from './store.ts';

const topic = 'event';
const idleMilliseconds = 1_000;

/**
 * Writes events to the log, in the transaction that makes them happen.
 * @throws Error if one does not fit the schema of its type; then nothing is written
 */
export async function publish(
  tx: Tx,
  organization: number,
  now: Date,
  events: readonly NewEvent[],
): Promise<void> {
  if (events.length === 0) return;
  checkEvents(events);
  await insertEvents(tx, organization, now, events);
  tx.announce(`${topic} ${organization}`);
}

/**
 * Reads the event log under a name, from where that name stopped: every event once, in order, even
 * if several processes read under the same name. `take` works in the transaction that moves the
 * position, so it only writes (it enqueues jobs); when it throws, its events are tried again.
 */
export class EventReader {
  readonly #name: string;
  readonly #database: Database;
  readonly #log: Log;
  readonly #take: (tx: Tx, events: EventRow[]) => Promise<void>;
  readonly #batchMax: number;
  #wake: () => void = () => {};
  #woken = false;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    name: string,
    database: Database,
    log: Log,
    take: (tx: Tx, events: EventRow[]) => Promise<void>,
    batchMax = 500,
  ) {
    this.#name = name;
    this.#database = database;
    this.#log = log;
    this.#take = take;
    this.#batchMax = batchMax;
  }

  /** From the first time on, no event is missed, even if nobody reads yet. */
  async register(): Promise<void> {
    await this.#database.system.transaction((tx) => insertReader(tx, this.#name));
  }

  async start(listener: Listener): Promise<void> {
    await this.register();
    listener.on(topic, () => this.#nudge());
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#nudge();
    await this.#running;
  }

  #nudge(): void {
    this.#woken = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#woken = false;
      const taken = await this.readBatch().catch((error) => {
        this.#log.error({ reader: this.#name, ...loggable(error) }, 'events were not taken');
        return 0;
      });
      if (taken < this.#batchMax && !this.#woken) await this.#rest();
    }
  }

  /** Takes the events that are there now, at most one batch; answers how many. */
  async readBatch(): Promise<number> {
    return this.#database.system.transaction(async (tx) => {
      const position = await lockReader(tx, this.#name);
      if (!position) return 0;
      const events = await selectEventsAfter(tx, position, position.end, this.#batchMax);
      const last = events.at(-1);
      if (!last) return 0;
      await this.#take(tx, events);
      await updateReader(tx, this.#name, last);
      return events.length;
    });
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, idleMilliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

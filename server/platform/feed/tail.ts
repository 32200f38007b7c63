import type { Database } from '../../runtime/database/database.ts';
import type { Listener as Announcements } from '../../runtime/database/listener.ts';
import { comparePositions, type Position } from '../../runtime/events/position.ts';
import { type Log, loggable } from '../../runtime/log.ts';
import { changesOf } from './changes.ts';
import { deliver, type Listener, Listeners } from './listeners.ts';
import type { AddressedChange, Source } from './source.ts';
import { type Asked, type FeedEvent, type Page, selectPage } from './store.ts';

const batchMax = 500;
const idleMilliseconds = 1_000;
/**
 * With many listeners every batch means many writes: what happens within this time is sent
 * together.
 */
const gatherMilliseconds = 25;
const againMilliseconds = 250;
/** Each takes up to seven connections. */
const organizationsAtOnce = 2;

type Services = { database: Database; listener: Announcements; log: Log };
type ChangesBySource = Map<Source, AddressedChange[]>;

/**
 * Follows the event log for all listeners of this process, as long as there are any. `delivered` is
 * called with the events of each batch once they were handed out.
 */
export class Tail {
  readonly #services: Services;
  readonly #asked: Asked;
  readonly #delivered: (events: readonly FeedEvent[]) => void;
  readonly #listeners = new Listeners();
  /** The end of the batch that was read last: it is for the listeners that were there by then. */
  #position: Position = { transaction: '0', sequence: 0, epoch: 0 };
  #isStopped = false;
  #isLooking = false;
  #isWoken = false;
  #wake: () => void = () => {};
  #running: Promise<void> | undefined;

  constructor(
    services: Services,
    sources: readonly Source[],
    delivered: (events: readonly FeedEvent[]) => void,
  ) {
    this.#services = services;
    this.#asked = {
      types: [...new Set(sources.flatMap(({ types }) => types))],
      unread: sources.flatMap(({ unread }) => unread),
    };
    this.#delivered = delivered;
    const nudge = () => this.#nudge();
    services.listener.on('event', nudge);
    services.listener.onLost(nudge);
  }

  /**
   * Adds a listener at its position; answers false when the tail is past that, and the listener has
   * to catch up first.
   */
  join(listener: Listener): boolean {
    if (this.#listeners.count === 0 && !this.#isLooking) this.#position = listener.position;
    if (comparePositions(listener.position, this.#position) < 0) return false;
    this.#listeners.add(listener);
    this.#running ??= this.#run();
    this.#nudge();
    return true;
  }

  leave(listener: Listener): void {
    this.#listeners.remove(listener);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#nudge();
    await this.#running;
  }

  #nudge(): void {
    this.#isWoken = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    let misses = 0;
    while (!this.#isStopped) {
      this.#isWoken = false;
      const page = this.#listeners.count > 0 ? await this.#look() : undefined;
      misses = page?.hasYounger ? misses + 1 : 0;
      if (page && !page.isLast) continue;
      if (page && page.events.length > 0) await this.#pause(gatherMilliseconds, false);
      else if (misses > 0) await this.#pause(Math.min(10 * 2 ** misses, idleMilliseconds), true);
      else await this.#pause(idleMilliseconds, true);
    }
  }

  async #look(): Promise<Page | undefined> {
    const { database, log } = this.#services;
    const from = this.#position;
    this.#isLooking = true;
    try {
      const page = await selectPage(database.system.reading, from, this.#asked, null, batchMax);
      if (isBefore(page.position, from)) this.#beginAnew(page.position);
      // From here on, a listener that joins without having reached this is sent to catch up.
      this.#position = page.position;
      await this.#handOut(page);
      return page;
    } catch (error) {
      log.warn(loggable(error), 'the feed cannot read the event log; trying again');
      await this.#pause(againMilliseconds, false);
      return undefined;
    } finally {
      this.#isLooking = false;
    }
  }

  /**
   * The log ends before what was already read: this is another database, or an older state of it.
   */
  #beginAnew(position: Position): void {
    for (const listener of this.#listeners.all()) {
      listener.position = position;
      listener.resync();
    }
  }

  async #handOut({ events, position }: Page): Promise<void> {
    const loaded = await this.#load(events);
    for (const organization of this.#listeners.organizations()) {
      for (const source of this.#listeners.sources(organization)) {
        const changes = loaded.get(organization)?.get(source) ?? [];
        deliver(this.#listeners.of(organization, source), changes, position);
      }
    }
    this.#delivered(events);
  }

  /** What cannot be loaded now is loaded later: nothing that was read is skipped. */
  async #load(events: readonly FeedEvent[]): Promise<Map<number, ChangesBySource>> {
    while (!this.#isStopped && events.length > 0) {
      try {
        return await this.#loadOnce(events);
      } catch (error) {
        this.#services.log.warn(loggable(error), 'the feed cannot load changes; trying again');
        await this.#pause(againMilliseconds, false);
      }
    }
    return new Map();
  }

  async #loadOnce(events: readonly FeedEvent[]): Promise<Map<number, ChangesBySource>> {
    const byOrganization = Map.groupBy(events, ({ organization }) => organization);
    const heard = this.#listeners.organizations().filter((one) => byOrganization.has(one));
    const loaded = new Map<number, ChangesBySource>();
    for (let at = 0; at < heard.length; at += organizationsAtOnce) {
      await Promise.all(
        heard.slice(at, at + organizationsAtOnce).map(async (organization) => {
          const own = byOrganization.get(organization) ?? [];
          loaded.set(organization, await this.#loadOf(organization, own));
        }),
      );
    }
    return loaded;
  }

  async #loadOf(organization: number, events: readonly FeedEvent[]): Promise<ChangesBySource> {
    const db = this.#services.database.of(organization).reading;
    const loaded: ChangesBySource = new Map();
    for (const source of this.#listeners.sources(organization)) {
      const ctx = { db, organization, listening: this.#listeners.users(organization, source) };
      loaded.set(source, await changesOf(source, ctx, events));
    }
    return loaded;
  }

  #pause(milliseconds: number, canBeWoken: boolean): Promise<void> {
    if (this.#isStopped || (canBeWoken && this.#isWoken)) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        if (!canBeWoken && !this.#isStopped) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Also in another epoch: what was read with a position of the one before tells nothing. */
function isBefore(reached: Position, from: Position): boolean {
  return reached.epoch !== from.epoch || comparePositions(reached, from) < 0;
}

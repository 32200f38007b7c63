import { setTimeout as wait } from 'node:timers/promises';
import { loggable } from '../../../runtime/log.ts';
import { type ConnectionRow, selectConnection } from '../../connections/store.ts';
import type { Session } from '../../connectors/connector.ts';
import {
  deleteFeed,
  type FeedClaim,
  leaseSeconds,
  releaseFeed,
  selectWaitingRuns,
  updateFeedBeat,
} from '../../syncs/following/store.ts';
import type { Follow, Runner, RunnerServices } from '../runner.ts';
import { settleRun, whileSettling } from '../settling.ts';
import { claimRun } from '../store.ts';
import { Members } from './members.ts';
import { Polling } from './polling.ts';

const beatMilliseconds = 3_000;
const lookMilliseconds = 2_000;
const restMilliseconds = 100;
/** Whoever cannot hold it leaves others their turn. */
const againSeconds = 10;

/**
 * Holds a source: does the runs of the syncs that follow it, which share what it tells, until nobody
 * follows it any more, or somebody else holds it.
 */
export class Feeding {
  readonly #services: RunnerServices;
  readonly #runner: Runner;
  readonly #claim: FeedClaim;
  readonly #ending = new AbortController();
  readonly #runs = new Map<string, Promise<void>>();
  #members: Members | undefined;
  #polling: Polling | undefined;
  #woken = Promise.withResolvers<void>();
  #isLost = false;
  #isSaid = false;
  #isGivenBack = false;
  #looking: Promise<void> | undefined;
  #beating: Promise<void> | undefined;
  #heldAt = performance.now();

  constructor(services: RunnerServices, runner: Runner, claim: FeedClaim) {
    this.#services = services;
    this.#runner = runner;
    this.#claim = claim;
  }

  /** There may be a run that waits for it. */
  look(): void {
    this.#woken.resolve();
  }

  /** Something has happened on this server. */
  hear(organization: number): void {
    if (organization === this.#claim.organization) this.#polling?.hear();
  }

  /** Gives it back, to go on elsewhere. */
  close(): void {
    this.#isGivenBack = true;
    this.#end();
  }

  #end(): void {
    this.#ending.abort(new Error('the feed is given back'));
    this.look();
  }

  async hold(): Promise<void> {
    const { database, log } = this.#services;
    const timer = setInterval(() => {
      // Two at once might store where everybody was after where they are.
      this.#beating ??= this.#beat().finally(() => {
        this.#beating = undefined;
      });
    }, beatMilliseconds);
    let pause = 0;
    try {
      await this.#hold();
    } catch (error) {
      if (!this.#isGivenBack) pause = againSeconds;
      log.warn(
        { ...loggable(error), connection: this.#claim.connectionId },
        'a feed is given back',
      );
    } finally {
      clearInterval(timer);
      this.#ending.abort();
      await Promise.allSettled(this.#runs.values());
      if (!this.#isLost) {
        await database.system
          .transaction((tx) => releaseFeed(tx, this.#claim, pause))
          .catch((error) => log.warn(loggable(error), 'a feed waits until its lease ends'));
      }
    }
  }

  async #hold(): Promise<void> {
    const { database, sessions } = this.#services;
    const { organization, connectionId } = this.#claim;
    const { signal } = this.#ending;
    const { reading } = database.of(organization);
    const connection = await selectConnection(reading, organization, connectionId);
    if (!connection) return;
    const opened = await sessions.open(connection, signal).catch(async (error) => {
      // Those that wait say why, each by itself.
      await this.#begin(() => Promise.reject(error));
      throw error;
    });
    try {
      const follow = await this.#followFrom(connection, opened.session);
      while (!signal.aborted) {
        this.#woken = Promise.withResolvers();
        const now = await selectConnection(reading, organization, connectionId);
        // With other credentials, or another configuration, it is begun anew.
        if (now?.updated_at.getTime() !== connection.updated_at.getTime()) return;
        await this.#begin(follow);
        await this.#members?.settle();
        if (await this.#isOver()) return;
        await this.#rest();
      }
    } finally {
      this.#end();
      await this.#members?.close();
      await opened.close();
    }
  }

  /** Until there may be something new; what comes all at once is looked at once. */
  async #rest(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, lookMilliseconds);
    void this.#woken.promise.then(resolve);
    await promise;
    clearTimeout(timer);
    if (!this.#ending.signal.aborted) await wait(restMilliseconds);
  }

  /** By what the source tells, or else by asking it again and again. */
  async #followFrom(connection: ConnectionRow, session: Session): Promise<Follow> {
    const { sessions } = this.#services;
    if (!session.feed) {
      const polling = new Polling(this.#services);
      // What happens on this server itself is told by its log.
      if (sessions.providers.find(connection.provider)?.own) this.#polling = polling;
      return polling.follow;
    }
    const feed = await session.feed(this.#claim.slot);
    const members = new Members(
      this.#services,
      this.#claim,
      { feed, connection },
      this.#ending.signal,
    );
    await members.begin();
    this.#members = members;
    return (claim, assignment, ends, means) => {
      const following = members.follow({ claim, assignment, ends, means });
      const settle = async () => {
        if (members.hears(claim.syncId)) await settleRun(this.#services, claim, means, null);
      };
      return whileSettling(following, settle);
    };
  }

  async #begin(follow: Follow): Promise<void> {
    const { database, clock } = this.#services;
    const { reading } = database.of(this.#claim.organization);
    const now = clock.now();
    for (const only of await selectWaitingRuns(reading, this.#claim, now)) {
      if (this.#runs.has(only)) continue;
      const perOrganization = Number.MAX_SAFE_INTEGER;
      const claim = await database.system.transaction((tx) =>
        claimRun(tx, { now, only, perOrganization }),
      );
      if (!claim) continue;
      const run = this.#runner.run(claim, { follow, signal: this.#ending.signal }).finally(() => {
        this.#runs.delete(only);
        this.look();
      });
      this.#runs.set(only, run);
    }
  }

  /** What is kept for nobody is not kept. */
  async #isOver(): Promise<boolean> {
    if (this.#runs.size > 0 || (this.#members?.count ?? 0) > 0) return false;
    const { database, log } = this.#services;
    try {
      await this.#members?.forget();
    } catch (error) {
      if (!this.#isSaid)
        log.warn(loggable(error), 'what a source keeps for nobody is not dropped yet');
      this.#isSaid = true;
      return false;
    }
    return database.of(this.#claim.organization).transaction((tx) => deleteFeed(tx, this.#claim));
  }

  async #beat(): Promise<void> {
    const { database, log } = this.#services;
    const { organization } = this.#claim;
    const standing = this.#members?.standing() ?? { confirmed: null, standings: [] };
    try {
      const isHeld = await database
        .of(organization)
        .transaction((tx) => updateFeedBeat(tx, this.#claim, standing));
      if (!isHeld) return this.#lose();
      this.#heldAt = performance.now();
      this.#members?.confirm(standing.confirmed);
      this.#lookAtSource();
    } catch (error) {
      log.warn(loggable(error), 'a feed is not looked after');
      const silent = performance.now() - this.#heldAt;
      if (silent > leaseSeconds * 1000) this.#lose();
    }
  }

  /** It may be away, or slow: whoever follows hears of that by the stream. */
  #lookAtSource(): void {
    this.#looking ??= this.#members
      ?.look()
      .catch(() => undefined)
      .finally(() => {
        this.#looking = undefined;
      });
  }

  #lose(): void {
    this.#isLost = true;
    this.close();
  }
}

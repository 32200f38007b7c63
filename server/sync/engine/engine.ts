import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Platform } from '../../platform/platform.ts';
import { loggable } from '../../runtime/log.ts';
import { claimFeed, type FeedClaim, releaseFeed } from '../syncs/following/store.ts';
import { takeBackExpired } from './conclusion.ts';
import type { FromRunner, ToRunner } from './messages.ts';
import { type Claim, claimRun, releaseRun, selectHeldRuns } from './store.ts';
import { tick } from './ticks.ts';

const turnMilliseconds = 1_000;
const closeMilliseconds = 20_000;
const idleMilliseconds = 60_000;
/** Whoever has lost a run ends it within this, and says so. */
const goneMilliseconds = 60_000;
const program = join(import.meta.dirname, '..', 'process.ts');

/** `lostAt`: since when somebody else may have it. */
type Claimed = Claim & { child: ChildProcess; lostAt?: number };

/**
 * Begins runs whose time has come, and has them done in a process of their own, so that whoever asks
 * this one something does not wait for them.
 */
export class Engine {
  readonly #platform: Platform;
  readonly #claims = new Map<string, Claimed>();
  /** By the ids of their connections. */
  readonly #feeds = new Map<string, FeedClaim & { child: ChildProcess }>();
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #turning: Promise<void> | undefined;
  #isAgain = false;
  #isClosed = false;
  #idleSince = performance.now();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  start(): void {
    this.#platform.listener.on('sync_run', () => {
      void this.turn();
      if (this.#feeds.size > 0) this.#tell({ kind: 'look' });
    });
    this.#platform.listener.on('event', (organization) => this.#pass(Number(organization)));
    this.#timer = setInterval(() => void this.turn(), turnMilliseconds);
    void this.turn();
  }

  /** Gives the runs under way back, to go on elsewhere. */
  async stop(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#turning;
    const child = this.#child;
    if (!child) return;
    const ended = once(child, 'exit');
    this.#tell({ kind: 'close' });
    await Promise.race([ended, setTimeout(closeMilliseconds, undefined, { ref: false })]);
    child.kill('SIGKILL');
    await ended;
  }

  /** Looks for what is to be done, now; never twice at once. */
  async turn(): Promise<void> {
    if (this.#isClosed) return;
    this.#isAgain = this.#turning !== undefined;
    this.#turning ??= this.#turn()
      .catch((error) => this.#platform.log.warn(loggable(error), 'syncs are not looked after'))
      .finally(() => {
        this.#turning = undefined;
        if (this.#isAgain) void this.turn();
      });
    await this.#turning;
  }

  async #turn(): Promise<void> {
    const { database, clock, config } = this.#platform;
    // Runs that wait go on, whatever is wrong with the times of others.
    await tick(this.#platform).catch((error) =>
      this.#platform.log.error(loggable(error), 'no run begins at its time'),
    );
    const expired = await database.system.transaction((tx) => takeBackExpired(tx, clock.now()));
    // A process that does not say that it still has them is frozen: it would never begin them again.
    for (const runId of expired) this.#claims.get(runId)?.child.kill('SIGKILL');
    await this.#endFrozen();
    while (this.#claims.size < config.syncRunsMax && !this.#isClosed) {
      const limits = { now: clock.now(), perOrganization: config.syncRunsPerOrganization };
      const claim = await database.system.transaction((tx) => claimRun(tx, limits));
      if (!claim) break;
      const child = this.#begin();
      this.#claims.set(claim.runId, { ...claim, child });
      this.#tell({ kind: 'run', claim });
    }
    await this.#takeFeed();
    this.#rest();
  }

  /** One in a turn, so that several servers share them. */
  async #takeFeed(): Promise<void> {
    if (this.#isClosed) return;
    const claim = await this.#platform.database.system.transaction(claimFeed);
    if (!claim) return;
    const frozen = this.#feeds.get(claim.connectionId);
    // It had it, and did not say so any more.
    if (frozen) {
      frozen.child.kill('SIGKILL');
      if (this.#child === frozen.child) this.#child = undefined;
    }
    const child = this.#begin();
    this.#feeds.set(claim.connectionId, { ...claim, child });
    this.#tell({ kind: 'feed', claim });
  }

  /** Ends those, too, whose runs another server has taken, so that they do not keep their places. */
  async #endFrozen(): Promise<void> {
    const { database, clock } = this.#platform;
    const claims = [...this.#claims.values()];
    if (claims.length === 0) return;
    const held = new Set(await selectHeldRuns(database.system.reading, claims));
    const now = clock.now().getTime();
    for (const claim of claims.filter(({ runId }) => !held.has(runId))) {
      claim.lostAt ??= now;
      if (now - claim.lostAt > goneMilliseconds) claim.child.kill('SIGKILL');
    }
  }

  #begin(): ChildProcess {
    if (this.#child) return this.#child;
    const child = fork(program, [], { execArgv: ['--max-old-space-size=192'] });
    this.#child = child;
    child.on('message', (message: FromRunner) => {
      this.#hear(message);
      this.#idleSince = performance.now();
      void this.turn();
    });
    child.on('exit', () => this.#bury(child));
    child.on('error', (error) => {
      this.#platform.log.error(loggable(error), 'no runs can be done');
      // What has not begun does not exit either.
      if (child.pid === undefined) this.#bury(child);
    });
    const { config, database, objects } = this.#platform;
    this.#tell({ kind: 'begin', config, address: database.address, objects });
    return child;
  }

  #hear(message: FromRunner): void {
    const { fence } = message;
    if (message.kind === 'ended') {
      if (this.#claims.get(message.runId)?.fence === fence) this.#claims.delete(message.runId);
    } else if (this.#feeds.get(message.connectionId)?.fence === fence) {
      this.#feeds.delete(message.connectionId);
    }
  }

  /** What it had under way goes on in another one. */
  #bury(child: ChildProcess): void {
    if (this.#child === child) this.#child = undefined;
    const { database, log } = this.#platform;
    const left = [...this.#claims.values()].filter((claim) => claim.child === child);
    for (const { runId } of left) this.#claims.delete(runId);
    this.#releaseFeeds(child);
    if (left.length === 0 || this.#isClosed) return;
    log.warn({ runs: left.length }, 'the process that does runs has ended');
    const isUntried = child.pid === undefined;
    for (const claim of left) {
      database.system
        .transaction((tx) => releaseRun(tx, claim, isUntried))
        // One that could not begin is not tried again before the next turn.
        .then(() => (isUntried ? undefined : this.turn()))
        .catch((error) => log.warn(loggable(error), 'a run waits until its lease ends'));
    }
  }

  #releaseFeeds(child: ChildProcess): void {
    const { database, log } = this.#platform;
    const left = [...this.#feeds.values()].filter((feed) => feed.child === child);
    for (const { connectionId } of left) this.#feeds.delete(connectionId);
    if (this.#isClosed) return;
    for (const feed of left) {
      database.system
        .transaction((tx) => releaseFeed(tx, feed))
        .catch((error) => log.warn(loggable(error), 'a feed waits until its lease ends'));
    }
  }

  /** A process that has nothing to do for a while is ended. */
  #rest(): void {
    if (!this.#child || this.#claims.size > 0 || this.#feeds.size > 0) return;
    if (performance.now() - this.#idleSince < idleMilliseconds) return;
    const child = this.#child;
    this.#child = undefined;
    child.send({ kind: 'close' } satisfies ToRunner);
  }

  /** To whoever follows what happens on this server itself. */
  #pass(organization: number): void {
    const isFollowed = [...this.#feeds.values()].some((feed) => feed.organization === organization);
    if (isFollowed) this.#tell({ kind: 'event', organization });
  }

  #tell(message: ToRunner): void {
    this.#child?.send(message, (error) => {
      if (error)
        this.#platform.log.warn(loggable(error), 'the process that does runs hears nothing');
    });
  }
}

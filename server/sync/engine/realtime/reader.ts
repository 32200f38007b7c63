import { setTimeout as wait } from 'node:timers/promises';
import type { Feed, Place, Told } from '../../connectors/changes.ts';

/** So long others wait for one whose destination takes nothing. */
const patienceMilliseconds = 10_000;
const retrySecondsMax = 30;

/** Who is told what changes in one object. */
export type Follower = {
  readonly object: string;
  /** Up to here its destination has committed everything. */
  readonly stored: Place;
  /** Nothing that it was told waits. */
  readonly isIdle: boolean;
  hear(told: Told): void;
  /** Waits until it can take more; undefined: it can. */
  room(): Promise<void> | undefined;
  /** Forgets what is not committed: it will be told again what came after `stored`. */
  startOver(): Promise<void>;
  /** Goes on without being told anything, until it is attached again. */
  leaveBehind(): void;
};

/** Hears one feed, and tells each follower what concerns it. */
export class FeedReader {
  readonly #feed: Feed;
  readonly #signal: AbortSignal;
  readonly #followers = new Set<Follower>();
  /** Those that the transaction under way concerns. */
  readonly #concerned = new Set<Follower>();
  readonly #shapes = new Map<string, Told>();
  /** Everything up to here was told. */
  #at: Place | undefined;
  #begun: Told | undefined;
  #isAgain = false;
  #wake = Promise.withResolvers<void>();
  /** Why nothing is heard, at present. */
  failure: unknown;
  heardAt = Date.now();

  constructor(feed: Feed, signal: AbortSignal) {
    this.#feed = feed;
    this.#signal = signal;
  }

  /** Up to where a follower needs nothing any more, whoever asks for it. */
  storedBy(follower: Follower): Place {
    // Where it begins again, somebody was not told everything up to here.
    const at = this.#isAgain ? undefined : this.#at;
    return follower.isIdle && at !== undefined && at > follower.stored ? at : follower.stored;
  }

  async attach(follower: Follower): Promise<void> {
    const isLate =
      this.#at === undefined || this.#begun !== undefined || follower.stored < this.#at;
    this.#followers.add(follower);
    const shape = this.#shapes.get(follower.object);
    if (isLate) await this.#again();
    else if (shape) follower.hear(shape);
    this.#wake.resolve();
  }

  detach(follower: Follower): void {
    this.#followers.delete(follower);
    this.#concerned.delete(follower);
  }

  /** Until the signal; whatever goes wrong meanwhile, it is tried again. */
  async run(
    keep: () => Promise<void>,
    hear: (error: unknown, failures: number) => Promise<void>,
  ): Promise<void> {
    this.#signal.addEventListener('abort', () => this.#wake.resolve(), { once: true });
    for (let failures = 0; !this.#signal.aborted; ) {
      if (this.#followers.size === 0) {
        this.#wake = Promise.withResolvers();
        await this.#wake.promise;
        continue;
      }
      try {
        await this.#hear(keep, () => {
          failures = 0;
        });
      } catch (error) {
        if (this.#isAgain || this.#signal.aborted) continue;
        this.failure = error;
        failures += 1;
        await hear(error, failures);
        const seconds = Math.min(retrySecondsMax, 2 ** (failures - 1));
        await wait(seconds * 1000, undefined, { signal: this.#signal }).catch(() => undefined);
      }
    }
    await this.#feed.stop();
  }

  async #hear(keep: () => Promise<void>, isWell: () => void): Promise<void> {
    this.#isAgain = false;
    this.#at = undefined;
    this.#begun = undefined;
    this.#concerned.clear();
    this.#shapes.clear();
    await Promise.all([...this.#followers].map((follower) => this.#startOver(follower)));
    await keep();
    const [from] = [...this.#followers].map(({ stored }) => stored).sort();
    if (from === undefined) return;
    await this.#feed.begin(from);
    if (this.#isAgain) return;
    this.#at = from;
    this.failure = undefined;
    // What has ended while it began would be waited for, for ever.
    while (!this.#isAgain && !this.#signal.aborted) {
      const told = await this.#feed.next();
      this.heardAt = Date.now();
      isWell();
      if (!this.#isAgain) await this.#tell(told);
    }
  }

  /** Whoever hears it now hears it from where the last one of all is. */
  async #again(): Promise<void> {
    this.#isAgain = true;
    // Whoever has just come was not told what the others were.
    this.#at = undefined;
    await this.#feed.stop();
  }

  async #startOver(follower: Follower): Promise<void> {
    const isDone = await within(patienceMilliseconds, follower.startOver());
    if (!isDone) this.#leaveBehind(follower);
  }

  async #tell(told: Told): Promise<void> {
    if (told.kind === 'begin') this.#begun = told;
    else if (told.kind === 'idle') this.#at = told.at;
    else if (told.kind === 'commit') this.#tellCommit(told);
    else if (told.kind === 'emptied') {
      for (const object of told.objects) await this.#tellOf(object, told);
    } else {
      if (told.kind === 'object') this.#shapes.set(told.object, told);
      await this.#tellOf(told.object, told);
    }
  }

  #tellCommit(told: Told & { kind: 'commit' }): void {
    for (const follower of this.#concerned) follower.hear(told);
    this.#concerned.clear();
    this.#begun = undefined;
    this.#at = told.end;
  }

  async #tellOf(object: string, told: Told): Promise<void> {
    for (const follower of this.#followers) {
      if (follower.object !== object) continue;
      if (!this.#concerned.has(follower) && this.#begun && told.kind !== 'object') {
        follower.hear(this.#begun);
        this.#concerned.add(follower);
      }
      follower.hear(told);
      const room = follower.room();
      if (room) await this.#waitFor(follower, room);
    }
  }

  /** Who takes nothing for long keeps nobody else waiting. */
  async #waitFor(follower: Follower, room: Promise<void>): Promise<void> {
    while (this.#followers.has(follower) && !this.#isAgain) {
      if (await within(patienceMilliseconds, room)) return;
      this.#signal.throwIfAborted();
      if (this.#followers.size > 1) return this.#leaveBehind(follower);
    }
  }

  #leaveBehind(follower: Follower): void {
    this.detach(follower);
    follower.leaveBehind();
  }
}

async function within(milliseconds: number, work: Promise<void>): Promise<boolean> {
  const over = new AbortController();
  const late = wait(milliseconds, false, { signal: over.signal }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    over.abort();
  }
}

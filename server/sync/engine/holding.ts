import type { Database } from '../../runtime/database/database.ts';
import type { Counts, Progress } from '../syncs/runs/store.ts';
import { type Claim, leaseSeconds, updateBeat } from './store.ts';

const beatMilliseconds = 2_000;

/** Why a run that was under way ends. */
export type Stop = 'cancelled' | 'lost' | 'closing';

/**
 * Holds a run while it is done: says every few seconds how far it is, and hears whether it was cancelled
 * or taken over.
 */
export class Holding {
  readonly counts: Counts = {
    records_read: 0,
    records_written: 0,
    records_skipped: 0,
    records_failed: 0,
    records_deleted: 0,
    bytes: 0,
  };
  position: string | null = null;
  /** Something that it was to do is done: what goes wrong from now on goes wrong for the first time. */
  isSettled = false;
  progress: Progress | null = null;
  readonly #database: Database;
  readonly #claim: Claim;
  readonly #ending = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** What was moved before what is under way now. */
  #settled: Counts;
  #stop: Stop | undefined;
  #heardAt = performance.now();
  #beating: Promise<void> | undefined;

  constructor(
    database: Database,
    claim: Claim,
    before: Counts & { position: string | null; settled: Counts | null },
  ) {
    this.#database = database;
    this.#claim = claim;
    this.#settled = before.settled ?? { ...this.counts };
    for (const name of Object.keys(this.counts) as (keyof Counts)[]) {
      this.counts[name] = before[name];
    }
    this.position = before.position;
    this.#timer = setInterval(() => void this.beat(), beatMilliseconds);
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  get stop(): Stop | undefined {
    return this.#stop;
  }

  end(stop: Stop): void {
    this.#stop ??= stop;
    this.#ending.abort(new Error(`the run is ${stop}`));
  }

  /** Says it once more, and no more. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    if (this.#stop !== 'lost') await this.#tell();
  }

  /** Nothing new is committed yet; what was set aside is counted where it is kept. */
  countAnew(): void {
    const { records_failed } = this.counts;
    Object.assign(this.counts, this.#settled, { records_failed });
  }

  /** All that was to be done is done, for now. */
  settle(): void {
    this.isSettled = true;
    this.progress = null;
    this.#settled = { ...this.counts };
  }

  /** Makes sure that it still holds the run, whatever it has slept through. @throws what ended it */
  async confirm(): Promise<void> {
    await this.#beating;
    await this.beat();
    this.signal.throwIfAborted();
  }

  /** It is farther than was known. */
  async hear(position: string): Promise<void> {
    this.position = position;
    await this.beat();
  }

  /** Says how far it is, now. */
  beat(): Promise<void> {
    this.#beating ??= this.#tell().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  /** The same, and not what an earlier word has said. */
  async beatAnew(): Promise<void> {
    await this.#beating;
    await this.beat();
  }

  async #tell(): Promise<void> {
    const { counts, progress, position } = this;
    try {
      const held = await this.#database
        .of(this.#claim.organization)
        .transaction((tx) => updateBeat(tx, this.#claim, { counts, progress, position }));
      this.#heardAt = performance.now();
      if (!held) this.end('lost');
      else if (held.isCancelled) this.end('cancelled');
    } catch {
      // Nobody else may hold it yet, but somebody soon will.
      const silent = performance.now() - this.#heardAt;
      if (silent > leaseSeconds * 1000) this.end('lost');
    }
  }
}

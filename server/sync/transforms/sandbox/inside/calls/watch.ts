import type ivm from 'isolated-vm';
import type { Broken, Limits } from '../messages.ts';

const tickMilliseconds = 10;
const workingMilliseconds = 500;
/** Where a processor is shared by many, what runs without a pause is given so many times as long. */
const busyTimes = 2;
/** What is told to end and has not after so long never will. */
const graceMilliseconds = 500;

interface Watched {
  isolate: ivm.Isolate;
  limits: Limits;
  working: () => void;
  /** It has not ended, or the whole process is too large. */
  lose: (broken: Broken) => void;
}

/** Looks at a call from another thread than the one that it runs on. */
export class CallWatch {
  broken: Broken | undefined;
  readonly #watched: Watched;
  readonly #timer: NodeJS.Timeout;
  readonly #began = performance.now();
  readonly #used = process.cpuUsage();
  #brokeAt = 0;
  #told = this.#began;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#timer = setInterval(() => this.#look(), tickMilliseconds);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { isolate, limits, working, lose } = this.#watched;
    if (process.memoryUsage.rss() > limits.processMegabytes * 2 ** 20) {
      lose('memory');
      return;
    }
    const now = performance.now();
    if (now - this.#told > workingMilliseconds) {
      this.#told = now;
      working();
    }
    if (this.broken !== undefined) {
      if (now - this.#brokeAt > graceMilliseconds) lose(this.broken);
      return;
    }
    if (isolate.isDisposed) return;
    const { processorMilliseconds, wallMilliseconds } = limits.call;
    const { user, system } = process.cpuUsage(this.#used);
    const wall = now - this.#began;
    // Several threads work for one call: nobody uses more than has passed.
    const used = Math.min(wall, (user + system) / 1000);
    const running = Number(isolate.wallTime) / 1e6;
    const isBusy = used > processorMilliseconds || running > busyTimes * processorMilliseconds;
    if (!isBusy && wall <= wallMilliseconds) return;
    this.broken = 'time';
    this.#brokeAt = now;
    isolate.dispose();
  }
}

import type { Broken, Limits } from './messages.ts';

const tickMilliseconds = 10;
const workingMilliseconds = 500;
/** What is told to end and has not after so long never will. */
const graceMilliseconds = 500;
/** What uses no processor for so long waits for what never comes. */
const stuckMilliseconds = 5_000;

interface Watched {
  progress: Int32Array;
  count: number;
  limits: Limits;
  working: () => void;
  /** The work has broken a limit and is to end. */
  end: (broken: Broken) => void;
  /** It has not ended, or the whole process is too large. */
  lose: (broken: Broken) => void;
}

/** Looks at a batch from another thread than the one that it runs on. */
export class Watch {
  broken: Broken | undefined;
  readonly #watched: Watched;
  readonly #timer: NodeJS.Timeout;
  #at = -1;
  #since = elapsed();
  #told = performance.now();

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#timer = setInterval(() => this.#look(), tickMilliseconds);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { progress, limits, working, lose } = this.#watched;
    if (process.memoryUsage.rss() > limits.processMegabytes * 2 ** 20) {
      lose('memory');
      return;
    }
    const now = performance.now();
    if (now - this.#told > workingMilliseconds) {
      this.#told = now;
      working();
    }
    const at = progress[0] as number;
    // It only ever grows: nobody gets more time by turning it back.
    if (at > this.#at && this.broken === undefined) {
      this.#at = at;
      this.#since = elapsed();
    } else {
      this.#judge(at);
    }
  }

  #judge(at: number): void {
    const { count, limits, end, lose } = this.#watched;
    const { wall, least } = since(this.#since);
    if (this.broken !== undefined) {
      if (wall > graceMilliseconds) lose(this.broken);
      return;
    }
    const isRecord = at >= 1 && (at <= count || count === 1);
    const limit = isRecord ? limits.recordMilliseconds : limits.otherMilliseconds;
    if (least <= limit && wall <= limit + stuckMilliseconds) return;
    this.broken = 'time';
    this.#since = elapsed();
    end('time');
  }
}

interface Elapsed {
  wall: number;
  processor: NodeJS.CpuUsage;
}

function elapsed(): Elapsed {
  return { wall: performance.now(), processor: process.cpuUsage() };
}

/** `least`: on a busy machine nobody is guilty of having waited for a processor. */
function since({ wall, processor }: Elapsed): { wall: number; least: number } {
  const { user, system } = process.cpuUsage(processor);
  const passed = performance.now() - wall;
  return { wall: passed, least: Math.min(passed, (user + system) / 1000) };
}

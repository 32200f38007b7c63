import { setImmediate } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import { type Log, loggable } from '../log.ts';
import type { Job } from './job.ts';

const pollMilliseconds = 2_000;
const heartbeatMilliseconds = 3_000;
export const atOnceUsually = 50;
export const secondsUsually = 900;

type Taken = { id: string; data: object };
type Outcome = 'completed' | 'failed';

/**
 * Runs the jobs of one queue in this process: a job is fetched when there is room for it, and makes
 * room when it ends, so that slow jobs delay only themselves.
 */
export class Worker {
  readonly #boss: PgBoss;
  readonly #job: Job;
  readonly #log: Log;
  readonly #atOnce: number;
  readonly #running = new Map<string, AbortController>();
  readonly #ended: Record<Outcome, string[]> = { completed: [], failed: [] };
  #settling: Promise<void> | undefined;
  #loop: Promise<void> = Promise.resolve();
  #heartbeat: NodeJS.Timeout | undefined;
  #isStopped = false;
  #isNudged = false;
  /** The queue may hold more than there was room for. */
  #isHungry = false;
  #wake: () => void = () => {};
  #emptied: () => void = () => {};

  constructor(boss: PgBoss, job: Job, log: Log) {
    this.#boss = boss;
    this.#job = job;
    this.#log = log;
    this.#atOnce = job.type.terms.atOnce ?? atOnceUsually;
  }

  start(): void {
    this.#heartbeat = setInterval(() => void this.#beat(), heartbeatMilliseconds);
    this.#loop = this.#run();
  }

  /** Fetches jobs now, instead of at the next poll. */
  nudge(): void {
    this.#isNudged = true;
    this.#wake();
  }

  /** Takes no more jobs; resolves when those in progress have ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.nudge();
    await this.#loop;
    if (this.#running.size > 0) {
      await new Promise<void>((resolve) => {
        this.#emptied = resolve;
      });
    }
    clearInterval(this.#heartbeat);
  }

  /** Aborts the jobs that are still running; they run again elsewhere. */
  abandon(): void {
    clearInterval(this.#heartbeat);
    for (const one of this.#running.values()) one.abort(new Error('the process ends'));
    this.#running.clear();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      this.#isNudged = false;
      const room = this.#atOnce - this.#running.size;
      const taken = room > 0 ? await this.#take(room) : 0;
      this.#isHungry = taken === room || (taken > 0 && this.#isShared);
      if (!this.#isHungry || this.#running.size >= this.#atOnce) await this.#rest();
    }
  }

  /**
   * Whether organizations have a share: a fetch may then leave jobs behind although there was room.
   */
  get #isShared(): boolean {
    return this.#job.type.terms.atOncePerOrganization !== undefined;
  }

  async #take(room: number): Promise<number> {
    const { name, terms } = this.#job.type;
    const { atOncePerOrganization: groupConcurrency } = terms;
    try {
      const jobs = await this.#boss.fetch<object>(name, {
        batchSize: room,
        ...(groupConcurrency ? { groupConcurrency } : {}),
      });
      for (const one of jobs) void this.#carryOut(one);
      return jobs.length;
    } catch (error) {
      this.#log.warn({ job: name, ...loggable(error) }, 'the job queue failed');
      return 0;
    }
  }

  async #carryOut({ id, data }: Taken): Promise<void> {
    const abort = new AbortController();
    this.#running.set(id, abort);
    const outcome = await this.#attempt(id, data, abort);
    if (!this.#running.has(id)) return;
    await this.#settle(id, outcome);
    this.#running.delete(id);
    if (this.#running.size === 0) this.#emptied();
    if (this.#isHungry || this.#isShared) this.nudge();
  }

  async #attempt(id: string, data: object, abort: AbortController): Promise<Outcome> {
    const { name, terms } = this.#job.type;
    const { seconds = secondsUsually } = terms;
    const timer = setTimeout(() => abort.abort(new Error('its time is up')), seconds * 1000);
    const { signal } = abort;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    try {
      await Promise.race([this.#job.run(data, signal), aborted]);
      return 'completed';
    } catch (error) {
      this.#log.warn({ job: name, id, ...loggable(error) }, 'a job failed');
      return 'failed';
    } finally {
      clearTimeout(timer);
    }
  }

  /** Jobs that end together are recorded together. */
  #settle(id: string, outcome: Outcome): Promise<void> {
    this.#ended[outcome].push(id);
    this.#settling ??= this.#settleAll();
    return this.#settling;
  }

  async #settleAll(): Promise<void> {
    await setImmediate();
    this.#settling = undefined;
    const { name } = this.#job.type;
    const [completed, failed] = [this.#ended.completed.splice(0), this.#ended.failed.splice(0)];
    try {
      if (completed.length > 0) await this.#boss.complete(name, completed);
      if (failed.length > 0) await this.#boss.fail(name, failed, { failed: true });
    } catch (error) {
      this.#log.warn({ job: name, ...loggable(error) }, 'the end of jobs was not written down');
    }
  }

  async #beat(): Promise<void> {
    if (this.#running.size === 0) return;
    const { name } = this.#job.type;
    await this.#boss.touch(name, [...this.#running.keys()]).catch((error: unknown) => {
      this.#log.warn({ job: name, ...loggable(error) }, 'the job queue failed');
    });
  }

  #rest(): Promise<void> {
    if (this.#isNudged) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pollMilliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

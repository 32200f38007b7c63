import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import { Connections } from '../database/connections.ts';
import type { Database, Tx } from '../database/database.ts';
import { lockMilliseconds } from '../database/store.ts';
import { type Log, loggable } from '../log.ts';
import { grantJobs } from './store.ts';

/** Work outside a request: at least once, so `run` must bear being repeated. */
export type Job<Data extends object = object> = {
  /** `<noun>.<verb>` */
  readonly name: string;
  run(data: Data): Promise<void>;
  /** Retries with exponential backoff before the job becomes a dead letter; 10 unless given. */
  readonly retriesMax?: number;
  /**
   * How many batches of it a process has under way at once; 1 unless given. A batch ends with its
   * slowest job: what waits for others outside needs more than one.
   */
  readonly batchesMax?: number;
  /** When it runs by itself: cron, in UTC. */
  readonly cron?: string;
  /** Lets go of what `run` holds on to, once no job runs any more. */
  close?(): void;
};

export const job = <Data extends object>(definition: Job<Data>): Job =>
  definition as unknown as Job;

/** Enqueues a job in the caller's transaction: it exists if and only if that commits. */
export type Enqueue = (
  tx: Tx,
  name: string,
  data: object,
  options?: { startAfter?: Date; singletonKey?: string },
) => Promise<void>;

export const deadLetters = 'dead_letters';
const batchMax = 50;
const connectionsMax = 4;

/**
 * The job queue, on pg-boss. A worker that dies is noticed by its missing heartbeats within 20 s, and
 * its jobs run elsewhere.
 */
export class Jobs {
  readonly #boss: PgBoss;
  readonly #connections: Connections;
  readonly #jobs: readonly Job[];
  readonly #log: Log;
  readonly #workers: string[] = [];
  #stopping = false;

  constructor(database: Database, log: Log, jobs: readonly Job[], works: boolean) {
    this.#jobs = jobs;
    this.#log = log;
    const name = `heddle ${process.pid} jobs`;
    const connections = new Connections(
      database.address,
      { role: 'heddle_system', name, max: connectionsMax },
      log,
    );
    this.#connections = connections;
    this.#boss = new PgBoss({
      db: { executeSql: (text, values) => connections.run(text, values) },
      migrate: false,
      createSchema: false,
      schedule: works,
      supervise: works,
      superviseIntervalSeconds: 5,
      monitorIntervalSeconds: 5,
      reindex: false,
      monitorVacuum: false,
    });
    this.#boss.on('error', (error) => {
      if (!this.#stopping) log.warn(loggable(error), 'the job queue failed');
    });
  }

  /** Opens the queue for `enqueue`. */
  async start(): Promise<void> {
    await this.#boss.start().catch(explain);
    await this.#boss.createQueue(deadLetters, { retentionSeconds: 90 * 24 * 3600 });
    for (const one of this.#jobs) {
      await this.#boss.createQueue(one.name, {
        retryLimit: one.retriesMax ?? 10,
        retryBackoff: true,
        retryDelay: 1,
        retryDelayMax: 3600,
        heartbeatSeconds: 10,
        expireInSeconds: 900,
        deleteAfterSeconds: 24 * 3600,
        deadLetter: deadLetters,
      });
    }
  }

  /** Begins to run jobs in this process. */
  async work(): Promise<void> {
    for (const one of this.#jobs) {
      if (one.cron) await this.#boss.schedule(one.name, one.cron, {}, { tz: 'UTC' });
      for (let count = 0; count < (one.batchesMax ?? 1); count += 1) {
        this.#workers.push(await this.#workOn(one));
      }
    }
  }

  #workOn(one: Job): Promise<string> {
    return this.#boss.work<object, unknown>(
      one.name,
      {
        batchSize: batchMax,
        burstWhenBatchFull: true,
        heartbeatRefreshSeconds: 3,
        perJobResults: true,
      },
      (batch) => Promise.all(batch.map(({ id, data }) => this.#settle(one, id, data))),
    );
  }

  /** Looks for jobs now, instead of at the next poll. */
  nudge(): void {
    for (const worker of this.#workers) this.#boss.notifyWorker(worker);
  }

  enqueue: Enqueue = async (tx, name, data, options = {}) => {
    const db = {
      executeSql: async (text: string, values?: unknown[]) => ({
        rows: await tx.rows(text, values),
      }),
    };
    await this.#boss.send(name, data, { ...options, db });
  };

  /** Waits for running jobs, at most `seconds`; what is still running then runs again elsewhere. */
  async stop(seconds: number): Promise<void> {
    this.#stopping = true;
    await this.#finish(seconds);
    await this.#boss.stop({ graceful: false });
    await this.#connections.close();
    for (const one of this.#jobs) one.close?.();
  }

  /** Jobs by queue, for metrics. */
  async counts() {
    const queues = await this.#boss.getQueues();
    return queues.map(({ name, queuedCount, activeCount, failedCount }) => ({
      name,
      queued: queuedCount,
      active: activeCount,
      failed: failedCount,
    }));
  }

  /** pg-boss itself would look every half second only whether the last job has ended. */
  #finish(seconds: number): Promise<void> {
    const ended = Promise.allSettled(this.#jobs.map(({ name }) => this.#boss.offWork(name)));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      void ended.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #settle(one: Job, id: string, data: object) {
    try {
      await one.run(data);
      return { id, status: 'completed' as const };
    } catch (error) {
      this.#log.warn({ job: one.name, id, ...loggable(error) }, 'a job failed');
      return { id, status: 'failed' as const, output: { failed: true } };
    }
  }
}

function explain(error: Error): never {
  if (!/requires migrations|not installed/.test(error.message)) throw error;
  throw new Error('The job queue is older than this version: run heddle migrate.');
}

/** Installs or updates the tables of the queue, as the owner of the database. */
export async function migrateJobs(client: pg.Client): Promise<void> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => client.query(withLockTimeout(text), values) },
    supervise: false,
    schedule: false,
  });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.stop({ graceful: false });
  await grantJobs(client);
}

/** Its own is half a minute, in which everybody else would wait behind it. */
function withLockTimeout(text: string): string {
  return text.replace(/(?<=set local lock_timeout = )\d+/i, String(lockMilliseconds));
}

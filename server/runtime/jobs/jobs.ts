import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import { Connections } from '../database/connections.ts';
import type { Database, Tx } from '../database/database.ts';
import { lockMilliseconds } from '../database/store.ts';
import { type Log, loggable } from '../log.ts';
import { type Enqueue, type Job, JobType } from './job.ts';
import { grantJobs } from './store.ts';
import { secondsUsually, Worker } from './worker.ts';

export { type Enqueue, type Job, JobType, job } from './job.ts';

export const deadLetters = 'dead_letters';
const connectionsMax = 4;

/**
 * The job queue, on pg-boss. A worker that dies is noticed by its missing heartbeats within 20 s, and
 * its jobs run elsewhere.
 */
export class Jobs {
  readonly #boss: PgBoss;
  readonly #connections: Connections;
  readonly #jobs: ReadonlyMap<string, Job>;
  readonly #log: Log;
  readonly #workers: Worker[] = [];
  #stopping = false;

  constructor(database: Database, log: Log, jobs: readonly Job[], works: boolean) {
    this.#jobs = new Map(jobs.map((one) => [one.type.name, one]));
    if (this.#jobs.size < jobs.length) throw new Error('two jobs have the same name');
    this.#log = log;
    const name = `heddle ${process.pid} ${works ? 'worker' : 'jobs'}`;
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

  /** Opens the queue, so that jobs can be enqueued. */
  async start(): Promise<void> {
    await this.#boss.start().catch(explain);
    await this.#boss.createQueue(deadLetters, { retentionSeconds: 90 * 24 * 3600 });
    for (const [name, { type }] of this.#jobs) {
      await this.#boss.createQueue(name, {
        retryLimit: type.terms.retriesMax ?? 10,
        retryBackoff: true,
        retryDelay: 1,
        retryDelayMax: 3600,
        heartbeatSeconds: 10,
        expireInSeconds: secondsUsually,
        deleteAfterSeconds: 24 * 3600,
        deadLetter: deadLetters,
      });
    }
  }

  /** Begins to run jobs in this process. */
  async work(): Promise<void> {
    for (const [name, one] of this.#jobs) {
      const { cron } = one.type.terms;
      if (cron) await this.#boss.schedule(name, cron, {}, { tz: 'UTC', ...sendingOf(one.type) });
      const worker = new Worker(this.#boss, one, this.#log);
      this.#workers.push(worker);
      worker.start();
    }
  }

  /** Fetches jobs now, instead of at the next poll. */
  nudge(): void {
    for (const worker of this.#workers) worker.nudge();
  }

  enqueue: Enqueue = (tx, type, data, options) => this.#send(tx, type, data, options);

  /** Enqueues a job again whose name and data come from the database. */
  async enqueueAgain(tx: Tx, name: string, data: object): Promise<void> {
    await this.#send(tx, this.#jobs.get(name)?.type ?? new JobType(name), data);
  }

  /** Runs a job here and now, for a caller that cannot wait for the queue. */
  async carryOut<Data extends object>(type: JobType<Data>, data: NoInfer<Data>): Promise<void> {
    await this.#jobs.get(type.name)?.run(data);
  }

  async #send(
    tx: Tx,
    type: JobType<object>,
    data: object,
    options: Parameters<Enqueue>[3] = {},
  ): Promise<void> {
    const db = {
      executeSql: async (text: string, values?: unknown[]) => ({
        rows: await tx.rows(text, values),
      }),
    };
    const { organization } = data as { organization?: number };
    const group = organization === undefined ? {} : { group: { id: String(organization) } };
    await this.#boss.send(type.name, data, { ...sendingOf(type), ...group, ...options, db });
  }

  /** Waits at most `seconds` for running jobs; those still running then run again elsewhere. */
  async stop(seconds: number): Promise<void> {
    this.#stopping = true;
    await this.#finish(seconds);
    await this.#boss.stop({ graceful: false });
    await this.#connections.close();
    for (const one of this.#jobs.values()) one.close?.();
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

  #finish(seconds: number): Promise<void> {
    const ended = Promise.allSettled(this.#workers.map((worker) => worker.stop()));
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        for (const worker of this.#workers) worker.abandon();
        resolve();
      }, seconds * 1000);
      void ended.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** A queue that exists keeps its time limit, so each job brings its own. */
function sendingOf({ terms: { seconds = secondsUsually } }: JobType<object>) {
  return { expireInSeconds: seconds };
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

/** Its own lock timeout is half a minute, during which everybody else would wait behind it. */
function withLockTimeout(text: string): string {
  return text.replace(/(?<=set local lock_timeout = )\d+/i, String(lockMilliseconds));
}

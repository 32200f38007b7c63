import type { Tx } from '../database/database.ts';

export type Terms = {
  /** Retries with exponential backoff before the job becomes a dead letter; 10 unless given. */
  readonly retriesMax?: number;
  /** When it runs by itself: cron, in UTC. */
  readonly cron?: string;
  /** How many run at once in one process; 50 unless given. */
  readonly atOnce?: number;
  /** How many of one `organization` run at once, in all processes together; no limit unless given. */
  readonly atOncePerOrganization?: number;
  /** How long it may take; 900 unless given. Then its signal is aborted, and it has failed. */
  readonly seconds?: number;
};

/**
 * A kind of job: its name, the data that it carries, and its limits. Jobs are enqueued and run by
 * it.
 */
export class JobType<Data extends object> {
  declare readonly data: Data;
  /** `<noun>.<verb>` */
  readonly name: string;
  readonly terms: Terms;

  constructor(name: string, terms: Terms = {}) {
    this.name = name;
    this.terms = terms;
  }
}

/** Work outside a request. It is run at least once, so running it twice must do no harm. */
export type Job = {
  readonly type: JobType<object>;
  /** `signal` is aborted at the time limit, and when the process cannot wait any longer. */
  run(data: object, signal?: AbortSignal): Promise<void>;
  /** Releases what `run` holds, once no job runs any more. */
  close?(): void;
};

/** The job that does a type's work by `run`. */
export function job<Data extends object>(
  type: JobType<Data>,
  run: (data: Data, signal: AbortSignal) => Promise<void>,
  close?: () => void,
): Job {
  return {
    type,
    run: (data, signal = new AbortController().signal) => run(data as Data, signal),
    ...(close ? { close } : {}),
  };
}

/** Enqueues a job in the caller's transaction: it exists if and only if that commits. */
export type Enqueue = <Data extends object>(
  tx: Tx,
  type: JobType<Data>,
  data: NoInfer<Data>,
  options?: { startAfter?: Date; singletonKey?: string },
) => Promise<void>;

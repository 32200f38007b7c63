import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Request = {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  body?: string;
  authorization?: string;
  cookie?: string;
};

export type Load = {
  port: number;
  connections: number;
  authorization?: string;
  requests: readonly Request[];
  /** How often each request is sent (once); the list is gone through in its order. */
  times?: number;
  /** Only how long requests of this method took is told in `milliseconds`; without it of all. */
  timed?: Request['method'];
};

export type Loaded = {
  requests: number;
  seconds: number;
  perSecond: number;
  bytes: number;
  /** How many answers had each status. */
  statuses: Record<string, number>;
  milliseconds: { median: number; p95: number; p99: number };
};

const client = fileURLToPath(new URL('./client.ts', import.meta.url));

/** Sends requests from a process of its own, each connection one after the other. */
export async function load(given: Load): Promise<Loaded> {
  const child = fork(client, { stdio: 'inherit', serialization: 'advanced' });
  const answered = once(child, 'message');
  const ended = once(child, 'exit');
  child.send(given);
  const [loaded] = (await Promise.race([answered, ended])) as [Loaded | number];
  if (typeof loaded !== 'object') throw new Error('the load ended before its time');
  await ended;
  return loaded;
}

/** The same, where every answer must have one status: a fast refusal is no speed. */
export async function loadExpecting(status: number, given: Load): Promise<Loaded> {
  const loaded = await load(given);
  const others = Object.keys(loaded.statuses).filter((one) => one !== String(status));
  if (others.length > 0) {
    throw new Error(`answers were not all ${status}: ${JSON.stringify(loaded.statuses)}`);
  }
  return loaded;
}

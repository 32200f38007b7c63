import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What leaves for the other thread: a request to be kept, and that it is sent, any number of times. */
export type Asked =
  | { request: number; url: string; init: Init }
  | { id: number; request: number; isLast: boolean };
type Init = { method?: string; headers: [string, string][]; body?: string | Uint8Array };
/** What comes back. */
export type Answered = { id: number } & (
  | { status: number; headers: [string, string][]; body: ArrayBuffer }
  | { failure: string }
);

type Waiting = { resolve(answer: Response): void; reject(error: Error): void };

/** No request may keep the others waiting for longer than this, on a machine that is not slow just then. */
export const busyMillisecondsMax = 50;
const attempts = 5;
/** Takes a fourth of that; by how much a machine is slow shows in how long it takes. */
const mebibyteOfNumbers = `[${'1,'.repeat(500_000)}1]`;
const measuresMax = 4;
const withoutBody = [204, 304];

/**
 * Asks from a thread of its own, so that what the processor does for this thread meanwhile is the
 * work of the server, which runs in it. Time on the clock would be longer on a busy machine.
 */
export class Outside {
  readonly #worker = new Worker(new URL('./outside-worker.ts', import.meta.url));
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  constructor() {
    this.#worker.unref();
    this.#worker.on('message', (answered: Answered) => {
      const waiting = this.#waiting.get(answered.id);
      this.#waiting.delete(answered.id);
      if ('failure' in answered) waiting?.reject(new Error(answered.failure));
      else waiting?.resolve(responseOf(answered));
    });
  }

  readonly fetch = async (url: string, init: RequestInit = {}): Promise<Response> =>
    this.#send(this.#keep(url, init), true);

  /** The same in two steps, so that what is large has left this thread before it is sent. */
  prepare(url: string, init: RequestInit): () => Promise<Response> {
    const request = this.#keep(url, init);
    return () => this.#send(request, false);
  }

  #keep(url: string, { method, body, headers }: RequestInit): number {
    this.#asked += 1;
    const init: Init = {
      headers: [...new Headers(headers)],
      ...(method === undefined ? {} : { method }),
      ...(body == null ? {} : { body: body as string | Uint8Array }),
    };
    this.#post({ request: this.#asked, url, init });
    return this.#asked;
  }

  #send(request: number, isLast: boolean): Promise<Response> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post({ id, request, isLast });
    });
  }

  #post(asked: Asked): void {
    this.#worker.postMessage(asked);
  }

  /** Not before it runs does a measurement say anything. */
  async ready(): Promise<void> {
    await once(this.#worker, 'online');
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

function responseOf({ status, headers, body }: Exclude<Answered, { failure: string }>): Response {
  return new Response(withoutBody.includes(status) ? null : body, { status, headers });
}

/** The processor time of this thread that something takes. */
async function busyMilliseconds<T>(work: () => Promise<T>): Promise<{ answer: T; busy: number }> {
  const before = process.threadCpuUsage();
  const answer = await work();
  const { user, system } = process.threadCpuUsage(before);
  return { answer, busy: (user + system) / 1000 };
}

/** What `busyMillisecondsMax` is on this machine just now. */
async function busyMillisecondsNow(): Promise<number> {
  const { busy } = await busyMilliseconds(async () => JSON.parse(mebibyteOfNumbers));
  return Math.max(busyMillisecondsMax, measuresMax * busy);
}

/**
 * Sends a request that is bound to be cheap for the server; asked again when it was not, because code
 * is compiled and memory collected at some time.
 */
export async function sendBriefly<T>(what: string, send: () => Promise<T>): Promise<T> {
  const times: string[] = [];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { answer, busy } = await busyMilliseconds(send);
    if (busy <= busyMillisecondsMax) return answer;
    const most = await busyMillisecondsNow();
    if (busy <= most) return answer;
    times.push(`${busy.toFixed(0)} of ${most.toFixed(0)}`);
  }
  throw new assert.AssertionError({
    message: `${what} keeps others waiting: ${times.join(', ')} ms`,
  });
}

/** The same for several at once; each by itself when all of them together took long. */
export async function sendAllBriefly<T>(
  sends: readonly { what: string; send(): Promise<T> }[],
): Promise<T[]> {
  const all = () => Promise.all(sends.map(({ send }) => send()));
  const { answer, busy } = await busyMilliseconds(all);
  if (busy > 2 * busyMillisecondsMax) {
    for (const { what, send } of sends) await sendBriefly(what, send);
  }
  return answer;
}

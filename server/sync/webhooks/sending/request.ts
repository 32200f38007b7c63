import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { refusalIn } from '../../../runtime/outgoing/guard.ts';
import { readRetryAfter } from './schedule.ts';

/** What came of one attempt. */
export type Answer = {
  readonly isTaken: boolean;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly error: string | null;
  /** The beginning of what was answered. */
  readonly response: string;
  /** Milliseconds until it wants to be asked again. */
  readonly asked?: number | undefined;
};

export type Post = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

const answerSeconds = 15;
const responseBytesMax = 65_536;
const sweepMilliseconds = 250;

/** Posts to endpoints; one timer has an eye on all that is under way. */
export class Posting {
  readonly #underWay = new Set<Exchange>();
  readonly #timer: NodeJS.Timeout;
  #stopped: Error | undefined;

  constructor() {
    this.#timer = setInterval(() => this.#giveUpLate(), sweepMilliseconds);
    this.#timer.unref();
  }

  /**
   * Posts to an endpoint and answers what came of it, within 15 seconds. Redirects are not followed, and
   * what is longer than its beginning is cut off. @throws the reason of `stop`
   */
  async post(poolOf: () => Promise<Dispatcher>, request: Post, now: Date): Promise<Answer> {
    const exchange = new Exchange();
    const durationMs = () => Math.round(performance.now() - exchange.began);
    this.#underWay.add(exchange);
    try {
      if (this.#stopped) throw this.#stopped;
      (await poolOf()).dispatch({ method: 'POST', ...request }, exchange);
      const { status, retryAfter, response } = await exchange.answered;
      const asked = readRetryAfter(retryAfter, now);
      const error = complaintOf(status);
      return { isTaken: error === null, status, durationMs: durationMs(), error, response, asked };
    } catch (error) {
      if (this.#stopped) throw this.#stopped;
      const failed = { isTaken: false, status: null, durationMs: durationMs() };
      return { ...failed, error: reasonOf(error), response: '' };
    } finally {
      this.#underWay.delete(exchange);
    }
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** What is under way is given up, and nothing more is begun. */
  stop(reason: Error): void {
    this.#stopped = reason;
    clearInterval(this.#timer);
    for (const exchange of this.#underWay) exchange.giveUp(reason);
  }

  /** Those that began first come first. */
  #giveUpLate(): void {
    const before = performance.now() - answerSeconds * 1_000;
    for (const exchange of this.#underWay) {
      if (exchange.began > before) return;
      exchange.giveUp(new Late());
    }
  }
}

class Late extends Error {}

type Answered = { status: number; retryAfter: string | undefined; response: string };

/** One request; what has begun to answer has answered, however its body ends. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly began = performance.now();
  readonly #settle = Promise.withResolvers<Answered>();
  readonly answered = this.#settle.promise;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #given: Error | undefined;
  #status: number | undefined;
  #retryAfter: string | undefined;
  #bytes = 0;

  constructor() {
    // It may be given up before anybody waits for it.
    this.answered.catch(() => undefined);
  }

  giveUp(reason: Error): void {
    this.#given = reason;
    this.#controller?.abort(reason);
    this.#end(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#given) controller.abort(this.#given);
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    // Of what is only on its way (RFC 9110, section 15.2) the answer comes later.
    if (status < 200) return;
    this.#status = status;
    this.#retryAfter = textOf(headers['retry-after']);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= responseBytesMax) controller.abort(new Error('This is enough of it.'));
  }

  onResponseEnd(): void {
    this.#end();
  }

  onResponseError(_: unknown, error: Error): void {
    this.#end(error);
  }

  #end(error?: Error): void {
    if (this.#status === undefined) {
      this.#settle.reject(error);
      return;
    }
    const beginning = Buffer.concat(this.#chunks).subarray(0, responseBytesMax);
    const response = beginning.toString();
    this.#settle.resolve({ status: this.#status, retryAfter: this.#retryAfter, response });
  }
}

function complaintOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `It answered ${status}; redirects are not followed.`;
  return `It answered ${status}.`;
}

function reasonOf(error: unknown): string {
  const refusal = refusalIn(error);
  if (refusal) return refusal.message;
  const { code = '', name = '' } = (error ?? {}) as { code?: string; name?: string };
  if (error instanceof Late || /TIMEOUT/.test(code)) {
    return `No answer came within ${answerSeconds} seconds.`;
  }
  if (code === 'ECONNREFUSED') return 'The connection was refused.';
  if (/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/.test(code)) {
    return 'The connection was closed before an answer came.';
  }
  if (/CERT|SIGNATURE|ALTNAME|ISSUER/.test(code)) return `Its certificate does not hold (${code}).`;
  return `The request failed (${code || name || 'no reason'}).`;
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

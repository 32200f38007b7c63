import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { Transport } from 'jsforce/lib/transport.js';
import type { HttpRequest, HttpResponse } from 'jsforce/lib/types/common.js';
import { StreamPromise } from 'jsforce/lib/util/promise.js';
import { ConnectorError } from '../failure.ts';
import { placeOf } from '../http/answer.ts';
import { type Answered, askOnce } from '../http/asking.ts';
import { retryAfterSeconds, waitSecondsMax } from '../http/waits.ts';
import type { Outside } from '../outside-contract.ts';

const timeoutSeconds = 120;
const bodyBytesMax = 128 * 2 ** 20;
const attemptsMax = 4;
const busySeconds = 1;

/** The way of the vendor's client to the network: guarded, in turn, and ended with its run. */
export class GuardedTransport extends Transport {
  readonly #outside: Outside;
  readonly #signal: AbortSignal;

  constructor(outside: Outside, signal: AbortSignal) {
    super();
    this.#outside = outside;
    this.#signal = signal;
  }

  override httpRequest(request: HttpRequest): StreamPromise<HttpResponse> {
    const promise = this.#send(request);
    return StreamPromise.create(() => ({ stream: new PassThrough(), promise }));
  }

  /** Waits as long as a busy system says, but not for long. */
  async #send(request: HttpRequest): Promise<HttpResponse> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#attempt(request);
      const { statusCode, headers } = answer;
      if (statusCode < 300 || (statusCode >= 400 && !isOfMoment(statusCode))) return answer;
      const place = placeOf(new URL(request.url));
      if (statusCode < 400) {
        const message = `${place} leads to another address (${statusCode}): give that one instead.`;
        throw new ConnectorError('configuration', message);
      }
      const asked = retryAfterSeconds(headers['retry-after'] ?? null, Date.now());
      // Nobody knows what became of a request that failed on its way.
      const isUnread = statusCode === 429 || statusCode === 503 || request.method === 'GET';
      const seconds = asked ?? busySeconds * attempt;
      if (!isUnread || seconds > waitSecondsMax || attempt === attemptsMax) {
        const more = asked === undefined ? {} : { retryAfterSeconds: Math.ceil(asked) };
        throw new ConnectorError('retry', `${place} cannot answer just now (${statusCode}).`, more);
      }
      await wait(seconds * 1000, undefined, { signal: this.#signal });
    }
  }

  async #attempt({ url, method, headers = {}, body }: HttpRequest): Promise<HttpResponse> {
    const target = new URL(url);
    await this.#outside.turn(this.#signal);
    const init = {
      method,
      headers: { ...withoutLength(headers), 'user-agent': 'heddle' },
      ...(typeof body === 'string' ? { body } : {}),
    };
    const terms = { signal: this.#signal, seconds: timeoutSeconds, bodyBytesMax };
    const answer = await askOnce(this.#outside, target, init, terms);
    return { statusCode: answer.status, headers: headersOf(answer), body: answer.text };
  }
}

function isOfMoment(status: number): boolean {
  return status >= 500 || [408, 420, 425, 429].includes(status);
}

/** It is reckoned anew from what is sent. */
function withoutLength(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length'),
  );
}

function headersOf({ headers }: Pick<Answered, 'headers'>): Record<string, string> {
  return Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value]));
}

import { setTimeout as wait } from 'node:timers/promises';
import { ConnectorError } from '../failure.ts';
import { type Answer, placeOf, readBody, refusalOf } from '../http/answer.ts';
import { retryAfterSeconds, waitSecondsMax } from '../http/waits.ts';
import type { Outside } from '../outside-contract.ts';

/** A statement that takes longer is answered within 45 s that it does. */
const timeoutSeconds = 120;
/** https://docs.snowflake.com/en/user-guide/querying-distributing: a piece is some MiB. */
const bodyBytesMax = 256 * 2 ** 20;
const attemptsMax = 5;

/** What the driver asks to be sent. */
type Asked = {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly callback: (error: unknown, response: unknown, body: unknown) => unknown;
};

/** Sends what the driver asks in place of its own client: guarded, in its turn, and with patience. */
export class Transport {
  readonly #outside: Outside;
  readonly #signal: AbortSignal;
  #failure: unknown;

  constructor(outside: Outside, signal: AbortSignal) {
    this.#outside = outside;
    this.#signal = signal;
  }

  /** Why the last request was not answered, which the driver tells in words of its own. */
  takeFailure(): unknown {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  /** As the driver calls it. */
  request(asked: Asked): { abort(): void } {
    this.#send(asked)
      .then(({ status, headers, text }) => {
        const response = {
          ...{ statusCode: status, status, headers: Object.fromEntries(headers), body: text },
          getResponseHeader: (name: string) => headers.get(name) ?? undefined,
        };
        return asked.callback(null, response, bodyIn(headers, text));
      })
      .catch((error) => {
        this.#failure ??= error;
        // A code by which it does not try again by itself.
        const cancelled = Object.assign(new Error('The request failed.'), { code: 'ERR_CANCELED' });
        return asked.callback(cancelled, null, null);
      });
    return { abort: () => undefined };
  }

  async #send(asked: Asked): Promise<Answer> {
    const url = new URL(asked.url);
    if (url.pathname === '/telemetry/send') return nothing(url);
    if (url.pathname === '/session/v1/login-request') forgetMachine(asked.json);
    for (const [name, value] of Object.entries(asked.params ?? {})) {
      url.searchParams.set(name, value);
    }
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#attempt(url, asked);
      const { status, headers } = answer;
      if (status === 200) return answer;
      const isPassing = status >= 500 || status === 429 || status === 408;
      const asks = retryAfterSeconds(headers.get('retry-after'), Date.now());
      const seconds = asks ?? 2 ** (attempt - 1) / 4;
      if (!isPassing || seconds > waitSecondsMax || attempt === attemptsMax) {
        throw refusalOf(answer, [], { retryAfter: asks, isOfObject: false });
      }
      await wait(seconds * 1000, undefined, { signal: this.#signal });
    }
  }

  async #attempt(url: URL, { method, headers, json }: Asked): Promise<Answer> {
    await this.#outside.turn(this.#signal);
    const place = placeOf(url);
    const limit = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      const response = await this.#outside.fetch(url, {
        method,
        headers: { ...headers, 'user-agent': 'heddle' },
        signal: AbortSignal.any([this.#signal, limit]),
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      });
      const text = await readBody(response, place, bodyBytesMax);
      return { status: response.status, headers: response.headers, text, url, place };
    } catch (error) {
      if (error instanceof ConnectorError) throw error;
      this.#signal.throwIfAborted();
      const message = limit.aborted
        ? `${place} did not answer within ${timeoutSeconds} s.`
        : `${place} cannot be reached.`;
      throw new ConnectorError('retry', message, { cause: error });
    }
  }
}

function bodyIn(headers: Headers, text: string): unknown {
  return /application\/json/i.test(headers.get('content-type') ?? '') ? JSON.parse(text) : text;
}

/** What nobody is told. */
function nothing(url: URL): Answer {
  const headers = new Headers({ 'content-type': 'application/json' });
  return { status: 200, headers, text: '{"success":true,"data":null}', url, place: placeOf(url) };
}

/** What the driver tells of this machine and its programs. */
function forgetMachine(login: unknown): void {
  const { data } = login as { data: Record<string, unknown> };
  data.CLIENT_ENVIRONMENT = { APPLICATION: 'Heddle' };
}

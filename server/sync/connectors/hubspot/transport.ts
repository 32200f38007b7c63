import { setTimeout as wait } from 'node:timers/promises';
import { ConnectorError } from '../failure.ts';
import { type Answer, placeOf, refusalOf } from '../http/answer.ts';
import { askOnce } from '../http/asking.ts';
import { retryAfterSeconds, waitSecondsMax } from '../http/waits.ts';
import type { Outside } from '../outside-contract.ts';
import type { Place } from '../place.ts';
import type { HubspotSettings } from './config.ts';
import { HubspotRefusal, type Said, saidIn } from './refusal.ts';

const timeoutSeconds = 60;
const bodyBytesMax = 64 * 2 ** 20;
const attemptsMax = 5;
/** Of an account, whatever its tier: https://developers.hubspot.com/docs/api-reference/search/guide#limits */
const searches = { name: 'search', perSecond: 5 } as const;
/** How long a limit lasts that was gone beyond; of a day nobody says when it ends. */
const policySeconds: Readonly<Record<string, number>> = {
  SECONDLY: 1,
  TEN_SECONDLY_ROLLING: 10,
  DAILY: 3_600,
};

/** What the client of HubSpot asks, in all of its parts. */
export type Asked = {
  getUrl(): string;
  getHttpMethod(): string;
  getHeaders(): Record<string, string>;
  getBody(): unknown;
};

export type Sent = {
  readonly status: number;
  readonly headers: Record<string, string>;
  text: string;
};

/** Sends what the client asks: guarded, in its turn, and not faster than HubSpot says. */
export class Transport {
  readonly #settings: HubspotSettings;
  readonly #outside: Outside;
  readonly #signal: AbortSignal;
  readonly #place: Place;
  #token = '';
  /** When the next request may begin, by the headers of the last answer. */
  #notBefore = 0;

  constructor(
    settings: HubspotSettings,
    outside: Outside,
    { place, signal }: { place: Place; signal: AbortSignal },
  ) {
    this.#settings = settings;
    this.#outside = outside;
    this.#place = place;
    this.#signal = AbortSignal.any([signal, outside.signal]);
  }

  /** What was answered with 2xx. @throws ConnectorError, HubspotRefusal */
  async send(asked: Asked): Promise<Sent> {
    let refused: string | undefined;
    for (let attempt = 1; ; attempt += 1) {
      this.#token = this.#settings.accessToken ?? (await this.#outside.access(refused)).token;
      const answer = await this.#attempt(asked);
      // What a person has given may have been taken back, or renewed elsewhere: once.
      const isOver = answer.status === 401 && this.#settings.accessToken === undefined;
      if (isOver && refused === undefined) {
        refused = this.#token;
        continue;
      }
      const { status, headers, text } = answer;
      if (status >= 200 && status < 300) {
        return { status, headers: Object.fromEntries(headers), text };
      }
      const said = saidIn(answer);
      const seconds = waitOf(answer, said);
      if (seconds === undefined || seconds > waitSecondsMax || attempt === attemptsMax) {
        throw this.#refusal(answer, said, seconds);
      }
      await wait(seconds * 1000, undefined, { signal: this.#signal });
    }
  }

  async #attempt(asked: Asked): Promise<Answer> {
    const url = new URL(asked.getUrl());
    await this.#place.take(this.#signal);
    await this.#turn(url);
    const body = asked.getBody();
    const answer = await askOnce(
      this.#outside,
      url,
      {
        method: asked.getHttpMethod(),
        headers: {
          ...asked.getHeaders(),
          authorization: `Bearer ${this.#token}`,
          'user-agent': 'heddle',
        },
        ...(typeof body === 'string' ? { body } : {}),
      },
      { signal: this.#signal, seconds: timeoutSeconds, bodyBytesMax },
    );
    this.#hear(answer.headers);
    return { ...answer, url, place: placeOf(url) };
  }

  async #turn({ pathname }: URL): Promise<void> {
    const isSearch = pathname.endsWith('/search');
    await this.#outside.turn(this.#signal, isSearch ? searches : undefined);
    const milliseconds = this.#notBefore - performance.now();
    if (milliseconds > 0) await wait(milliseconds, undefined, { signal: this.#signal });
  }

  /** Nothing is left until the interval is over: whoever asks all the same is only refused. */
  #hear(headers: Headers): void {
    const left = headers.get('x-hubspot-ratelimit-remaining');
    const interval = Number(headers.get('x-hubspot-ratelimit-interval-milliseconds'));
    if (left !== '0' || !(interval > 0)) return;
    this.#notBefore = performance.now() + Math.min(interval, waitSecondsMax * 1000);
  }

  #refusal(answer: Answer, said: Said, seconds: number | undefined): Error {
    const { status, place } = answer;
    if (status === 400 || status === 409 || status === 404) {
      return new HubspotRefusal(status, said, { place });
    }
    if (status === 429 && said.policy === 'DAILY') {
      const message = `${place} has answered as many requests today as HubSpot allows.`;
      return new ConnectorError('retry', message, { retryAfterSeconds: seconds ?? 3_600 });
    }
    const terms = { retryAfter: seconds, isOfObject: false };
    // An account that is being moved answers 477, and 423 where records are locked.
    const isBusy = status === 477 || status === 423;
    const shown = isBusy ? { ...answer, status: 503 } : answer;
    return refusalOf(shown, [this.#token], terms);
  }
}

function waitOf({ status, headers }: Answer, { policy }: Said): number | undefined {
  if (status !== 429 && status !== 503 && status !== 477) return undefined;
  const asked = retryAfterSeconds(headers.get('retry-after'), Date.now());
  return asked ?? (status === 429 ? (policySeconds[policy] ?? 10) : undefined);
}

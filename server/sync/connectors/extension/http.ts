import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type SigningSecrets, signing } from '../../conventions/signing.ts';
import { readExactly } from '../../values/exact-json.ts';
import { objectIn, textIn } from '../../values/members.ts';
import type { Json } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';
import { bodyOf, hide, placeOf, refusalOf } from '../http/answer.ts';
import { type Answered, askOnce } from '../http/asking.ts';
import { retryAfterSeconds, waitSecondsMax } from '../http/waits.ts';
import type { Outside } from '../outside-contract.ts';
import { Place } from '../place.ts';
import type { Asked, Caller } from './calls.ts';

const timeoutSeconds = 60;
const bodyBytesMax = 16 * 2 ** 20;
const attemptsMax = 4;
const saidCharactersMax = 300;

export type HttpExtension = {
  readonly url: string;
  readonly signing: SigningSecrets;
  /** What is taken out of what it says. */
  readonly hidden: readonly string[];
};

/** An extension that is a server of somebody: asked by requests that are signed. */
export class HttpCaller implements Caller {
  readonly #extension: HttpExtension;
  readonly #outside: Outside;
  readonly #place: Place;

  constructor(extension: HttpExtension, outside: Outside) {
    this.#extension = extension;
    this.#outside = outside;
    this.#place = new Place(outside);
  }

  async ask({ name, body, signal }: Asked): Promise<Json | undefined> {
    const url = new URL(this.#extension.url);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/${name}`;
    const place = placeOf(url);
    // One id for all attempts: by it the other side knows what comes again.
    const id = `call_${randomUUID().replaceAll('-', '')}`;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#attempt(url, id, body, signal);
      const { status, headers } = answer;
      if (status >= 200 && status < 300) return bodyOf({ ...answer, url, place });
      const isBusy = status === 429 || status === 503;
      const retryAfter = isBusy
        ? retryAfterSeconds(headers.get('retry-after'), Date.now())
        : undefined;
      if (retryAfter === undefined || retryAfter > waitSecondsMax || attempt === attemptsMax) {
        if (status === 400) throw this.#refused(place, answer);
        const { hidden } = this.#extension;
        const said = { ...answer, text: saidIn(answer.text), url, place };
        throw refusalOf(said, hidden, { retryAfter, isOfObject: false });
      }
      await wait(retryAfter * 1000, undefined, { signal });
    }
  }

  async #attempt(url: URL, id: string, body: string, signal: AbortSignal): Promise<Answered> {
    await this.#place.take(signal);
    await this.#outside.turn(signal);
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'heddle',
      ...signing(this.#extension.signing)(id, new Date(), body),
    };
    const init = { method: 'POST', headers, body };
    return askOnce(this.#outside, url, init, { signal, seconds: timeoutSeconds, bodyBytesMax });
  }

  #refused(place: string, { text }: Answered): ConnectorError {
    const upstream = hide(saidIn(text), this.#extension.hidden).slice(0, saidCharactersMax);
    const message = `${place} says that this cannot be done (400).`;
    return new ConnectorError('request', message, upstream ? { upstream } : {});
  }
}

/** What went wrong in its own words; all of it where they stand elsewhere. */
function saidIn(text: string): string {
  const cut = text.slice(0, 4 * saidCharactersMax);
  const error = objectIn(objectIn(readExactly(text))?.error);
  return textIn(error?.message).slice(0, 4 * saidCharactersMax) || cut;
}

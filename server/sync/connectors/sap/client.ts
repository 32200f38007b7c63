import { randomUUID } from 'node:crypto';
import { ConnectorError } from '../failure.ts';
import { type Answer, placeOf } from '../http/answer.ts';
import { type Ask, HttpClient } from '../http/client.ts';
import { resolveNext } from '../http/links.ts';
import type { Outside } from '../outside-contract.ts';
import type { SapSettings } from './config.ts';

/** How many records are asked for at once. */
export const pageSize = 1_000;

/** A token against forged requests, which counts only with the cookies that it came with. */
type Pass = { readonly token: string; readonly cookies: string };

/** Asks one OData service, and writes to it with its token. */
export class SapClient {
  readonly settings: SapSettings;
  readonly #http: HttpClient;
  readonly #root: URL;
  #pass: Promise<Pass> | undefined;

  constructor(settings: SapSettings, outside: Outside) {
    this.settings = settings;
    this.#http = new HttpClient(settings.http, outside);
    this.#root = new URL(settings.http.config.base_url);
    this.#root.pathname = `${this.#root.pathname.replace(/\/+$/, '')}/`;
  }

  /** Below the root of the service. A blank is never a plus: not every gateway reads it as one. */
  urlOf(path: string, options: Readonly<Record<string, string | undefined>> = {}): URL {
    const url = new URL(this.#root);
    url.pathname += path;
    const said = Object.entries(options).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
    );
    url.search = [url.search.replace(/^\?/, ''), ...said].filter(Boolean).join('&');
    return url;
  }

  /**
   * The next page, at the address of this connection whatever host the service believes to be.
   * @throws ConnectorError when it is not of this service
   */
  nextOf(link: string, current: URL): URL {
    const next = resolveNext(link, current);
    if (!next?.pathname.startsWith(this.#root.pathname)) {
      const message = `The next page that ${placeOf(current)} names is not below ${placeOf(this.#root)}.`;
      throw new ConnectorError('configuration', message);
    }
    const url = new URL(this.#root);
    url.pathname = next.pathname;
    const own = [...this.#root.searchParams].filter(([name]) => !next.searchParams.has(name));
    url.search = [next.search.replace(/^\?/, ''), new URLSearchParams(own).toString()]
      .filter(Boolean)
      .join('&');
    return url;
  }

  get(url: URL, signal: AbortSignal, accept = 'application/json'): Promise<Answer> {
    const headers = { accept, prefer: `odata.maxpagesize=${pageSize}` };
    return this.#http.send({ url, signal, headers });
  }

  /** Sends the parts of a `$batch`; what was answered with 400 is answered, too. */
  async batch(body: string, boundary: string, signal: AbortSignal): Promise<Answer> {
    const ask = {
      url: this.urlOf('$batch'),
      method: 'POST',
      body,
      signal,
      headers: {
        'content-type': `multipart/mixed; boundary=${boundary}`,
        accept: 'multipart/mixed',
        prefer: 'odata.continue-on-error',
      },
    };
    const answer = await this.#withPass(ask);
    if (answer.status !== 403) return answer;
    // The session that the token belonged to has ended.
    this.#pass = undefined;
    const again = await this.#withPass(ask);
    if (again.status !== 403) return again;
    const message = `${again.place} does not accept the token that it gave (403).`;
    throw new ConnectorError('configuration', message);
  }

  async #withPass(ask: Ask): Promise<Answer> {
    this.#pass ??= this.#fetchPass(ask.signal);
    this.#pass.catch(() => {
      this.#pass = undefined;
    });
    const { token, cookies } = await this.#pass;
    const headers = {
      ...ask.headers,
      ...(token === '' ? {} : { 'x-csrf-token': token }),
      ...(cookies === '' ? {} : { cookie: cookies }),
    };
    const isOwn = (status: number, asked: Headers) =>
      status === 400 || (status === 403 && /^required$/i.test(asked.get('x-csrf-token') ?? ''));
    return this.#http.send({ ...ask, headers }, isOwn);
  }

  /** A service that gives none needs none. */
  async #fetchPass(signal: AbortSignal): Promise<Pass> {
    const headers = { accept: 'application/json', 'x-csrf-token': 'Fetch' };
    const answer = await this.#http.send({ url: this.urlOf(''), signal, headers });
    const cookies = answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0]?.trim() ?? '');
    const token = answer.headers.get('x-csrf-token') ?? '';
    return { token: /^fetch$/i.test(token) ? '' : token, cookies: cookies.join('; ') };
  }
}

export function newBoundary(kind: string): string {
  return `${kind}_${randomUUID()}`;
}

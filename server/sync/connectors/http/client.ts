import { setTimeout as wait } from 'node:timers/promises';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { Place } from '../place.ts';
import { type Answer, placeOf, refusalOf } from './answer.ts';
import { beginAsking, type Coming } from './asking.ts';
import type { HttpSettings } from './config.ts';
import { basic, secretsOf } from './credentials.ts';
import { forgetToken, tokenOf } from './tokens.ts';
import { retryAfterSeconds, waitSecondsMax } from './waits.ts';

const timeoutSeconds = 60;
const bodyBytesMax = 16 * 2 ** 20;
const attemptsMax = 4;

export type Ask = {
  readonly url: URL;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The address as it may be shown, where the path holds something of a record. */
  readonly place?: string;
  /** How long may pass before it is answered, where that is not what the connection says. */
  readonly seconds?: number;
};

/** Sends requests with the credentials of a connection, as fast as it may. */
export class HttpClient {
  readonly settings: HttpSettings;
  readonly #outside: Outside;
  readonly #place: Place;
  readonly #secrets: readonly string[];
  /** Tokens that were given for them. */
  readonly #sent = new Set<string>();

  constructor(settings: HttpSettings, outside: Outside) {
    this.settings = settings;
    this.#outside = outside;
    this.#place = new Place(outside);
    this.#secrets = secretsOf(settings.credentials);
  }

  /** A URL below that of the connection. @throws ConnectorError when it is at another place */
  urlOf(path: string): URL {
    const root = new URL(this.settings.config.base_url);
    const [plain = '', query] = path.split(/\?(.*)/s, 2);
    const isWhole = /^https?:\/\//i.test(plain);
    const joined = `${root.pathname.replace(/\/$/, '')}/${plain.replace(/^\/+/, '')}`;
    const url = isWhole ? URL.parse(plain) : URL.parse(plain === '' ? root.pathname : joined, root);
    if (!url || url.origin !== root.origin) {
      throw new ConnectorError('configuration', `"${path}" is no path below ${placeOf(root)}.`);
    }
    for (const [name, value] of root.searchParams) url.searchParams.append(name, value);
    for (const [name, value] of new URLSearchParams(query)) url.searchParams.append(name, value);
    return url;
  }

  /** @throws ConnectorError when another than these hosts is named, or a less safe way to them */
  requireOwn(url: URL | null): URL {
    const { base_url, allowed_hosts = [] } = this.settings.config;
    const root = new URL(base_url);
    const isAllowed =
      url?.origin === root.origin ||
      (url &&
        allowed_hosts.includes(url.hostname) &&
        /^https?:$/.test(url.protocol) &&
        (url.protocol === 'https:' || root.protocol === 'http:'));
    if (url && isAllowed) return url;
    const place = url ? ` at ${url.origin}` : '';
    throw new ConnectorError(
      'configuration',
      `The next page is${place}, which is not the API's own host: config.allowed_hosts can allow it.`,
    );
  }

  /** What was answered with 2xx, or with what `isExpected` takes. @throws ConnectorError */
  async send(ask: Ask, isExpected: IsExpected = () => false): Promise<Answer> {
    return wholeOf(ask, await this.#answered(ask, isExpected));
  }

  /** An answer that is read as it comes. @throws ConnectorError */
  async *stream(ask: Ask): AsyncGenerator<Uint8Array> {
    const coming = await this.#answered(ask, () => false);
    yield* coming.parts();
  }

  async #answered(ask: Ask, isExpected: IsExpected): Promise<Coming> {
    let hasRenewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const coming = await this.#attempt(ask);
      const { status, headers } = coming;
      if ((status >= 200 && status < 300) || isExpected(status, headers)) return coming;
      const answer = await wholeOf(ask, coming);
      if (status === 401 && this.settings.credentials.kind === 'oauth' && !hasRenewed) {
        // It may have been revoked before its time.
        forgetToken(this.settings.credentials);
        hasRenewed = true;
        continue;
      }
      const isBusy = status === 429 || status === 503;
      const seconds = isBusy
        ? retryAfterSeconds(headers.get('retry-after'), Date.now())
        : undefined;
      if (seconds === undefined || seconds > waitSecondsMax || attempt === attemptsMax) {
        const secrets = [...this.#secrets, ...this.#sent];
        throw refusalOf(answer, secrets, { retryAfter: seconds, isOfObject: true });
      }
      await wait(seconds * 1000, undefined, { signal: ask.signal });
    }
  }

  async #attempt(ask: Ask): Promise<Coming> {
    const { url, method = 'GET', body, headers = {}, signal, place = placeOf(url) } = ask;
    await this.#place.take(signal);
    await this.#outside.turn(signal);
    const asked = new URL(url);
    const bounded = AbortSignal.any([signal, this.#outside.signal]);
    const init = {
      method,
      headers: { ...(await this.#headersFor(asked, bounded)), ...headers },
      ...(body === undefined ? {} : { body }),
    };
    const seconds = ask.seconds ?? this.settings.config.timeout_seconds ?? timeoutSeconds;
    return beginAsking(this.#outside, asked, init, { signal, seconds, bodyBytesMax, place });
  }

  /** Those of every request; a key in the query goes into `url`. */
  async #headersFor(url: URL, signal: AbortSignal): Promise<Record<string, string>> {
    const { config, credentials } = this.settings;
    const headers: Record<string, string> = {
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'heddle',
    };
    for (const [name, value] of Object.entries(config.headers ?? {})) {
      headers[name.toLowerCase()] = value;
    }
    switch (credentials.kind) {
      case 'bearer':
        return { ...headers, authorization: `Bearer ${credentials.token}` };
      case 'basic': {
        const { user, password } = credentials;
        return { ...headers, authorization: `Basic ${basic(user, password)}` };
      }
      case 'header':
        return { ...headers, [credentials.name.toLowerCase()]: credentials.value };
      case 'query':
        url.searchParams.set(credentials.name, credentials.value);
        return headers;
      case 'oauth': {
        const token = await tokenOf(credentials, this.#outside, signal);
        this.#sent.add(token);
        return { ...headers, authorization: `Bearer ${token}` };
      }
      default:
        return headers;
    }
  }
}

type IsExpected = (status: number, headers: Headers) => boolean;

async function wholeOf({ url, place = placeOf(url) }: Ask, coming: Coming): Promise<Answer> {
  return { ...(await coming.whole()), url, place };
}

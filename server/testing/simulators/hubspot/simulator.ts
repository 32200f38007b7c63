import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { OAuthServer } from '../oauth.ts';
import { Account } from './account.ts';
import { type Limits, Throttle, type Throttled } from './limits.ts';
import { type ObjectType, Refusal } from './objects.ts';
import { answer } from './routes.ts';
import { showError } from './shown.ts';

export type { ObjectType };

/** What a test wants to happen: it is asked before each request, and answers it in place of the API. */
export type Hook = (asked: { method: string; path: string; body: string }) => Instead | undefined;
export type Instead =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  | { readonly waitMilliseconds: number };

export type Given = { records?: number; port?: number; limits?: Partial<Limits> };

const limitsDefault: Limits = { interval: 190, searchesPerSecond: 5, daily: 650_000 };

/** HubSpot's API over an account in memory, on this machine. */
export async function startHubspot({ records = 1_000, port = 0, limits = {} }: Given = {}) {
  const simulator = new Hubspot(records, { ...limitsDefault, ...limits });
  await simulator.listen(port);
  return simulator;
}

export class Hubspot {
  readonly account: Account;
  readonly throttle: Throttle;
  readonly heard: { method: string; path: string; body: string; status: number }[] = [];
  /** What is accepted just now; a test ends it by setting another. */
  accessToken = `pat-eu1-${randomUUID()}`;
  hook: Hook | undefined;
  /** Where people give access, in place of a private app. */
  readonly oauth = new OAuthServer();
  /** Whether batches tell what is wrong with which input, by the trace ids that they were given. */
  tellsApart = true;
  /** Whether numbers are kept as floating-point ones. */
  set roundsNumbers(isRounding: boolean) {
    for (const type of this.account.types) type.roundsNumbers = isRounding;
  }
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(records: number, limits: Limits) {
    this.account = new Account(records);
    this.throttle = new Throttle(limits);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get credentials() {
    return { access_token: this.accessToken };
  }

  type(name: string): ObjectType {
    return this.account.type(name);
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(port, '127.0.0.1', done));
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const url = new URL(request.url ?? '/', this.url);
    const { method = 'GET' } = request;
    const asked = { method, path: url.pathname, body };
    const instead = this.hook?.(asked);
    if (instead && 'waitMilliseconds' in instead) await wait(instead.waitMilliseconds);
    const given =
      instead && 'status' in instead
        ? instead
        : this.#answer(asked, url, request.headers.authorization);
    this.heard.push({ ...asked, status: given.status });
    const isSearch = url.pathname.endsWith('/search');
    const headers = isSearch ? {} : this.throttle.headers();
    response.writeHead(given.status, {
      'content-type': 'application/json;charset=utf-8',
      ...headers,
      ...given.headers,
    });
    response.end(given.body === undefined ? '' : JSON.stringify(given.body));
  }

  #answer(
    { method, path, body }: { method: string; path: string; body: string },
    url: URL,
    authorization: string | undefined,
  ): { status: number; body?: unknown; headers?: Record<string, string> } {
    if (path === '/oauth/authorize') return this.oauth.authorize(url);
    if (path === '/oauth/v1/token') return this.oauth.token(body);
    const isKnown =
      authorization === `Bearer ${this.accessToken}` || this.oauth.accepts(authorization);
    if (!isKnown) {
      return refused(
        new Refusal(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.'),
      );
    }
    const throttled = this.throttle.take(path.endsWith('/search'));
    if (throttled) return tooMany(throttled);
    try {
      const names = path.split('/').slice(1).map(decodeURIComponent);
      const text = this.tellsApart ? body : body.replaceAll('"objectWriteTraceId"', '"unknown"');
      return answer(this.account, { method, path: names, query: url.searchParams, text });
    } catch (error) {
      if (error instanceof Refusal) return refused(error);
      throw error;
    }
  }
}

function refused(refusal: Refusal) {
  return { status: refusal.status, body: { ...showError(refusal), correlationId: randomUUID() } };
}

function tooMany({ policy, retryAfterSeconds }: Throttled) {
  const words = {
    SECONDLY: 'secondly',
    TEN_SECONDLY_ROLLING: 'ten_secondly_rolling',
    DAILY: 'daily',
  };
  return {
    status: 429,
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    body: {
      status: 'error',
      message: `You have reached your ${words[policy]} limit.`,
      errorType: 'RATE_LIMIT',
      policyName: policy,
      correlationId: randomUUID(),
    },
  };
}

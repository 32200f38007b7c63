import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { OAuthServer } from '../oauth.ts';
import { methods } from './methods.ts';
import { Refusal } from './refusal.ts';
import { type Limits, limitsDefault, Throttle } from './throttle.ts';
import { Workspace } from './workspace.ts';

/** What a test wants to happen: it is asked before each request, and answers it in place of Slack. */
export type Hook = (asked: Asked) => Instead | undefined;
export type Asked = { readonly method: string; readonly given: URLSearchParams };
export type Instead =
  | { readonly status?: number; readonly body?: unknown; readonly headers?: Headers }
  | { readonly waitMilliseconds: number }
  /** The request is done, and nobody hears of it. */
  | { readonly isLost: true };

type Headers = Readonly<Record<string, string>>;
type Answer = { readonly status: number; readonly body?: unknown; readonly headers?: Headers };

export type Given = { records?: number; port?: number; limits?: Partial<Limits> };

export const allScopes: readonly string[] = [
  ...['channels:read', 'channels:history', 'groups:read', 'groups:history'],
  ...['users:read', 'users:read.email', 'chat:write'],
];

/** Slack's Web API over a workspace in memory, on this machine. */
export async function startSlack({ records = 1_000, port = 0, limits = {} }: Given = {}) {
  const simulator = new Slack(records, { ...limitsDefault, ...limits });
  await simulator.listen(port);
  return simulator;
}

export class Slack {
  readonly workspace: Workspace;
  readonly throttle: Throttle;
  readonly heard: { method: string; given: URLSearchParams; status: number }[] = [];
  /** What is accepted just now; a test ends it by setting another. */
  token = `xoxb-${randomUUID()}`;
  scopes = allScopes;
  hook: Hook | undefined;
  /** What a test makes of an answer before it is sent. */
  rewrite = (text: string): string => text;
  /** Where people give access. */
  readonly oauth = new OAuthServer(() => ({ ok: true, team: { id: this.workspace.team } }));
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(records: number, limits: Limits) {
    this.workspace = new Workspace(records);
    this.throttle = new Throttle(limits);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get credentials() {
    return { token: this.token };
  }

  asked(method: string) {
    return this.heard.filter((one) => one.method === method);
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
    const method = url.pathname.replace(/^\/api\//, '');
    const given = new URLSearchParams(request.method === 'GET' ? url.search : body);
    const instead = this.hook?.({ method, given });
    if (instead && 'waitMilliseconds' in instead) await wait(instead.waitMilliseconds);
    const isOwn = instead && !('waitMilliseconds' in instead) && !('isLost' in instead);
    const answer: Answer = isOwn
      ? { ...instead, status: instead.status ?? 200 }
      : this.#answer({ method, given }, url, request.headers.authorization);
    this.heard.push({ method, given, status: answer.status });
    if (instead && 'isLost' in instead) return void request.socket.destroy();
    response.writeHead(answer.status, {
      'content-type': 'application/json; charset=utf-8',
      'x-oauth-scopes': this.scopes.join(','),
      ...answer.headers,
    });
    response.end(answer.body === undefined ? '' : this.rewrite(JSON.stringify(answer.body)));
  }

  #answer({ method, given }: Asked, url: URL, authorization: string | undefined): Answer {
    if (url.pathname === '/oauth/v2/authorize') return this.oauth.authorize(url);
    if (method === 'oauth.v2.access') return this.#token(given);
    const act = methods[method];
    if (!act) return refused(new Refusal('unknown_method', { req_method: method }));
    const token = authorization ?? `Bearer ${given.get('token') ?? ''}`;
    if (token === 'Bearer ') return refused(new Refusal('not_authed'));
    if (token !== `Bearer ${this.token}` && !this.oauth.accepts(token)) {
      return refused(new Refusal('invalid_auth'));
    }
    const seconds = this.throttle.take(method, given.get('channel') ?? '');
    if (seconds !== undefined) return tooMany(seconds);
    try {
      const answer = act({ workspace: this.workspace, given, scopes: this.scopes });
      return { status: 200, body: { ok: true, ...answer } };
    } catch (error) {
      if (error instanceof Refusal) return refused(error);
      throw error;
    }
  }

  /** What others tell by a status, Slack tells in an answer with 200. */
  #token(given: URLSearchParams): Answer {
    const { status, body } = this.oauth.token(given.toString());
    if (status === 200) return { status, body };
    const isRenewal = given.get('grant_type') === 'refresh_token';
    const code = status === 401 ? 'bad_client_secret' : 'invalid_code';
    return refused(new Refusal(isRenewal ? 'invalid_refresh_token' : code));
  }
}

/** Too many requests, as Slack says it. */
export function tooMany(seconds: number | string): Answer {
  const headers = { 'retry-after': String(seconds) };
  return { status: 429, headers, body: { ok: false, error: 'ratelimited' } };
}

function refused({ code, more }: Refusal): Answer {
  return { status: 200, body: { ok: false, error: code, ...more } };
}

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { answerBatch } from './batch.ts';
import { Refusal } from './properties.ts';
import { Service } from './service.ts';
import { showError, type Version } from './shown.ts';

/** What a test wants to happen: it is asked before each request, and answers it in place of SAP. */
export type Hook = (asked: { method: string; path: string; body: string }) => Instead | undefined;
export type Instead =
  | {
      readonly status: number;
      readonly body?: unknown;
      /** In place of a body in JSON. */
      readonly text?: string;
      readonly headers?: Record<string, string>;
    }
  | { readonly waitMilliseconds: number };

export type Given = { records?: number; port?: number; pageSize?: number };

type Heard = { method: string; path: string; search: string; status: number };
type Answer = { status: number; body: string; headers: Record<string, string> };

const roots: Readonly<Record<Version, string>> = {
  v2: '/sap/opu/odata/sap/API_PARTNER',
  v4: '/sap/opu/odata4/sap/api_partner/srvd_a2x/sap/partner/0001',
};

/** A gateway of SAP with one service in both versions, over records in memory, on this machine. */
export async function startSap({ records = 1_000, port = 0, pageSize = 500 }: Given = {}) {
  const simulator = new Sap(records, pageSize);
  await simulator.listen(port);
  return simulator;
}

export class Sap {
  readonly service: Service;
  readonly heard: Heard[] = [];
  /** The requests within batches. */
  readonly changes: { method: string; path: string; text: string }[] = [];
  readonly credentials = { user: 'COMM_USER', password: `pass-${randomUUID()}` };
  readonly client = { client_id: 'heddle', client_secret: `secret-${randomUUID()}` };
  readonly tokens = new Set<string>();
  hook: Hook | undefined;
  /** Once it listens. */
  origin = '';
  /** The tokens of sessions, by their cookies. */
  readonly #sessions = new Map<string, string>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(records: number, pageSize: number) {
    this.service = new Service(records, pageSize);
  }

  url(version: Version): string {
    return `${this.origin}${roots[version]}`;
  }

  get oauth() {
    return { token_url: `${this.origin}/oauth/token`, ...this.client };
  }

  /** What was fetched to write with counts no more. */
  endSessions(): void {
    this.#sessions.clear();
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(port, '127.0.0.1', done));
    this.origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const url = new URL(request.url ?? '/', this.origin);
    const { method = 'GET' } = request;
    const instead = this.hook?.({ method, path: url.pathname, body });
    if (instead && 'waitMilliseconds' in instead) {
      await wait(instead.waitMilliseconds, undefined, { ref: false });
    }
    const given: Answer =
      instead && 'status' in instead
        ? { headers: {}, ...instead, body: instead.text ?? JSON.stringify(instead.body ?? '') }
        : this.#answer(request, url, body);
    this.heard.push({ method, path: url.pathname, search: url.search, status: given.status });
    response.writeHead(given.status, { 'content-type': 'application/json', ...given.headers });
    response.end(given.body);
  }

  #answer(request: IncomingMessage, url: URL, body: string): Answer {
    if (url.pathname === '/oauth/token') return this.#token(request);
    const version = (['v2', 'v4'] as const).find((one) => url.pathname.startsWith(roots[one]));
    if (!version) return { status: 404, body: '', headers: {} };
    if (!this.#isKnown(request.headers.authorization)) {
      const headers = { 'www-authenticate': 'Basic realm="SAP NetWeaver"' };
      return { status: 401, body: '<html>Logon failed</html>', headers };
    }
    const path = decodeURIComponent(url.pathname.slice(roots[version].length).replace(/^\//, ''));
    try {
      const given = this.#session(request);
      if (request.method !== 'GET' && !given.isPassed) {
        const headers = { 'x-csrf-token': 'Required' };
        return { status: 403, body: 'CSRF token validation failed', headers };
      }
      return this.#inService(request, { version, path, url, body }, given.headers);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const shown = JSON.stringify(showError(version, error));
      return { status: error.status, body: shown, headers: {} };
    }
  }

  #inService(
    request: IncomingMessage,
    { version, path, url, body }: { version: Version; path: string; url: URL; body: string },
    headers: Record<string, string>,
  ): Answer {
    const root = this.url(version);
    const { method = 'GET' } = request;
    if (path === '$batch') {
      const answered = answerBatch(this.service, body, request.headers['content-type'] ?? '', {
        ...{ version, root },
        heard: ({ method: inner, path: at, text }) => {
          this.changes.push({ method: inner, path: at, text });
        },
      });
      const status = version === 'v2' ? 202 : 200;
      const own = { ...headers, 'content-type': answered.contentType };
      return { status, body: answered.body, headers: own };
    }
    const asked = { method, path, query: url.searchParams, text: body };
    const answered = this.service.answer(asked, version, root);
    const isXml = answered.xml !== undefined;
    const own = isXml ? { ...headers, 'content-type': 'application/xml' } : headers;
    return {
      status: answered.status,
      body: answered.xml ?? JSON.stringify(answered.body),
      headers: own,
    };
  }

  #token({ headers: { authorization = '' } }: IncomingMessage): Answer {
    const { client_id, client_secret } = this.client;
    const wanted = Buffer.from(`${client_id}:${client_secret}`).toString('base64');
    if (authorization !== `Basic ${wanted}`) return { status: 401, body: '{}', headers: {} };
    const token = randomUUID();
    this.tokens.add(token);
    const body = JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3_600 });
    return { status: 200, body, headers: {} };
  }

  #isKnown(authorization = ''): boolean {
    const { user, password } = this.credentials;
    const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    return authorization === basic || this.tokens.has(authorization.replace(/^Bearer /, ''));
  }

  /** A token counts only together with the cookie of its session. */
  #session({ headers }: IncomingMessage): { isPassed: boolean; headers: Record<string, string> } {
    const token = String(headers['x-csrf-token'] ?? '');
    if (/^fetch$/i.test(token)) {
      const [session, fresh] = [randomUUID(), randomUUID()];
      this.#sessions.set(session, fresh);
      const cookie = `SAP_SESSIONID_ABC_100=${session}; path=/; HttpOnly`;
      return { isPassed: false, headers: { 'x-csrf-token': fresh, 'set-cookie': cookie } };
    }
    const session = /SAP_SESSIONID_ABC_100=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? '';
    return { isPassed: token !== '' && this.#sessions.get(session) === token, headers: {} };
  }
}

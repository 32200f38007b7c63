import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { answerReport, describeReport, owner, reports } from './reports.ts';
import { Tenant } from './tenant.ts';

/** What a test wants to happen: it is asked before each request, and answers it in place of Workday. */
export type Hook = (asked: { method: string; path: string; search: string }) => Instead | undefined;
export type Instead =
  | {
      readonly status: number;
      readonly body?: unknown;
      /** In place of a body in JSON. */
      readonly text?: string;
      readonly headers?: Record<string, string>;
    }
  | { readonly waitMilliseconds: number }
  /** The connection breaks after so many pieces of the answer. */
  | { readonly piecesMax: number };

export type Given = { records?: number; port?: number };

type Heard = { method: string; path: string; search: string; status: number };
type Answer = {
  readonly status: number;
  readonly body: unknown;
  readonly pieces?: Iterable<string>;
  readonly text?: string;
};

const tenantName = 'heddle_dpt1';
const limitDefault = 20;
const limitMax = 100;
const pieceBytes = 8_191;

/** A tenant of Workday, over people in memory, on this machine. */
export async function startWorkday({ records = 1_000, port = 0 }: Given = {}) {
  const simulator = new Workday(records);
  await simulator.listen(port);
  return simulator;
}

export class Workday {
  readonly tenant: Tenant;
  readonly heard: Heard[] = [];
  readonly credentials = { user: owner, password: `pass-${randomUUID()}` };
  readonly client = { client_id: 'heddle', client_secret: `secret-${randomUUID()}` };
  readonly refreshToken = `refresh-${randomUUID()}`;
  readonly tokens = new Set<string>();
  hook: Hook | undefined;
  /** Once it listens. */
  url = '';
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(records: number) {
    this.tenant = new Tenant(records);
  }

  get config() {
    const known = { owner, name: 'Headcount', key: 'Employee_ID' };
    const cursor = { field: 'Last_Updated', prompt: 'Updated_From' };
    return { base_url: this.url, tenant: tenantName, reports: [{ ...known, cursor }] };
  }

  get oauth() {
    return { ...this.client, refresh_token: this.refreshToken };
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(port, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const { pathname: path, search, searchParams } = new URL(request.url ?? '/', this.url);
    const { method = 'GET' } = request;
    const instead = this.hook?.({ method, path, search });
    if (instead && 'waitMilliseconds' in instead) {
      await wait(instead.waitMilliseconds, undefined, { ref: false });
    }
    const isOther = instead && 'status' in instead;
    const answer: Answer = isOther
      ? { body: {}, ...instead }
      : this.#answer(request, { path, query: searchParams, body });
    this.heard.push({ method, path, search, status: answer.status });
    const own = isOther ? instead.headers : {};
    response.writeHead(answer.status, { 'content-type': 'application/json', ...own });
    const piecesMax = instead && 'piecesMax' in instead ? instead.piecesMax : undefined;
    await give(response, answer, piecesMax);
  }

  #answer(
    request: IncomingMessage,
    { path, query, body }: { path: string; query: URLSearchParams; body: string },
  ): Answer {
    const { authorization = '' } = request.headers;
    if (path === `/ccx/oauth2/${tenantName}/token`) return this.#token(authorization, body);
    const isBearer = this.tokens.has(authorization.replace(/^Bearer /, ''));
    const [, report] = path.split(`/ccx/service/customreport2/${tenantName}/`);
    if (report !== undefined) {
      if (!isBearer && !this.#isUser(authorization)) return refused(401, 'invalid credentials');
      return this.#report(report, query);
    }
    const [, service, version, tenant, collection = '', id] =
      /^\/ccx\/api\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    // The REST API knows tokens only: users and their passwords are for reports and SOAP.
    if (!isBearer) return refused(401, 'invalid access token');
    if (tenant !== tenantName) return refused(404, 'not found');
    return this.#rest(`${service}/${version}/${collection}`, id, query);
  }

  #report(path: string, query: URLSearchParams): Answer {
    const [by, name] = path.split('/').map(decodeURIComponent);
    const report = reports.find((one) => one.owner === by && one.name === name);
    if (!report) return refused(404, 'The report is not found, or not enabled as a web service.');
    if (query.has('xsds')) return { status: 200, body: {}, text: describeReport(report) };
    if (query.get('format') !== 'json') return refused(400, 'Only JSON is known here.');
    const unknown = [...query.keys()].find(
      (prompt) => prompt !== 'format' && !report.prompts.includes(prompt),
    );
    if (unknown !== undefined) return refused(400, `The prompt ${unknown} is not known.`);
    return { status: 200, body: {}, pieces: answerReport(this.tenant, query) };
  }

  #rest(path: string, id: string | undefined, query: URLSearchParams): Answer {
    const collection = this.tenant.collection(path);
    if (!collection) return refused(404, 'not found', { code: 'S22' });
    if (id !== undefined) {
      const found = collection.page(0).find((one) => one.id === id);
      return found ? { status: 200, body: found } : refused(404, 'not found', { code: 'S22' });
    }
    const limit = Number(query.get('limit') ?? limitDefault);
    const offset = Number(query.get('offset') ?? 0);
    if (!Number.isInteger(limit) || limit < 1 || limit > limitMax) {
      const error = `The limit must be from 1 to ${limitMax}.`;
      const errors = [{ error, field: 'limit', location: 'query', code: 'A20' }];
      return refused(400, 'invalid request', { errors });
    }
    const data = collection.page(offset, offset + limit);
    return { status: 200, body: { total: collection.total, data } };
  }

  #token(authorization: string, body: string): Answer {
    const { client_id, client_secret } = this.client;
    const wanted = Buffer.from(`${client_id}:${client_secret}`).toString('base64');
    if (authorization !== `Basic ${wanted}`) return refused(401, 'invalid_client');
    const given = new URLSearchParams(body);
    const grant = given.get('grant_type');
    const isGiven =
      grant === 'client_credentials' ||
      (grant === 'refresh_token' && given.get('refresh_token') === this.refreshToken);
    if (!isGiven) return refused(400, 'invalid_grant');
    const token = randomUUID();
    this.tokens.add(token);
    const more = grant === 'refresh_token' ? { refresh_token: this.refreshToken } : {};
    const answered = { access_token: token, token_type: 'Bearer', expires_in: 3_600, ...more };
    return { status: 200, body: answered };
  }

  #isUser(authorization: string): boolean {
    const { user, password } = this.credentials;
    return [user, `${user}@${tenantName}`].some((name) => {
      return authorization === `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
    });
  }
}

function refused(status: number, error: string, more: object = {}): Answer {
  return { status, body: { error, ...more } };
}

async function give(
  response: ServerResponse,
  { body, text, pieces }: Answer,
  piecesMax = Number.POSITIVE_INFINITY,
): Promise<void> {
  if (!pieces) return void response.end(text ?? JSON.stringify(body));
  // Whoever asked may have gone, or the connection is meant to break.
  await pipeline(Readable.from(cut(pieces, piecesMax)), response).catch(() => undefined);
}

/** In pieces that end anywhere, also within a letter. */
function* cut(texts: Iterable<string>, piecesMax: number): Generator<Buffer> {
  let held = Buffer.alloc(0);
  let given = 0;
  for (const text of texts) {
    held = Buffer.concat([held, Buffer.from(text)]);
    if (held.length < pieceBytes) continue;
    if (given === piecesMax) throw new Error('It is broken off.');
    given += 1;
    yield held.subarray(0, pieceBytes);
    held = held.subarray(pieceBytes);
  }
  yield held;
}

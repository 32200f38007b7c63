import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Engine } from './engine.ts';
import { Refusal } from './refusal.ts';
import { seed } from './seed.ts';
import { type Result, SnowflakeSession } from './session.ts';
import { type Asked, Sessions } from './sessions.ts';

export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly bytes?: Buffer;
};

/** What a request meets in place of its answer. */
export type Trouble = {
  /** Of which requests: their method and path, and the statement where they bring one. */
  readonly of: RegExp;
  /** Undefined: it is never answered. */
  readonly answer: Answer | undefined;
  readonly after?: number;
  readonly times?: number;
  /** The request is done, and only its answer is lost. */
  readonly isDone?: boolean;
};

type Waiting = { readonly trouble: Trouble; after: number; times: number };

/** A Snowflake account on loopback, as its driver can know it. */
export class Snowflake {
  readonly engine = new Engine();
  readonly sessions = new Sessions(this.engine);
  readonly database = 'HEDDLE';
  /** The requests that came, as `POST /queries/v1/query-request SELECT 1`. */
  readonly heard: string[] = [];
  /** What came to sign in, but its token. */
  readonly logins: Record<string, unknown>[] = [];
  url = '';
  readonly #troubles: Waiting[] = [];
  readonly #server = createServer((request, response) => {
    this.#answer(request).then(
      (answer) => answer && give(response, answer),
      (error) => give(response, { status: 500, body: { message: String(error) } }),
    );
  });

  get signIn() {
    return this.sessions.signIn;
  }

  async listen(port = 0): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  trouble(trouble: Trouble): void {
    this.#troubles.push({ trouble, after: trouble.after ?? 0, times: trouble.times ?? 1 });
  }

  /** Statements of the account's own people. */
  async run(...statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.ask(statement);
  }

  async ask(statement: string): Promise<Result> {
    const session = new SnowflakeSession('0', this.engine.connect());
    try {
      return await session.run(statement, []);
    } finally {
      this.engine.disconnect(session.close());
    }
  }

  /** Where pieces of results are said to be; undefined: here. */
  set chunkOrigin(origin: string | undefined) {
    this.sessions.chunkOrigin = origin;
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    this.engine.end();
  }

  async #answer(request: IncomingMessage): Promise<Answer | undefined> {
    const { method = 'GET', url: target = '/', headers } = request;
    const sent = await buffer(request);
    const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const body: Asked = plain.length > 0 ? JSON.parse(plain.toString()) : {};
    const url = new URL(target, this.url);
    const said = `${method} ${url.pathname} ${body.sqlText ?? ''}`.trim();
    this.heard.push(said);
    if (url.pathname.endsWith('/login-request')) this.logins.push({ ...body.data, TOKEN: '' });
    const trouble = this.#troubleOf(said);
    if (trouble && !trouble.isDone) return trouble.answer;
    const answer = await this.#dispatch(url, body, headers.authorization ?? '');
    return trouble ? trouble.answer : answer;
  }

  async #dispatch(url: URL, body: Asked, authorization: string): Promise<Answer> {
    const token = /Token="([^"]*)"/.exec(authorization)?.[1] ?? '';
    const chunk = this.sessions.chunks.get(url.pathname);
    if (chunk) return { status: 200, headers: { 'content-encoding': 'gzip' }, bytes: chunk };
    try {
      return { status: 200, body: await this.sessions.answer(url, body, token) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message } = error;
      return { status: 200, body: { data: {}, code, message, success: false } };
    }
  }

  #troubleOf(said: string): Trouble | undefined {
    for (const waiting of this.#troubles) {
      if (waiting.times === 0 || !waiting.trouble.of.test(said)) continue;
      if (waiting.after > 0) {
        waiting.after -= 1;
        continue;
      }
      waiting.times -= 1;
      return waiting.trouble;
    }
    return undefined;
  }
}

export async function startSnowflake({
  records = 200,
  port = 0,
}: {
  records?: number;
  port?: number;
} = {}): Promise<Snowflake> {
  const simulator = new Snowflake();
  await seed(simulator.engine, records);
  await simulator.listen(port);
  return simulator;
}

function give(response: ServerResponse, { status, headers, body, bytes }: Answer): void {
  const type = bytes ? 'binary/octet-stream' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'x-request-id': randomUUID(), ...headers });
  response.end(bytes ?? (body === undefined ? '' : JSON.stringify(body)));
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Called, callConnector } from './calling.ts';
import { type Connector, checkConnector } from './connector.ts';
import { keyOf, signatureFault } from './signature.ts';

export interface ServeOptions {
  /** 0: any that is free. */
  port: number;
  /** Of the registration: `whsec_…`. Requests that are not signed with it are refused. */
  secret: string;
  /** The address to listen at; every one of this machine, where it is not said. */
  host?: string;
  /** A larger request is refused; 64 MiB where it is not said. */
  bodyBytesMax?: number;
  /** Hears of every request after its answer; what it is told holds no credentials and no records. */
  onCall?(call: ServedCall): void;
}

export interface ServedCall {
  /** `check`, `discover`, `read`, `write` or `query`. */
  name: string;
  object?: string;
  /** Of the answer. */
  status: number;
  /** How many were answered, or written without an error. */
  records?: number;
  /** Why it was refused; of what was thrown by mistake also where. */
  message?: string;
  milliseconds: number;
}

export interface Serving {
  /** Where it listens, on this machine. */
  url: string;
  port: number;
  close(): Promise<void>;
}

interface Answered extends Called {
  request?: { object?: unknown };
}

/**
 * Serves a connector over HTTP, as an extension of `type: "http"` is asked: `POST …/check`,
 * `/discover`, `/read`, `/write`, `/query`, whatever stands before these. Any GET is a 200.
 */
export async function serve(connector: Connector, options: ServeOptions): Promise<Serving> {
  checkConnector(connector);
  keyOf(options.secret);
  const server = createServer((request, response) => {
    void respond(connector, options, request, response);
  });
  const port = await listen(server, options);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function listen(server: Server, { port, host }: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function respond(
  connector: Connector,
  options: ServeOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const began = performance.now();
  const name = /([^/]*)\/?$/.exec((request.url ?? '').split('?')[0]!)![1]!;
  if (request.method !== 'POST') {
    request.resume();
    const isAlive = request.method === 'GET' || request.method === 'HEAD';
    send(response, isAlive ? alive(connector) : refused(405, 'Calls are made by POST.'));
    return;
  }
  const answered = await answer(connector, name, request, options).catch(
    (): Answered => refused(400, 'The request broke off.'),
  );
  send(response, answered);
  options.onCall?.(told(name, answered, performance.now() - began));
}

async function answer(
  connector: Connector,
  name: string,
  request: IncomingMessage,
  options: ServeOptions,
): Promise<Answered> {
  const bytesMax = options.bodyBytesMax ?? 64 * 1024 * 1024;
  const body = await bodyOf(request, bytesMax);
  if (body === undefined) return refused(413, `A request has at most ${bytesMax} bytes.`);
  const fault = signatureFault(request.headers, body, options.secret);
  if (fault !== undefined) return refused(401, `The signature is not right: ${fault}.`);
  const parsed = parse(body);
  if (parsed === undefined) return refused(400, 'The body is no JSON.');
  const called = await callConnector(connector, name, parsed.value);
  return { ...called, request: (parsed.value ?? {}) as { object?: unknown } };
}

/** Undefined when it is too large; what comes after that is read and dropped. */
async function bodyOf(request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= bytesMax) chunks.push(chunk);
  }
  return bytes > bytesMax ? undefined : Buffer.concat(chunks);
}

function parse(body: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(body.toString('utf8')) };
  } catch {
    return undefined;
  }
}

function alive({ provider }: Connector): Called {
  return { status: 200, body: { ok: true, provider } };
}

function refused(status: number, message: string): Called {
  return { status, body: { error: { message } } };
}

function send(response: ServerResponse, { status, body, retryAfterSeconds }: Called): void {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  response.writeHead(status, headers).end(JSON.stringify(body));
}

function told(name: string, answer: Answered, milliseconds: number): ServedCall {
  const { status, body, request, at } = answer;
  const answered = body as {
    records?: unknown[];
    results?: { status: string }[];
    error?: { message: string };
  };
  const records =
    answered.records?.length ?? answered.results?.filter((one) => one.status === 'ok').length;
  return {
    name,
    status,
    milliseconds: Math.round(milliseconds),
    ...(typeof request?.object === 'string' ? { object: request.object } : {}),
    ...(records === undefined ? {} : { records }),
    ...(answered.error === undefined
      ? {}
      : { message: `${answered.error.message}${at === undefined ? '' : ` (${at})`}` }),
  };
}

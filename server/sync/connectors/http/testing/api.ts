import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import type { Session } from '../../connector.ts';
import { GuardedOutside } from '../../outside.ts';
import { http } from '../index.ts';

export type Heard = {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

type Answer =
  | {
      status?: number;
      headers?: Record<string, string>;
      body?: unknown;
      text?: string;
    }
  | 'nothing';

/** An API on this machine, until the file ends. */
export async function startApi(answer: (heard: Heard, url: string) => Answer) {
  const heard: Heard[] = [];
  let url = '';
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const { method = '', headers } = request;
    const one = { method, url: new URL(request.url ?? '/', url), headers, body };
    heard.push(one);
    give(response, answer(one, url));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, heard };
}

function give(response: ServerResponse, answer: Answer): void {
  if (answer === 'nothing') return;
  const { status = 200, headers = {}, body, text } = answer;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(text ?? (body === undefined ? '' : JSON.stringify(body)));
}

type Given = {
  config?: Record<string, unknown>;
  credentials?: Record<string, unknown>;
  signal?: AbortSignal;
  allowPrivateHosts?: string[];
};

/** A session of the connector, ended with the file. */
export async function openHttp(url: string, given: Given = {}): Promise<Session> {
  const outside = new GuardedOutside({
    allowPrivateHosts: given.allowPrivateHosts ?? ['1'],
    folder: undefined,
    signal: given.signal ?? new AbortController().signal,
  });
  after(() => outside.close());
  const config = { base_url: url, ...given.config };
  return http.open({ config, credentials: given.credentials ?? {} }, outside);
}

/** Everything that a session reads of an object, each record as its cells. */
export async function readAll(
  session: Session,
  object: string,
  request: Partial<Parameters<Session['read']>[0]> = {},
) {
  const reading = await session.read({
    ...{ object, key: [], batchBytes: 1 << 20, batchRows: 1_000 },
    signal: new AbortController().signal,
    ...request,
  });
  const batches = [];
  for await (const batch of reading.batches) batches.push(batch);
  return {
    fields: reading.fields,
    batches,
    rows: batches.flatMap(({ rows }) => rows),
    unread: batches.flatMap(({ unread }) => unread),
    position: batches.at(-1)?.position,
  };
}

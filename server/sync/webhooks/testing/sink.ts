import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';

/** What a receiver was sent. */
export type Received = {
  readonly at: Date;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
  readonly body: { id: string; type: string; created_at: string; data: Record<string, unknown> };
};

type Answering = (response: ServerResponse, received: Received, request: IncomingMessage) => void;

const taking: Answering = (response) => response.writeHead(204).end();

/** A receiver of webhooks on this machine; `answer` says what it does, and may be changed. */
export async function openSink(answer: Answering = taking) {
  const sink = { received: [] as Received[], answer, url: '' };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const { url: path = '', headers } = request;
      const received = { at: new Date(), path, headers, raw, body: JSON.parse(raw.toString()) };
      sink.received.push(received);
      sink.answer(response, received, request);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  sink.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return sink;
}

export type Sink = Awaited<ReturnType<typeof openSink>>;

/** A receiver that answers a status, with headers. */
export const answering =
  (status: number, headers: Record<string, string> = {}, body = ''): Answering =>
  (response) =>
    response.writeHead(status, headers).end(body);

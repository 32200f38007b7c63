import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createConnection, type Socket } from 'node:net';
import { after, beforeEach, mock, test } from 'node:test';
import type { FastifyReply } from 'fastify';
import { readConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { createHttp } from './http.ts';

const http = createHttp(readConfig({}), createLog('silent'), []);
http.post('/read', async () => ({ read: true }));
http.post('/refused', { onRequest: async (_, reply) => reply.code(401).send({}) }, () => undefined);
http.register(async (scope) => {
  const config = { takesLong: true } as const;
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _body, done) => done(null));
  scope.post('/long', { config }, async ({ raw }) => {
    for await (const _ of raw);
    return { read: true };
  });
  const onRequest = async (_: unknown, reply: FastifyReply) => reply.code(401).send({});
  scope.post('/long/refused', { config, onRequest }, () => undefined);
});
await http.listen({ port: 0, host: '127.0.0.1' });
const { port } = http.server.address() as { port: number };
after(() => http.close());

const twoMinutes = 120_000;
const json = 'host: localhost\r\ncontent-type: application/json';

async function connect(): Promise<Socket> {
  const socket = createConnection(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function answerTo(socket: Socket, request: string): Promise<string> {
  socket.write(request);
  const [answer] = await once(socket, 'data');
  return String(answer).split('\r\n', 1)[0] as string;
}

async function received(request: IncomingMessage, bytes: number): Promise<void> {
  let missing = bytes;
  for await (const [chunk] of on(request, 'data')) {
    missing -= chunk.length;
    if (missing <= 0) return;
  }
}

beforeEach(() => mock.timers.reset());

/** What the request line asks for, and that a body of so many bytes follows. */
function heading(path: string, bytes: number): string {
  return `POST ${path} HTTP/1.1\r\n${json}\r\ncontent-length: ${bytes}\r\n\r\n`;
}

for (const [what, path] of [
  ['trickles in', '/read'],
  ['does not come, though its request was refused', '/refused'],
] as const) {
  test(`a body that ${what} ends its connection after two minutes`, async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const socket = await connect();
    const arrived = once(http.server, 'request');
    socket.resume().write(`${heading(path, 20)}{`);
    await arrived;

    mock.timers.tick(twoMinutes - 1);
    const before = socket.closed;
    mock.timers.tick(1);
    await once(socket, 'close');

    assert.equal(before, false);
  });
}

for (const path of ['/read', '/refused', '/nowhere']) {
  test(`the limit of a body is forgotten once ${path} has answered`, async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const socket = await connect();
    const request = `${heading(path, 2)}{}`;
    const first = await answerTo(socket, request);

    mock.timers.tick(twoMinutes);
    const second = await answerTo(socket, request);

    assert.equal(second, first);
    assert.match(first, /^HTTP\/1\.1 (200|401|404) /);
    socket.destroy();
  });
}

for (const [what, enough] of [
  ['drips', false],
  ['comes at 64 kbit/s', true],
] as const) {
  test(`a large body that ${what} ${enough ? 'may take longer' : 'ends like any other'}`, async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const socket = await connect();
    const arrived = once(http.server, 'request');
    socket.resume().write(heading('/long', 2 ** 30));
    const [request] = (await arrived) as [IncomingMessage];
    const bytes = enough ? 120 * 8 * 1024 : 1_000;
    socket.write(Buffer.alloc(bytes));
    await received(request, bytes);

    mock.timers.tick(twoMinutes);
    if (!enough) await once(socket, 'close');
    const isOpen = !request.socket.destroyed;

    assert.equal(isOpen, enough);
    socket.destroy();
  });
}

test('a large body that is not wanted is cut a second after the answer', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const socket = await connect();
  const answer = await answerTo(socket, `${heading('/long/refused', 2 ** 30)}x`);

  mock.timers.tick(1_000);
  await once(socket, 'close');

  assert.match(answer, / 401 /);
});

test('a large body that is not wanted is cut before much of it was sent', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const socket = await connect();
  const arrived = once(http.server, 'request');
  const answer = await answerTo(socket, heading('/long/refused', 2 ** 30));
  const [{ socket: other }] = (await arrived) as [IncomingMessage];

  const piece = Buffer.alloc(64 * 1024);
  const pour = () => void (socket.destroyed || socket.write(piece, pour));
  pour();
  await once(other, 'close');

  assert.match(answer, / 401 /);
  assert.ok(other.bytesRead < 4 * 2 ** 20);
});

for (const [path, first] of [
  ['/long', 'HTTP/1.1 100 Continue'],
  ['/long/refused', 'HTTP/1.1 401 Unauthorized'],
] as const) {
  test(`whoever asks before sending a body to ${path} is told ${first.slice(9)}`, async () => {
    const socket = await connect();
    const asking = heading(path, 2).replace('\r\n\r\n', '\r\nexpect: 100-continue\r\n\r\n');

    const answer = await answerTo(socket, asking);

    assert.equal(answer, first);
    socket.destroy();
  });
}

test('nothing is done later about a request that has no connection', async (t) => {
  const begun = t.mock.method(globalThis, 'setTimeout');

  const { statusCode } = await http.inject('/nothing');

  const waits = begun.mock.calls.map(({ arguments: [, milliseconds] }) => milliseconds ?? 0);
  assert.equal(statusCode, 404);
  assert.ok(waits.every((milliseconds) => milliseconds < twoMinutes));
});

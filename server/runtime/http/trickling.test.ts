import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { after, beforeEach, mock, test } from 'node:test';
import { readConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { createHttp } from './http.ts';

const http = createHttp(readConfig({}), createLog('silent'), []);
http.post('/read', async () => ({ read: true }));
http.post('/refused', { onRequest: async (_, reply) => reply.code(401).send({}) }, () => undefined);
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

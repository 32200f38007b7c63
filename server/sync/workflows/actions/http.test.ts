import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { after, test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { makeSyncScene } from '../../testing/scene.ts';
import { workflowsOf } from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ALLOW_PRIVATE_HOSTS: '127.0.0.1' });

/** Notes which connection each request came on. */
async function startCounting() {
  const ports: (number | undefined)[] = [];
  const server = createServer((request, response) => {
    ports.push(request.socket.remotePort);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  return { ports, port: (server.address() as AddressInfo).port };
}

test('steps of an organization keep a connection to where they send, and share it with no other', async () => {
  const { ports, port } = await startCounting();
  const [one, other] = [await makeSyncScene(app), await makeSyncScene(app)];
  const url = `http://127.0.0.1:${port}`;
  const actions = ['/a', '/b', '/c'].map((path) => ({ type: 'http', url: url + path }) as const);

  for (const scene of [one, other]) {
    const { make, run } = workflowsOf(scene);
    const { status, error } = await run((await make({ actions })).id);
    assert.equal(status, 'completed', String(error));
  }

  const [own, others] = [new Set(ports.slice(0, 3)), new Set(ports.slice(3))];
  assert.equal(ports.length, 6);
  // A machine that is busy for longer than a connection is kept opens a second one.
  assert.ok(own.size < 3, 'fewer connections than steps');
  assert.ok(own.isDisjointFrom(others), 'others for another organization');
});

test('a private address is closed to a step, although a name beside it is open', async () => {
  const { port } = await startCounting();
  const { make, run } = workflowsOf(await makeSyncScene(app));
  const retry = { attempts: 1 };
  const { id } = await make({
    actions: [{ type: 'http', url: `http://127.0.0.2:${port}`, retry }],
  });

  const { status, error } = await run(id);

  assert.equal(status, 'failed');
  assert.match(String(error), /private address/);
});

test('a step that comes as its connection has ended uses another one', async () => {
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.end('{}'));
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { make, run } = workflowsOf(await makeSyncScene(app));
  const { id } = await make({ actions: [{ type: 'http', url: `http://127.0.0.1:${port}` }] });

  const first = await run(id);
  for (const socket of sockets) socket.destroy();
  const second = await run(id);

  assert.deepEqual([first.status, second.status], ['completed', 'completed']);
  assert.equal(sockets.size, 2);
});

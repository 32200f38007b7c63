import { connect, type Socket } from 'node:net';
import { AnswerReader } from './answers.ts';
import type { Load, Loaded, Request } from './load.ts';

// A process of its own that does as little as it can: on two cores it shares them with what it
// measures. Requests are written to bytes before the clock starts, answers are only counted.

process.once('message', async (given: Load) => {
  const loaded = await run(given);
  process.send?.(loaded);
  process.disconnect?.();
});

async function run(given: Load): Promise<Loaded> {
  const wires = given.requests.map((request) =>
    write(request, request.authorization ?? given.authorization),
  );
  const total = wires.length * (given.times ?? 1);
  const sockets = await Promise.all(
    Array.from({ length: Math.min(given.connections, total) }, () => open(given.port)),
  );
  const latencies = new Float64Array(total);
  const statuses: Record<string, number> = {};
  let bytes = 0;
  let next = 0;
  const began = performance.now();
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve, reject) => {
          let at = 0;
          let sent = 0;
          const send = () => {
            if (next === total) return resolve();
            at = next++;
            sent = performance.now();
            socket.write(wires[at % wires.length] as Buffer);
          };
          const reader = new AnswerReader((status) => {
            latencies[at] = performance.now() - sent;
            statuses[status] = (statuses[status] ?? 0) + 1;
            send();
          });
          socket.on('data', (piece) => {
            bytes += piece.length;
            reader.take(piece as Buffer);
          });
          socket.on('error', reject);
          socket.on('close', () => reject(new Error('a connection was closed')));
          send();
        }),
    ),
  );
  const seconds = (performance.now() - began) / 1000;
  for (const socket of sockets) socket.removeAllListeners('close').destroy();
  latencies.sort();
  return {
    requests: total,
    seconds,
    perSecond: total / seconds,
    bytes,
    statuses,
    milliseconds: {
      median: latencies[total >> 1] ?? 0,
      p99: latencies[Math.floor(total * 0.99)] ?? 0,
    },
  };
}

function write({ method, path, body }: Request, authorization: string | undefined): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    'Accept: application/json',
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    ...(body === undefined
      ? []
      : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`);
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.removeAllListeners('error');
  return socket;
}

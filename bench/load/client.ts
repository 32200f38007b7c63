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
  const work: Work = {
    wires,
    total,
    next: 0,
    sent: new Float64Array(total),
    bytes: 0,
    statuses: {},
  };
  const began = performance.now();
  await Promise.all(sockets.map((socket) => converse(socket, work)));
  const seconds = (performance.now() - began) / 1000;
  for (const socket of sockets) socket.removeAllListeners('close').destroy();
  const { sent, bytes, statuses } = work;
  const latencies = sent.filter((_, at) => isTimed(given, at)).sort();
  return {
    requests: total,
    seconds,
    perSecond: total / seconds,
    bytes,
    statuses,
    milliseconds: {
      median: latencies[latencies.length >> 1] ?? 0,
      p95: latencies[Math.floor(latencies.length * 0.95)] ?? 0,
      p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
    },
  };
}

function isTimed({ requests, timed }: Load, at: number): boolean {
  return timed === undefined || requests[at % requests.length]?.method === timed;
}

type Work = {
  wires: readonly Buffer[];
  total: number;
  next: number;
  /** When each request was sent; once it is answered, how long that took. */
  sent: Float64Array;
  bytes: number;
  statuses: Record<string, number>;
};

/** Takes the next request as soon as the one before it is answered, until there are none. */
function converse(socket: Socket, work: Work): Promise<void> {
  return new Promise((resolve, reject) => {
    let at = 0;
    const send = () => {
      if (work.next === work.total) return resolve();
      at = work.next++;
      work.sent[at] = performance.now();
      socket.write(work.wires[at % work.wires.length] as Buffer);
    };
    const reader = new AnswerReader((status) => {
      work.sent[at] = performance.now() - (work.sent[at] as number);
      work.statuses[status] = (work.statuses[status] ?? 0) + 1;
      send();
    });
    socket.on('data', (piece) => {
      work.bytes += piece.length;
      reader.take(piece as Buffer);
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('a connection was closed')));
    send();
  });
}

function write({ method, path, body, cookie }: Request, authorization: string | undefined): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    'Accept: application/json',
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    ...(cookie === undefined ? [] : [`Cookie: ${cookie}`]),
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

import { connect, type Socket } from 'node:net';
import type { Asked, Heard, Listening } from './hearing.ts';

// A process of its own that does as little as it can: of each stream it looks only for the numbers
// `~n~` of posts, and notes when they came.

const now = () => performance.timeOrigin + performance.now();
const longestMark = 12;

let times: Float64Array[] = [];
let left = 0;
let sample = '';

process.on('message', async (asked: Listening | Asked) => {
  if ('path' in asked) {
    times = asked.cookies.map(() => new Float64Array(asked.posts));
    left = asked.cookies.length * asked.posts;
    await Promise.all(asked.cookies.map((cookie, at) => listen(asked, cookie, at)));
    process.send?.('listening');
  } else {
    process.send?.(evaluate(asked), () => process.exit(0));
  }
});

/** Resolves at its hello. */
function listen({ port, path }: Listening, cookie: string, at: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookie}\r\n\r\n`);
  return new Promise((resolve, reject) => {
    socket.once('error', reject).once('close', () => reject(new Error('a stream was closed')));
    read(socket, at, resolve);
  });
}

function read(socket: Socket, at: number, greeted: () => void): void {
  const own = times[at] as Float64Array;
  let rest = '';
  socket.on('data', (piece) => {
    const text = rest + piece.toString('latin1');
    if (sample === '' && text.includes('~0~')) sample = text;
    for (const [, number] of text.matchAll(/~(\d+)~/g)) {
      if (own[Number(number)]) continue;
      own[Number(number)] = now();
      left -= 1;
    }
    if (text.includes('event: hello')) greeted();
    rest = text.slice(
      text.lastIndexOf('~') < text.length - longestMark ? text.length : -longestMark,
    );
  });
}

/** Of what came after the first posts, with which everything warms up. */
function evaluate({ answered, warm }: Asked): Heard {
  const delays = times
    .flatMap((own) => [...own.slice(warm)].map((at, n) => at - (answered[n + warm] as number)))
    .sort((one, other) => one - other);
  const of = (share: number) => delays[Math.floor(delays.length * share)] ?? Number.NaN;
  return { missing: left, median: of(0.5), p99: of(0.99), p999: of(0.999), sample };
}

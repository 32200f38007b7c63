import { createConnection } from 'node:net';

export type RawAnswer = { text: string; status: number; headers: Headers; body: string };

const patienceMilliseconds = 60_000;

/** Sends bytes to a port of this machine as they are; answers what came until the server closed. */
export async function sendRaw(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  // Whoever is refused before he has sent everything may find the connection reset.
  socket.on('error', () => undefined);
  socket.setTimeout(patienceMilliseconds, () => socket.destroy());
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return readAnswer(Buffer.concat(pieces).toString());
}

/** A request line and headers; the server closes the connection after its answer. */
export function head(line: string, headers: Record<string, string> = {}): string {
  const all = { host: 'localhost', connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${[`${line} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`;
}

function readAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, Math.max(end, 0)).split('\r\n');
  const pairs = lines.map((line) => line.split(/:\s*(.*)/, 2) as [string, string]);
  return {
    text,
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0),
    headers: new Headers(pairs),
    body: end < 0 ? '' : text.slice(end + 4),
  };
}

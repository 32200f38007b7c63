import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sent } from '../book/capture.ts';
import type { Installation } from '../installation.ts';
import { startProcess } from '../server.ts';

const programs = {
  bare: fileURLToPath(new URL('./bare.ts', import.meta.url)),
  driver: fileURLToPath(new URL('./driver.ts', import.meta.url)),
};

type Asked = { path: string; headers: Record<string, string> };

/** A bare Fastify that answers the bytes that the server on a port answers, and no more. */
export async function startBare({ dataDirectory }: Installation, port: number, asked: Asked) {
  const { folder, file, bytes } = await writeAnswer(dataDirectory, port, asked);
  const running = await startProcess(process.execPath, [programs.bare, file], folder);
  return { ...running, bytes };
}

/** The same, after it has sent what the server sent to PostgreSQL, in the same round trips. */
export async function startDriver(
  { dataDirectory, address: { host, port, database } }: Installation,
  serverPort: number,
  asked: Asked,
  sent: readonly Sent[],
) {
  const { folder, file } = await writeAnswer(dataDirectory, serverPort, asked);
  const trips = [...Map.groupBy(sent, ({ trip }) => trip).values()];
  const connection = { host, port, database, user: 'heddle_app' };
  const written = join(folder, 'statements.json');
  await writeFile(written, JSON.stringify({ trips, connection }));
  return startProcess(process.execPath, [programs.driver, file, written], folder);
}

async function writeAnswer(dataDirectory: string, port: number, { path, headers }: Asked) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
  const body = Buffer.from(await answer.arrayBuffer());
  const folder = await mkdtemp(join(dataDirectory, 'bare-'));
  const file = join(folder, 'answer.json');
  await writeFile(file, body);
  return { folder, file, bytes: body.length };
}

import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Installation } from '../installation.ts';
import { startProcess } from '../server.ts';

const program = fileURLToPath(new URL('./bare.ts', import.meta.url));

/** A bare Fastify that answers the bytes that the server on a port answers, and no more. */
export async function startBare(
  { dataDirectory }: Installation,
  port: number,
  { path, headers }: { path: string; headers: Record<string, string> },
) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
  const body = Buffer.from(await answer.arrayBuffer());
  const folder = await mkdtemp(join(dataDirectory, 'bare-'));
  const file = join(folder, 'answer.json');
  await writeFile(file, body);
  const running = await startProcess(process.execPath, [program, file], folder);
  return { ...running, bytes: body.length };
}

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import type { Batch } from '../../batch.ts';
import type { ReadRequest, Session } from '../../connector.ts';
import { GuardedOutside } from '../../outside.ts';
import { files } from '../index.ts';

/** A folder of an organization with files in it, and sessions on it. */
export async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-files-'));
  const sessions: Session[] = [];
  const outside = new GuardedOutside({
    allowPrivateHosts: ['1'],
    folder,
    turn: async () => undefined,
    signal: new AbortController().signal,
  });
  after(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    await outside.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    folder,
    outside,
    put: async (name: string, content: string | Uint8Array) => {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    },
    get: (name: string) => readFile(join(folder, name), 'utf8'),
    open: async (config: Record<string, unknown> = {}) => {
      const session = await files.open(
        { config: { path: '.', ...config }, credentials: {} },
        outside,
      );
      sessions.push(session);
      return session;
    },
  };
}

/** All that an object has. */
export async function readAll(session: Session, object: string, more: Partial<ReadRequest> = {}) {
  const request = { object, key: [], batchBytes: 1 << 20, batchRows: 1_000, ...more };
  const reading = await session.read({ ...request, signal: new AbortController().signal });
  const batches: Batch[] = [];
  for await (const batch of reading.batches) batches.push(batch);
  return {
    names: reading.fields.map(({ name }) => name),
    rows: batches.flatMap(({ rows }) => [...rows]),
    unread: batches.flatMap(({ unread }) => [...unread]),
    positions: batches.map(({ position }) => position),
    batches,
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outside } from '../outside-contract.ts';

/** Lets a connector at everything on this machine. */
export function openOutside(): Outside & { end(): Promise<void> } {
  const controller = new AbortController();
  const folders: string[] = [];
  return {
    resolve: async () => ['127.0.0.1'],
    fetch,
    localPath: async (path) => path,
    temporaryFolder: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'heddle-connector-'));
      folders.push(folder);
      return folder;
    },
    turn: () => undefined,
    place: async () => async () => undefined,
    access: async () => {
      throw new Error('nobody gives access here');
    },
    signal: controller.signal,
    end: async () => {
      controller.abort();
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}

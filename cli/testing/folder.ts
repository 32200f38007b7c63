import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeHolder } from '../../server/runtime/embedded/embedded.ts';
import { killPostmaster } from '../../server/runtime/embedded/testing/sandbox.ts';
import { databaseFolder } from '../../server/runtime/testing/folder.ts';
import { endAll } from './heddle.ts';

type Scope = { after(clear: () => Promise<void>): void };

/** A data folder; at the end of the scope whatever runs on it is ended, and it is removed. */
export async function makeFolder(scope: Scope): Promise<string> {
  const base = await realpath(await mkdtemp(join(databaseFolder, 'heddle-cli-')));
  await chmod(base, 0o711);
  const folder = join(base, 'data');
  scope.after(async () => {
    await endAll();
    const holder = await describeHolder(folder).catch(() => undefined);
    if (holder) await killPostmaster(holder.pid, folder);
    await rm(base, { recursive: true, force: true });
  });
  return folder;
}

/** PostgreSQL and the processes that use it; undefined when nothing runs on the folder. */
export async function holderOf(folder: string) {
  return describeHolder(folder);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareBinaries } from '../../server/runtime/embedded/binaries.ts';
import { prepareCluster } from '../../server/runtime/embedded/cluster.ts';
import { prepareFolder } from '../../server/runtime/embedded/folder.ts';
import { createLog } from '../../server/runtime/log.ts';

/** Milliseconds that `initdb` alone takes, with the arguments that we give it. */
export async function timeInitdb(): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'heddle-bench-'));
  const log = createLog('silent');
  try {
    const folder = await prepareFolder(directory);
    const binaries = await prepareBinaries(folder, log);
    const began = performance.now();
    await prepareCluster(folder, binaries, log);
    return performance.now() - began;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

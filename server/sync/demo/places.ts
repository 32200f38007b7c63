import { existsSync } from 'node:fs';
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../runtime/config.ts';
import { shortId } from '../../runtime/ids.ts';
import { referrals } from './records.ts';
import { makeOlderSystem, makeWarehouse } from './store.ts';

const referralCount = 3_000;

export const olderSystem = 'older-system.db';
export const warehouse = 'warehouse.db';
export const sheets = 'sheets';
export const referralSheet = 'referrals.csv';

/** Where the files of the organization are. */
export function folderOf({ filesDirectory }: Config, organization: number): string | undefined {
  return filesDirectory && join(filesDirectory, shortId('organization', organization));
}

/** Makes those that are not there; any number of processes at once. */
export async function makePlaces(folder: string, now: Date): Promise<void> {
  await mkdir(join(folder, sheets), { recursive: true });
  await once(join(folder, olderSystem), async (path) => makeOlderSystem(path, now));
  await once(join(folder, warehouse), async (path) => makeWarehouse(path));
  await once(join(folder, sheets, referralSheet), (path) =>
    writeFile(path, referrals(referralCount, now)),
  );
}

/** A file that is there is whole. */
async function once(path: string, make: (path: string) => Promise<void>): Promise<void> {
  if (existsSync(path)) return;
  const draft = `${path}.${process.pid}`;
  try {
    await make(draft);
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

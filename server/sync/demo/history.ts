import { join } from 'node:path';
import type { Platform } from '../../platform/platform.ts';
import { look, noteHealth } from '../connections/health.ts';
import type { Sessions } from '../connections/sessions.ts';
import { selectConnection } from '../connections/store.ts';
import { Alone } from '../engine/alone.ts';
import { beginRun } from '../syncs/runs/runs.ts';
import { lockSync } from '../syncs/store.ts';
import type { Made } from './definitions.ts';
import { olderSystem } from './places.ts';
import { addInvoices, changePhones, clearRecalls, selectRunsSoFar } from './store.ts';

/** The runs that there should have been, in their order, and what happened at the source before. */
type Step = {
  sync: keyof Made['syncs'];
  nth: number;
  change?(older: string, now: Date): void;
};

const steps: readonly Step[] = [
  { sync: 'invoices', nth: 1 },
  { sync: 'contacts', nth: 1 },
  { sync: 'referrals', nth: 1 },
  { sync: 'recalls', nth: 1 },
  {
    sync: 'invoices',
    nth: 2,
    change: (older, now) => addInvoices(older, { after: 0, count: 38 }, now),
  },
  { sync: 'contacts', nth: 2, change: (older) => changePhones(older) },
  { sync: 'recalls', nth: 2, change: (older) => clearRecalls(older) },
  {
    sync: 'invoices',
    nth: 3,
    change: (older, now) => addInvoices(older, { after: 38, count: 21 }, now),
  },
];

/** Does the runs that there have not been yet, so that it goes on where it was. */
export async function makeHistory(
  platform: Platform,
  organization: number,
  { syncs, folder, signal }: Made & { folder: string; signal: AbortSignal | undefined },
): Promise<void> {
  const alone = new Alone(platform);
  const older = join(folder, olderSystem);
  try {
    for (const { sync, nth, change } of steps) {
      const isMissing = await catchUp(alone, platform, organization, {
        sync: syncs[sync],
        nth,
        signal,
      });
      if (signal?.aborted) return;
      if (!isMissing) continue;
      change?.(older, platform.clock.now());
      await begin(platform, organization, syncs[sync]);
      await catchUp(alone, platform, organization, { sync: syncs[sync], nth, signal });
    }
  } finally {
    await alone.close();
  }
}

/** So that nobody has to wait for it to learn that they work. */
export async function checkConnections(
  { database, clock }: Platform,
  organization: number,
  { connections, sessions }: Made & { sessions: Sessions },
): Promise<void> {
  const wall = database.of(organization);
  for (const id of Object.values(connections)) {
    const row = await selectConnection(wall.reading, organization, id);
    if (row?.health !== 'unknown') continue;
    const looked = await look(sessions, row);
    const now = clock.now();
    await wall.transaction((tx) => noteHealth({ tx, organization, now }, row, looked));
  }
}

/**
 * Does the run that is active, where there is one, and answers whether another is missing: nothing is of
 * a sync that was stopped or deleted, nor of one whose run waits for somebody.
 */
async function catchUp(
  alone: Alone,
  { database }: Platform,
  organization: number,
  { sync, nth, signal }: { sync: string; nth: number; signal: AbortSignal | undefined },
): Promise<boolean> {
  const { reading } = database.of(organization);
  const before = await selectRunsSoFar(reading, organization, sync);
  if (before?.active) {
    await alone.do({ organization_id: organization, sync_id: sync, id: before.active }, signal);
  }
  const now = await selectRunsSoFar(reading, organization, sync);
  return now?.enabled === true && !now.paused && now.count < nth;
}

/** Where another process has begun one, that is as good. */
async function begin({ database, keyring, clock }: Platform, organization: number, sync: string) {
  await database.of(organization).transaction(async (tx) => {
    // As schedules do, which would be in the way otherwise.
    await lockSync(tx, organization, sync);
    const run = { sync_id: sync, trigger: 'manual', request: {} } as const;
    await beginRun({ tx, organization, now: clock.now() }, keyring, run);
  });
}

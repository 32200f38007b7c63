import type { Clock } from '../../runtime/clock.ts';
import type { Database, Tx } from '../../runtime/database/database.ts';
import { type Log, loggable } from '../../runtime/log.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { nextTime } from '../schedules/schedules.ts';
import { beginRun } from '../syncs/runs/runs.ts';
import type { SyncRow } from '../syncs/store.ts';
import { lockDueSyncs, updateTick } from './store.ts';

const atOnce = 100;

type Services = { database: Database; keyring: Keyring; clock: Clock; log: Log };

/**
 * Begins a run of every sync whose time has come: one, however many times have passed meanwhile. A time
 * at which a run is active is skipped and counted. A sync that should have a time gets one.
 */
export async function tick(services: Services): Promise<void> {
  const { database, clock } = services;
  const now = clock.now();
  const lookAgain = await database.system.transaction(async (tx) => {
    const due = await lockDueSyncs(tx, now, atOnce);
    let placed = 0;
    for (const sync of due) if (await tickOne(tx, services, sync, now)) placed += 1;
    return placed === atOnce;
  });
  if (lookAgain) await tick(services);
}

/** Whether it has a next time. */
async function tickOne(
  tx: Tx,
  { keyring, log }: Services,
  sync: SyncRow,
  now: Date,
): Promise<boolean> {
  const { organization_id: organization, id } = sync;
  const isDue = sync.next_run_at !== null;
  const run = isDue
    ? await beginRun({ tx, organization, now }, keyring, {
        sync_id: id,
        trigger: sync.schedule === 'realtime' ? 'realtime' : 'schedule',
        request: {},
      })
    : undefined;
  if (sync.schedule === 'realtime') {
    // While an earlier one ends, it is tried again.
    await updateTick(tx, organization, id, { next: run ? null : sync.next_run_at, skipped: 0 });
    return false;
  }
  const next = nextOf(sync, now, (error) => {
    // Said once, and not every second.
    if (isDue) log.error({ ...loggable(error), sync: id }, 'a schedule is not understood any more');
  });
  await updateTick(tx, organization, id, { next, skipped: isDue && !run ? 1 : 0 });
  return next !== null;
}

/** One that nobody understands any more, since zones and patterns have changed, holds up no other. */
function nextOf(
  { schedule: pattern, timezone }: SyncRow,
  now: Date,
  hear: (error: unknown) => void,
): Date | null {
  try {
    return nextTime({ pattern, timezone }, now) ?? null;
  } catch (error) {
    hear(error);
    return null;
  }
}

import type { WriteContext } from '../../../platform/context.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type NewEvent, publish } from '../../../runtime/events/events.ts';
import { lockSync, type SyncRow } from '../store.ts';
import { warningsOf } from './rules.ts';
import {
  type AlertRow,
  deleteAlert,
  selectAlerts,
  selectEndedRuns,
  selectSilentSyncs,
  upsertAlert,
} from './store.ts';

const atOnce = 100;

type Moment = Pick<WriteContext, 'tx' | 'organization' | 'now'>;
type Judged = Pick<
  SyncRow,
  'organization_id' | 'id' | 'name' | 'settings' | 'enabled' | 'succeeded_at' | 'updated_at'
>;

/** Looks anew at what a sync warns of, and tells what has begun and what has ended; `sync` is locked. */
export async function reviewAlerts({ tx, organization, now }: Moment, sync: Judged): Promise<void> {
  const { notify: _, ...alerts } = sync.settings.alerts;
  const before = await selectAlerts(tx, sync);
  const isWatched = Object.values(alerts).some((limit) => limit !== null);
  if (!isWatched && before.length === 0) return;
  const { enabled: isEnabled, succeeded_at, updated_at } = sync;
  const since = succeeded_at && succeeded_at > updated_at ? succeeded_at : updated_at;
  const runs = await selectEndedRuns(tx, sync);
  const warnings = warningsOf(alerts, { now, isEnabled, since, runs });
  const events: NewEvent[] = [];
  for (const [alert, message] of warnings) {
    const known = before.find((one) => one.alert === alert);
    const row = { alert, message, since: known?.since ?? now };
    await upsertAlert(tx, sync, row);
    if (!known) events.push(eventOf(sync, 'firing', row));
  }
  for (const known of before) {
    if (warnings.has(known.alert)) continue;
    await deleteAlert(tx, sync, known.alert);
    events.push(eventOf(sync, 'resolved', known));
  }
  await publish(tx, organization, now, events);
}

/** That nothing has happened is found by nobody who does something. */
export async function reviewSilentSyncs(database: Database, now: Date): Promise<void> {
  const silent = await selectSilentSyncs(database.system.reading, now, atOnce);
  for (const { organization_id: organization, id } of silent) {
    await database.of(organization).transaction(async (tx) => {
      const sync = await lockSync(tx, organization, id);
      if (sync) await reviewAlerts({ tx, organization, now }, sync);
    });
  }
}

function eventOf(
  { id: sync_id, name: sync_name }: Judged,
  state: 'firing' | 'resolved',
  { alert, message, since }: AlertRow,
): NewEvent {
  const data = { sync_id, sync_name, alert, message, since: since.toISOString(), state };
  return { type: 'sync.alert', subject: sync_id, data };
}

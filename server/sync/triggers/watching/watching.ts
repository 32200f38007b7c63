import { setTimeout as wait } from 'node:timers/promises';
import type { WriteContext } from '../../../platform/context.ts';
import { newId } from '../../conventions/ids.ts';
import { type Definition, define } from '../../syncs/definition.ts';
import { deleteFollowing } from '../../syncs/following/store.ts';
import { cancelActiveRuns } from '../../syncs/runs/cancelling.ts';
import { deleteSync, insertSync } from '../../syncs/store.ts';
import { looksAtRecords, looksAtSame } from '../definition.ts';
import type { Watches } from '../keeping.ts';
import { selectTrigger, type TriggerRow, updateWatch } from '../store.ts';
import { updateWatchBegun, updateWatchStopped } from './store.ts';

/** Where what a trigger sees is kept: nobody has a connection of this id. */
const nowhere = 'watch';
const looksMax = 150;
const lookMilliseconds = 100;

/** Triggers see records by syncs in realtime, each of its own, that nobody else sees. */
export const watches: Watches = {
  async place(ctx, trigger, before) {
    const isKept = before !== undefined && looksAtSame(before, trigger);
    const known = isKept ? trigger.watch_id : null;
    if (!isKept && trigger.watch_id !== null) await end(ctx, trigger);
    const isWatching = looksAtRecords(trigger) && trigger.enabled;
    if (known === null) {
      if (isWatching) await begin(ctx, trigger);
    } else if (!isWatching) await stop(ctx, known);
    else if (!before?.enabled) await beginAgain(ctx, known);
  },

  async end(ctx, trigger) {
    if (trigger.watch_id !== null) await end(ctx, trigger);
  },

  async settle({ db, organization }, trigger) {
    let now = trigger;
    for (let look = 0; now.status === 'starting' && look < looksMax; look += 1) {
      await wait(lookMilliseconds);
      const found = await selectTrigger(db, organization, trigger.id);
      if (!found) break;
      now = found;
    }
    return now;
  },
};

/** A sync of everything in an object, for one trigger. */
function definitionOf({ id, connection_id, object, cursor_field }: TriggerRow): Definition {
  return define({
    source: { connection_id: connection_id ?? '', object: object ?? '' },
    destination: { connection_id: nowhere, object: id },
    ...(cursor_field === null ? {} : { cursor_field }),
    mode: 'upsert',
    on_schema_change: 'add',
  });
}

/** From now on, or from the beginning of what is there. */
async function begin({ tx, organization, now }: WriteContext, trigger: TriggerRow) {
  const id = newId('sync');
  const settings = definitionOf(trigger);
  const timing = { schedule: 'realtime', timezone: 'UTC', enabled: true, next_run_at: now };
  const sync = { id, name: trigger.id, settings, ...timing, watches: trigger.id };
  await insertSync(tx, organization, sync, now);
  await updateWatch(tx, organization, trigger.id, id);
  tx.announce('sync_run');
}

/** From now on: what has happened meanwhile sets nothing off. */
async function beginAgain({ tx, organization, now }: WriteContext, id: string) {
  await updateWatchBegun(tx, organization, id, now);
  tx.announce('sync_run');
}

/** It stays where it is. */
async function stop(ctx: WriteContext, id: string): Promise<void> {
  const { tx, organization } = ctx;
  await updateWatchStopped(tx, organization, id);
  await cancelActiveRuns(ctx, [id]);
  await deleteFollowing(tx, organization, id);
}

/** What was seen by it is deleted later: that may be much. */
async function end(ctx: WriteContext, { id, watch_id }: TriggerRow): Promise<void> {
  const { tx, organization } = ctx;
  await cancelActiveRuns(ctx, [watch_id ?? '']);
  await updateWatch(tx, organization, id, null);
  await deleteSync(tx, organization, watch_id ?? '');
}

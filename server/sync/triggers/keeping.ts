import type { OutsideContext, WriteContext } from '../../platform/context.ts';
import type { Sessions } from '../connections/sessions.ts';
import { nextTime } from '../schedules/schedules.ts';
import { type Cause, looksAtRecords, looksAtSame } from './definition.ts';
import {
  insertTrigger,
  selectTrigger,
  type TriggerRow,
  type TriggerToStore,
  updateTrigger,
} from './store.ts';

/** How triggers see records of connected systems. */
export type Watches = {
  /**
   * Begins, changes or ends what watches for a trigger, once it was stored: `before` is what it was.
   * One that is new, or looks at something else, or was enabled anew, begins with what happens from now on.
   */
  place(ctx: WriteContext, trigger: TriggerRow, before?: TriggerRow): Promise<void>;
  /** Before the trigger is deleted. */
  end(ctx: WriteContext, trigger: TriggerRow): Promise<void>;
  /** Waits a while until what happens from now on is seen; answers the trigger as it is then. */
  settle(ctx: OutsideContext, trigger: TriggerRow): Promise<TriggerRow>;
};

export type TriggerServices = { sessions: Sessions; watches: Watches };

export type Standing = Pick<
  TriggerRow,
  'id' | 'name' | 'workflow_id' | 'sync_id' | 'is_inline' | 'enabled'
> & { cause: Cause };

/** Stores a trigger, new or changed, and places what watches for it. */
export async function keepTrigger(
  ctx: WriteContext,
  { watches }: Pick<TriggerServices, 'watches'>,
  { cause, ...standing }: Standing,
  before?: TriggerRow,
): Promise<TriggerRow> {
  const { tx, organization, now } = ctx;
  const goesOn = before?.enabled && standing.enabled && looksAtSame(before, cause);
  const isWatching = looksAtRecords(cause) && standing.enabled;
  // Of those that look at no records, only a filter can be wrong, and this one is understood.
  const isMended = before?.status === 'error' && !looksAtRecords(cause);
  const state =
    goesOn && !isMended
      ? { status: before.status, message: before.message, since: before.since }
      : {
          status: isWatching ? ('starting' as const) : ('active' as const),
          message: null,
          since: goesOn ? before.since : now,
        };
  const trigger: TriggerToStore = {
    ...cause,
    ...standing,
    ...state,
    next_run_at: nextRunOf({ ...cause, ...standing }, now, goesOn ? before : undefined),
  };
  const save = before ? updateTrigger : insertTrigger;
  const row = await save(tx, organization, trigger, now);
  await watches.place(ctx, row, before);
  return (await selectTrigger(tx, organization, row.id)) ?? row;
}

/** A schedule that stays keeps its next time, also one that has just come. */
function nextRunOf(
  { schedule, timezone, enabled }: Pick<TriggerRow, 'schedule' | 'timezone' | 'enabled'>,
  now: Date,
  before: TriggerRow | undefined,
): Date | null {
  if (schedule === null || !enabled) return null;
  const isSame = before?.schedule === schedule && before.timezone === timezone;
  if (isSame && before.next_run_at) return before.next_run_at;
  return nextTime({ pattern: schedule, timezone: timezone ?? 'UTC' }, now) ?? null;
}

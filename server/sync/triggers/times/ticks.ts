import type { Platform } from '../../../platform/platform.ts';
import type { Tx } from '../../../runtime/database/database.ts';
import { takeSparing } from '../../../runtime/database/sparing.ts';
import { type Log, loggable } from '../../../runtime/log.ts';
import { nextTime } from '../../schedules/schedules.ts';
import { type Firing, fire } from '../firing.ts';
import type { TriggerRow } from '../store.ts';
import { lockDueTriggers, updateNextRun } from './store.ts';

const atOnce = 100;
const turnMilliseconds = 1_000;

type Services = Pick<Platform, 'database' | 'keyring' | 'clock' | 'log'>;

/** Fires the triggers whose time has come, in a worker. */
export class TriggerTicks {
  readonly #services: Services;
  #timer: NodeJS.Timeout | undefined;
  #turning: Promise<void> | undefined;

  constructor(services: Services) {
    this.#services = services;
  }

  start(): void {
    this.#timer = setInterval(() => this.#turn(), turnMilliseconds);
    this.#turn();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turning;
  }

  #turn(): void {
    this.#turning ??= tickTriggers(this.#services)
      .catch((error) =>
        this.#services.log.error(loggable(error), 'no trigger is fired at its time'),
      )
      .finally(() => {
        this.#turning = undefined;
      });
  }
}

/**
 * Fires every trigger whose time has come: once, however many times have passed meanwhile. One that
 * should have a time gets one. One that cannot be fired holds up no other, and has its next time.
 */
export async function tickTriggers(services: Services): Promise<void> {
  const { database, keyring, clock, log } = services;
  const now = clock.now();
  const fireAll = async (tx: Tx, triggers: readonly TriggerRow[]) => {
    const ofOrganizations = Map.groupBy(triggers, ({ organization_id }) => organization_id);
    for (const [organization, own] of ofOrganizations) {
      await fire(tx, { organization, now, keyring }, own.flatMap(firingOf));
    }
  };
  const lookAgain = await database.system.transaction(async (tx) => {
    const due = await lockDueTriggers(tx, now, atOnce);
    await takeSparing(tx, due, fireAll, ({ organization_id: organization, id }, error) =>
      log.error({ ...loggable(error), organization, trigger: id }, 'a trigger is not fired'),
    );
    let placed = 0;
    for (const trigger of due) if (await placeNext(tx, trigger, now, log)) placed += 1;
    return placed === atOnce;
  });
  if (lookAgain) await tickTriggers(services);
}

function firingOf(trigger: TriggerRow): Firing[] {
  const { next_run_at } = trigger;
  if (next_run_at === null) return [];
  return [{ trigger, record: { scheduled_at: next_run_at.toISOString() }, depth: 1 }];
}

/** Whether it has a next time. */
async function placeNext(tx: Tx, trigger: TriggerRow, now: Date, log: Log): Promise<boolean> {
  const { organization_id, id, schedule, timezone, next_run_at } = trigger;
  let next: Date | null = null;
  try {
    const times = { pattern: schedule ?? '', timezone: timezone ?? 'UTC' };
    next = nextTime(times, now) ?? null;
  } catch (error) {
    // Said once, and not every second; it holds up no other.
    if (next_run_at) {
      log.error({ ...loggable(error), trigger: id }, 'a schedule is not understood any more');
    }
  }
  await updateNextRun(tx, organization_id, id, next);
  return next !== null;
}

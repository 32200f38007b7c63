import { setTimeout } from 'node:timers/promises';
import type { Platform } from '../../../platform/platform.ts';
import { loggable } from '../../../runtime/log.ts';
import type { ActionServices } from '../actions/action.ts';
import type { WorkflowRunRow } from '../runs/store.ts';
import { carry } from './carrying.ts';
import { Definitions } from './definitions.ts';
import { Ledger } from './ledger.ts';
import {
  claimWorkflowRuns,
  giveBack,
  type Held,
  releaseExpiredWorkflowRuns,
  renewLeases,
} from './store.ts';

const turnMilliseconds = 1_000;
const beatMilliseconds = 8_000;
const underWayMax = 64;
/** Taken up in one turn: few enough that what one organization has under way is seen in between. */
const claimedMax = 16;
/** One organization leaves room for others. */
const perOrganizationMax = 40;
const closeMilliseconds = 10_000;

type UnderWay = Held & { stop: AbortController; done: Promise<void> };

/** Takes up runs of workflows whose time has come, and carries them from step to step. */
export class WorkflowEngine {
  readonly #platform: Platform;
  readonly #services: ActionServices;
  readonly #ledger: Ledger;
  readonly #definitions: Definitions;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #timers: NodeJS.Timeout[] = [];
  #turning: Promise<void> | undefined;
  #isAgain = false;
  #isClosed = false;

  constructor(platform: Platform, services: ActionServices) {
    this.#platform = platform;
    this.#services = services;
    this.#ledger = new Ledger(platform.database, platform.clock);
    this.#definitions = new Definitions(platform.database);
  }

  start(): void {
    this.#platform.listener.on('workflow_run', () => void this.turn());
    this.#timers.push(
      setInterval(() => void this.turn(), turnMilliseconds),
      setInterval(() => void this.#beat(), beatMilliseconds),
    );
    void this.turn();
  }

  /** Gives runs back that do not come to a next step in time. */
  async stop(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#turning;
    const left = [...this.#underWay.values()];
    if (left.length === 0) return;
    const ended = Promise.all(left.map(({ done }) => done));
    await Promise.race([ended, setTimeout(closeMilliseconds, undefined, { ref: false })]);
    for (const { stop } of left) stop.abort(new Error('the process ends'));
    const { database, clock, log } = this.#platform;
    await database.system
      .transaction((tx) => giveBack(tx, left, clock.now()))
      .catch((error) =>
        log.warn(loggable(error), 'runs of workflows wait for their leases to end'),
      );
  }

  /** Looks for what is to be done, now; never twice at once. */
  async turn(): Promise<void> {
    if (this.#isClosed) return;
    this.#isAgain = this.#turning !== undefined;
    this.#turning ??= this.#turn()
      .catch((error) => this.#platform.log.warn(loggable(error), 'workflows are not looked after'))
      .finally(() => {
        this.#turning = undefined;
        if (this.#isAgain) void this.turn();
      });
    await this.#turning;
  }

  async #turn(): Promise<void> {
    const { database, clock } = this.#platform;
    await database.system.transaction((tx) => releaseExpiredWorkflowRuns(tx, clock.now()));
    while (!this.#isClosed) {
      const limit = Math.min(claimedMax, underWayMax - this.#underWay.size);
      if (limit <= 0) return;
      const asked = { now: clock.now(), limit, crowded: this.#crowded() };
      const runs = await database.system.transaction((tx) => claimWorkflowRuns(tx, asked));
      for (const run of runs) this.#begin(run);
      if (runs.length < limit) return;
    }
  }

  #crowded(): number[] {
    const counts = new Map<number, number>();
    for (const { organization } of this.#underWay.values()) {
      counts.set(organization, (counts.get(organization) ?? 0) + 1);
    }
    return [...counts].flatMap(([id, count]) => (count >= perOrganizationMax ? [id] : []));
  }

  #begin(run: WorkflowRunRow): void {
    const { id: runId, organization_id: organization, fence } = run;
    const stop = new AbortController();
    const parts = { ...this.#services, ledger: this.#ledger, definitions: this.#definitions };
    const how = { signal: stop.signal, isClosing: () => this.#isClosed };
    const done = carry(parts, run, how)
      .catch((error) => {
        const { log } = this.#platform;
        log.warn(
          { ...loggable(error), run: runId },
          'a run of a workflow waits for its lease to end',
        );
      })
      .finally(() => {
        if (this.#underWay.get(runId)?.fence === fence) this.#underWay.delete(runId);
        void this.turn();
      });
    this.#underWay.get(runId)?.stop.abort(new Error('another holder'));
    this.#underWay.set(runId, { organization, runId, fence, stop, done });
  }

  /** What is no longer held here ends: its results would be refused. */
  async #beat(): Promise<void> {
    const { database, log } = this.#platform;
    const held = [...this.#underWay.values()];
    if (held.length === 0) return;
    try {
      const still = new Set(await database.system.transaction((tx) => renewLeases(tx, held)));
      for (const { runId, stop } of held) {
        if (!still.has(runId)) stop.abort(new Error('the run is held by somebody else'));
      }
    } catch (error) {
      log.warn(loggable(error), 'the leases of workflows are not renewed');
    }
  }
}

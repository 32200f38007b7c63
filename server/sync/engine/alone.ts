import { setTimeout } from 'node:timers/promises';
import type { Platform } from '../../platform/platform.ts';
import { Providers } from '../connections/providers.ts';
import { Sessions } from '../connections/sessions.ts';
import { ownConnectors } from '../connectors/own/index.ts';
import type { RunRow } from '../syncs/runs/store.ts';
import { selectRun } from '../syncs/runs/store.ts';
import { Sandbox } from '../transforms/sandbox/sandbox.ts';
import { takeBackExpired } from './conclusion.ts';
import { protectingKeys } from './protecting.ts';
import { Runner, type RunnerServices } from './runner.ts';
import { claimRun } from './store.ts';

const lookMilliseconds = 200;

/** Does single runs in this process, where no worker takes them up: for a command, and the demo. */
export class Alone {
  readonly #platform: Platform;
  readonly #sandbox = new Sandbox();
  readonly #services: RunnerServices;
  /** One that was closed does no run any more. */
  readonly #runners = new Set<Runner>();

  constructor(platform: Platform) {
    this.#platform = platform;
    const own = ownConnectors(platform.objects, platform);
    this.#services = {
      ...platform,
      sessions: new Sessions({ ...platform, providers: new Providers(platform.keyring, own) }),
      sandbox: this.#sandbox,
      protectingKey: protectingKeys(platform.secrets),
    };
  }

  /**
   * Until the run is over or paused, also where somebody else does it; or until `signal` gives it back.
   */
  async do(run: Pick<RunRow, 'organization_id' | 'sync_id' | 'id'>, signal?: AbortSignal) {
    const runner = new Runner(this.#services);
    this.#runners.add(runner);
    const giveBack = () => runner.close();
    signal?.addEventListener('abort', giveBack, { once: true });
    try {
      while (!signal?.aborted && (await this.#isActive(run))) {
        if (!(await this.#attempt(runner, run.id))) await setTimeout(lookMilliseconds);
      }
    } finally {
      signal?.removeEventListener('abort', giveBack);
      this.#runners.delete(runner);
    }
  }

  async close(): Promise<void> {
    for (const runner of this.#runners) runner.close();
    await this.#sandbox.close();
  }

  /** False when somebody else has it, or when it waits for its next attempt. */
  async #attempt(runner: Runner, only: string): Promise<boolean> {
    const { database, clock } = this.#platform;
    const claim = await database.system.transaction(async (tx) => {
      const now = clock.now();
      await takeBackExpired(tx, now);
      return claimRun(tx, { now, only, perOrganization: Number.MAX_SAFE_INTEGER });
    });
    if (claim) await runner.run(claim);
    return claim !== undefined;
  }

  async #isActive({ organization_id, sync_id, id }: Parameters<Alone['do']>[0]): Promise<boolean> {
    const { reading } = this.#platform.database.of(organization_id);
    const row = await selectRun(reading, organization_id, sync_id, id);
    return row?.status === 'queued' || row?.status === 'running';
  }
}

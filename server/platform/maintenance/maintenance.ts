import type { Database } from '../../runtime/database/database.ts';
import type { Listener } from '../../runtime/database/listener.ts';
import { AppError } from '../../runtime/errors.ts';
import { type Maintenance, selectMaintenance, upsertMaintenance } from './store.ts';

export async function setMaintenance(database: Database, value: Maintenance): Promise<void> {
  await database.system.transaction((tx) => upsertMaintenance(tx, value));
}

/** Whether the operator has closed the APIs; every process hears of it at once. */
export class MaintenanceMode {
  readonly #database: Database;
  #state: Maintenance = { on: false, retry_after_seconds: 0 };

  constructor(database: Database, listener: Listener) {
    this.#database = database;
    const look = () => void this.look().catch(() => undefined);
    listener.on('setting', look);
    listener.onLost(look);
  }

  async look(): Promise<void> {
    const state = await selectMaintenance(this.#database.system.reading);
    if (state) this.#state = state;
  }

  /** @throws AppError maintenance (503) */
  check(): void {
    if (!this.#state.on) return;
    const headers = { 'retry-after': String(this.#state.retry_after_seconds) };
    throw new AppError('maintenance', { headers });
  }
}

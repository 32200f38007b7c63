import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../../runtime/database/database.ts';
import { selectLags } from './store.ts';

/** Adds how far syncs in realtime are behind, read whenever metrics are requested. */
export function watchLags(registry: Registry, database: Database): void {
  const gauges = [
    ['seconds', 'How long a sync in realtime has not had all that its source has.'],
    ['bytes', 'How much the log of its source has grown since what such a sync has.'],
  ] as const;
  for (const [unit, help] of gauges) {
    new Gauge({
      name: `heddle_sync_lag_${unit}`,
      help,
      labelNames: ['sync'],
      registers: [registry],
      async collect() {
        this.reset();
        for (const { id, lag } of await selectLags(database.system.reading).catch(() => [])) {
          if (lag[unit] !== null) this.set({ sync: id }, lag[unit]);
        }
      },
    });
  }
}

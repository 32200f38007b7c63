import type { SyncRow } from './store.ts';

/** A sync as the API shows it. */
export function showSync(row: SyncRow) {
  const { source, destination, mode, cursor_field, ...settings } = row.settings;
  const records = Number(row.records_synced);
  return {
    id: row.id,
    name: row.name,
    source: { connection_id: source.connection_id, object: source.object, query: source.query },
    destination: {
      connection_id: destination.connection_id,
      object: destination.object,
      table: destination.object,
      delete: destination.delete,
      metadata: destination.metadata,
    },
    ...settings,
    field_mappings: settings.field_mappings.map((one) => ({ ...one })),
    filters: [...settings.filters],
    key: settings.key === null ? null : [...settings.key],
    transforms: [...settings.transforms],
    // Kept before there were notices, it has none.
    alerts: {
      ...settings.alerts,
      notify: (settings.alerts.notify ?? []).map((one) => ({ ...one })),
    },
    firing: row.firing.map(({ since, ...one }) => ({
      ...one,
      since: new Date(since).toISOString(),
    })),
    // A source that is polled may say itself by which field.
    cursor_field: cursor_field ?? (row.schedule === 'realtime' ? row.cursor_found : null),
    mode: mode ?? (settings.key === null ? row.mode : ('upsert' as const)),
    schedule: row.schedule,
    timezone: row.timezone,
    enabled: row.enabled,
    status: statusOf(row),
    lag: row.lag,
    records_synced: records,
    recordsSynced: records,
    skipped_ticks: Number(row.skipped_ticks),
    last_run_at: row.last_run_at?.toISOString() ?? null,
    next_run_at: row.next_run_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

type Status = 'pending' | 'running' | 'completed' | 'failed' | 'stopped';

function statusOf({ enabled, active, outcome, schedule, next_run_at }: SyncRow): Status {
  if (!enabled) return 'stopped';
  if (active !== null) return 'running';
  // Its run was cancelled, and nothing begins another one.
  const rests = schedule === 'realtime' && next_run_at === null && outcome !== 'failed';
  if (rests) return 'stopped';
  return outcome ?? 'pending';
}

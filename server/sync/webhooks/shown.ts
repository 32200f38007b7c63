import type { ShownWebhook } from './store.ts';

/** A webhook as the API shows it: without its secret, and with the names of its headers only. */
export function showWebhook(row: ShownWebhook, now: Date) {
  const { previous_until } = row;
  const overlap = previous_until !== null && previous_until > now ? previous_until : null;
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    events: row.events,
    enabled: row.enabled,
    filter: {
      connection_id: row.filter_connection_id,
      sync_id: row.filter_sync_id,
      object: row.filter_object,
    },
    headers: row.header_names,
    max_in_flight: row.max_in_flight,
    failing_since: row.failing_since?.toISOString() ?? null,
    disabled_at: row.disabled_at?.toISOString() ?? null,
    disabled_reason: row.disabled_reason,
    previous_secret_until: overlap?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

import type { TriggerRow } from './store.ts';

/** A trigger as the API shows it. */
export function showTrigger(row: TriggerRow) {
  const { id, ...inline } = showInline(row);
  return {
    id,
    name: row.name,
    ...inline,
    target: { workflow_id: row.workflow_id, sync_id: row.sync_id },
    inline: row.is_inline,
    enabled: row.enabled,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** As its workflow shows it. */
export function showInline(row: TriggerRow) {
  return {
    id: row.id,
    type: row.type,
    connection_id: row.connection_id,
    object: row.object,
    event: row.event,
    filter: row.filter,
    field: row.field,
    cursor_field: row.cursor_field,
    schedule: row.schedule,
    timezone: row.timezone,
    from: row.is_from_beginning ? ('beginning' as const) : ('now' as const),
    status: row.status,
    message: row.message,
    next_run_at: row.next_run_at?.toISOString() ?? null,
    fired: Number(row.fired),
    skipped: Number(row.skipped),
    last_fired_at: row.last_fired_at?.toISOString() ?? null,
  };
}

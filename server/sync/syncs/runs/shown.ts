import { showPosition } from '../cursor/positions.ts';
import { isPart } from './part.ts';
import type { RunRow } from './store.ts';

/** A run as the API shows it. */
export function showRun(row: RunRow) {
  const { started_at, finished_at } = row;
  const end = finished_at ?? null;
  return {
    id: row.id,
    sync_id: row.sync_id,
    status: row.status,
    trigger: row.trigger,
    started_at: started_at?.toISOString() ?? null,
    finished_at: end?.toISOString() ?? null,
    // The clocks of two machines may differ.
    duration_ms: started_at && end ? Math.max(0, end.getTime() - started_at.getTime()) : null,
    records_read: row.records_read,
    records_written: row.records_written,
    records_skipped: row.records_skipped,
    records_failed: row.records_failed,
    records_deleted: row.records_deleted,
    bytes: row.bytes,
    // A part has a place of its own, from which no other run can go on.
    cursor: isPart(row.request) ? null : showPosition(row.position),
    error: row.error,
    pause: row.pause,
    drift: row.drift,
    progress: row.status === 'running' ? row.progress : null,
    created_at: row.created_at.toISOString(),
  };
}

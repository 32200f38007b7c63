import type { ConnectionRow } from './store.ts';

/** A connection as the API shows it: without its credentials. */
export function showConnection(row: ConnectionRow, authorizeUrl?: string) {
  return {
    id: row.id,
    provider: row.provider,
    provider_version: row.provider_version,
    name: row.name,
    config: row.config,
    status: row.status,
    health: {
      status: row.health,
      checked_at: row.checked_at?.toISOString() ?? null,
      message: row.health_message,
    },
    ...(authorizeUrl === undefined ? {} : { authorize_url: authorizeUrl }),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

import { invalid } from '../../../runtime/errors.ts';
import type { ConnectionRow } from '../store.ts';

type End = Pick<ConnectionRow, 'id' | 'config'>;

/**
 * One connection at both ends of a sync is read and written at the same time.
 * @throws AppError 400 where it may not have two connections
 */
export function requireBoth(source: End, destination: End): void {
  if (source.id !== destination.id || destination.config.max_connections !== 1) return;
  const message =
    'is read from at the same time, and may have one connection only: set its config.max_connections ' +
    'to 2 or more.';
  throw invalid('destination.connection_id', message);
}

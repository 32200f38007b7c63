import type { Description } from '../connectors/connector.ts';
import type { Definition } from '../syncs/definition.ts';
import { closeReading, type Source } from './reading.ts';

/** The fields of what a sync reads, and its key: an object has one, a query has none. */
export async function describeSource(
  source: Source,
  { source: { object, query } }: Definition,
  signal: AbortSignal,
): Promise<Pick<Description, 'fields' | 'key'>> {
  if (object !== null) return source.describe(object);
  const asked = { query: query ?? '', key: [], batchBytes: 2 ** 20, batchRows: 1, signal };
  const reading = await source.read(asked);
  await closeReading(reading);
  return { fields: reading.fields, key: [] };
}

import type { Hall, Source, Told } from './source.ts';
import type { FeedEvent } from './store.ts';

/** The changes that a source loads for those of some events that concern it. */
export async function changesOf(
  source: Source,
  hall: Hall,
  events: readonly FeedEvent[],
): Promise<Told[]> {
  const own = events.filter(({ type }) => source.types.includes(type));
  return own.length === 0 ? [] : source.load(hall, own);
}

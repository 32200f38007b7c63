import type { AddressedChange, LoadContext, Source } from './source.ts';
import type { FeedEvent } from './store.ts';

/** The changes that a source loads for those of some events that concern it. */
export async function changesOf(
  source: Source,
  ctx: LoadContext,
  events: readonly FeedEvent[],
): Promise<AddressedChange[]> {
  const own = events.filter(({ type }) => source.types.includes(type));
  return own.length === 0 ? [] : source.load(ctx, own);
}

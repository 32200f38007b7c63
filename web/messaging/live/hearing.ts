import type { QueryClient } from '@tanstack/react-query';
import type { Change } from '../../../contract/messaging/website/feed.ts';

/** Applies a change to what one part of Messaging has loaded, and does nothing about any other. */
export type Hearing = (client: QueryClient, change: Change) => void;

/** Changes what is loaded under a key, if anything is. */
export function update<T>(
  client: QueryClient,
  key: readonly unknown[],
  apply: (data: T) => T,
): void {
  client.setQueryData<T>(key, (data) => data && apply(data));
}

import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Change } from '../../../contract/messaging/website/feed.ts';
import { catchingUp, changesSince, mark } from './log.ts';

/**
 * Options of windows: the feed keeps them up to date, so they are never refetched automatically.
 */
export const heardQuery = {
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnReconnect: false,
  refetchOnWindowFocus: false,
} as const;

/** Loads a window without missing changes that are received meanwhile. */
export function loadWindow<T>(load: () => Promise<T>, apply: (data: T, change: Change) => T) {
  return () => catchingUp(load, apply);
}

type Extension<T> = {
  key: readonly unknown[];
  load: (window: T) => Promise<T>;
  merge: (window: T, page: T) => T;
  apply: (data: T, change: Change) => T;
};

/** Extends a window by a page, one at a time. */
export function useExtension<T>({ key, load, merge, apply }: Extension<T>) {
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    scope: { id: JSON.stringify(key) },
    meta: { isQuiet: true },
    mutationFn: () => extend(client, { key, load, merge, apply }),
  });
  return {
    extend: () => {
      if (!isPending) mutate();
    },
    isExtending: isPending,
    error,
  };
}

async function extend<T>(client: QueryClient, { key, load, merge, apply }: Extension<T>) {
  const window = client.getQueryData<T>(key);
  if (window === undefined) return;
  const from = mark();
  const page = await load(window);
  client.setQueryData<T>(key, (now) => now && changesSince(from).reduce(apply, merge(now, page)));
}

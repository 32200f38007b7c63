import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let isLost = false;

/** Records whether the server answered a call. */
export function noteReached(isReached: boolean): void {
  if (isLost === !isReached) return;
  isLost = !isReached;
  for (const listener of [...listeners]) listener();
}

/** Whether the server failed to answer the latest call. */
export function useIsLost(): boolean {
  return useSyncExternalStore(subscribe, () => isLost);
}

/** Calls `act` when the server answers again; answers a function that unsubscribes. */
export function whenReached(act: () => void): () => void {
  return subscribe(() => {
    if (!isLost) act();
  });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let isLost = false;

/** What a call tells of whether the server answers. */
export function noteReached(isReached: boolean): void {
  if (isLost === !isReached) return;
  isLost = !isReached;
  for (const listener of [...listeners]) listener();
}

/** Whether the server did not answer when it was last called. */
export function useIsLost(): boolean {
  return useSyncExternalStore(subscribe, () => isLost);
}

/** Calls when the server answers again; answers how to stop. */
export function whenReached(act: () => void): () => void {
  return subscribe(() => {
    if (!isLost) act();
  });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

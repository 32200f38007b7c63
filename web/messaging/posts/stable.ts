import { useCallback, useLayoutEffect, useRef } from 'react';

/** A function that keeps its identity, and calls the latest one that was given. */
export function useStable<Given extends unknown[]>(
  act: (...given: Given) => void,
): (...given: Given) => void {
  const latest = useRef(act);
  useLayoutEffect(() => {
    latest.current = act;
  });
  return useCallback((...given: Given) => latest.current(...given), []);
}

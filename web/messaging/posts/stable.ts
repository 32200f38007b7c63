import { useCallback, useLayoutEffect, useRef } from 'react';

/** A function that stays the same, and does what the latest one that was given does. */
export function useStable<Given extends unknown[]>(
  act: (...given: Given) => void,
): (...given: Given) => void {
  const latest = useRef(act);
  useLayoutEffect(() => {
    latest.current = act;
  });
  return useCallback((...given: Given) => latest.current(...given), []);
}

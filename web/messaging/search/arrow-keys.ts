import { type KeyboardEvent, useCallback } from 'react';

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** The arrow keys move from the input to the results, between them, and back. */
export function useArrowKeys() {
  return useCallback((event: KeyboardEvent<HTMLElement>) => {
    const step = steps[event.key];
    const { target } = event;
    if (step === undefined || event.defaultPrevented || !(target instanceof HTMLElement)) return;
    const stops = stopsIn(event.currentTarget);
    const at = stops.indexOf(target);
    const next = stops[at + step];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  }, []);
}

function stopsIn(element: HTMLElement): HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>('input[type=search], [data-result] a')];
}

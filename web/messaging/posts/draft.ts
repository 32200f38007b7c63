import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useOwnId } from './people.ts';

/**
 * The text that is being written for a place, kept in this browser until it is sent; the last
 * element is the present text, for what arrives before it is rendered. When another tab continues
 * the same text this one follows, and is told before: undefined once nothing is left of it.
 */
export function useDraft(
  place: string,
  initial: string,
  onHeard: (text: string | undefined) => void,
) {
  const key = keyOf(useOwnId(), place);
  const [text, setText] = useState(() => read(key) || initial);
  const latest = useRef(text);
  const show = (next: string) => {
    latest.current = next;
    setText(next);
  };
  const change = (next: string) => {
    show(next);
    write(key, worthKeeping(next, initial));
  };
  const follow = useEffectEvent((event: StorageEvent) => {
    if (event.key !== key) return;
    // A text that was changed only here stays.
    if (worthKeeping(latest.current, initial) !== (event.oldValue ?? '')) return;
    onHeard(event.newValue ?? undefined);
    show(event.newValue ?? initial);
  });
  useEffect(() => {
    const hear = (event: StorageEvent) => follow(event);
    addEventListener('storage', hear);
    return () => removeEventListener('storage', hear);
  }, []);
  return [text, change, latest] as const;
}

export function hasDraft(own: string, place: string): boolean {
  return read(keyOf(own, place)) !== '';
}

export function forgetDraft(own: string, place: string): void {
  write(keyOf(own, place), '');
}

const keyOf = (own: string, place: string) => `heddle-draft ${own} ${place}`;

function worthKeeping(text: string, initial: string): string {
  return text.trim() === '' || text === initial ? '' : text;
}

function read(key: string): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

/** Without space or permission, it is kept by the page alone. */
function write(key: string, text: string): void {
  try {
    if (text === '') localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // Only the draft of a page that is closed is lost.
  }
}

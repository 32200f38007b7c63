import { useRef, useState } from 'react';
import { useOwnId } from './people.ts';

/**
 * What somebody has begun to write at a place, kept in this browser until it is sent; the last part
 * is the text as it is, for what arrives before it is drawn.
 */
export function useDraft(place: string | undefined, initial: string) {
  const own = useOwnId();
  const key = place === undefined ? undefined : `heddle-draft ${own} ${place}`;
  const [text, setText] = useState(() => (key && read(key)) || initial);
  const latest = useRef(text);
  const change = (next: string) => {
    latest.current = next;
    setText(next);
    if (key) write(key, next);
  };
  return [text, change, latest] as const;
}

function read(key: string): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

/** Where there is no room or no permission, it is kept on the page alone. */
function write(key: string, text: string): void {
  try {
    if (text.trim() === '') localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // Nothing is lost but the draft of a page that is closed.
  }
}

import type { Bounds } from './batch.ts';
import { reasonOf } from './reason.ts';

export function consoleInto(lines: string[], bounds: Bounds): object {
  let characters = 0;
  let isFull = false;
  const log = (...values: unknown[]): void => {
    if (isFull) return;
    const line = values.slice(0, 20).map(shown).join(' ').slice(0, 1000);
    characters += line.length;
    isFull = lines.length >= bounds.consoleLines || characters > bounds.consoleCharacters;
    lines.push(isFull ? '… (what follows is left out)' : line);
  };
  return Object.freeze({ log, info: log, warn: log, error: log, debug: log });
}

export function shown(value: unknown): string {
  try {
    if (typeof value !== 'object' || value === null) return String(value);
    const text = JSON.stringify(value);
    return typeof text === 'string' ? text : String(value);
  } catch (thrown) {
    return `(${reasonOf(thrown)})`;
  }
}

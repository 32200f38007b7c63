import type { Cell } from './types.ts';

/** What became of a value: the text of its type, or why the type can't hold it. */
export type Reading = { text: Cell } | { problem: string };

export function problem(text: string): Reading {
  return { problem: text };
}

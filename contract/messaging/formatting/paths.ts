import { isBetweenUnspaced, isSpace, isWordUnit } from './edges.ts';
import type { Steps } from './steps.ts';

/** The word that was looked at last; its end is where the next one can begin. */
export type Word = { end: number; isPath: boolean };

/**
 * Whether the slash at `position` stands in a word like `/usr/local/bin/`, where slashes mark
 * nothing. Asked from left to right, each word is read once.
 */
export function isInPath(text: string, position: number, word: Word, steps: Steps): boolean {
  if (position >= word.end) readWord(text, position, word, steps);
  return word.isPath;
}

function readWord(text: string, position: number, word: Word, steps: Steps): void {
  let start = position;
  while (start > word.end && !isSpace(text[start - 1]!)) start -= 1;
  word.end = position;
  while (word.end < text.length && !isSpace(text[word.end]!)) word.end += 1;
  word.isPath = hasInnerSlash(text, start, word.end);
  steps.count += 2 * (word.end - start);
}

/**
 * A slash after a letter or digit, and after the slash, at most beyond `*.~` and such, another; but
 * not where every place is an edge.
 */
function hasInnerSlash(text: string, start: number, end: number): boolean {
  let isAfterSlash = false;
  for (let at = start + 1; at < end; at += 1) {
    const isWord = isWordUnit(text.charCodeAt(at));
    if (isWord && isAfterSlash) return true;
    if (text[at] === '/') isAfterSlash ||= isInner(text, at);
    else if (isWord || !/[-._~*$@%+{<[:#?]/.test(text[at]!)) isAfterSlash = false;
  }
  return false;
}

function isInner(text: string, position: number): boolean {
  return isWordUnit(text.charCodeAt(position - 1)) && !isBetweenUnspaced(text, position);
}

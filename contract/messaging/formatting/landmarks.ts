import { isInAddress } from './addresses.ts';
import type { Steps } from './steps.ts';

/** What one look at the whole text finds, so that nothing has to be searched for later. */
export type Landmarks = {
  /** For each bracket `[` and parenthesis `(` that is closed, the position of its partner. */
  readonly partners: ReadonlyMap<number, number>;
  /** For each run of backticks that begins code, the position of the run that ends it. */
  readonly codeEnds: ReadonlyMap<number, number>;
};

export function findLandmarks(text: string, steps: Steps): Landmarks {
  const codeEnds = pairBackticks(text);
  const partners = pairBrackets(text, codeEnds);
  steps.count += 2 * text.length;
  return { partners, codeEnds };
}

/** Where the run of backticks at `position` ends. */
export function runEnd(text: string, position: number): number {
  let end = position;
  while (text[end] === '`') end += 1;
  return end;
}

/** Pairs each run with the next one of the same length. */
function pairBackticks(text: string): Map<number, number> {
  const pairs = new Map<number, number>();
  const lastOfLength = new Map<number, number>();
  for (let at = text.indexOf('`'); at !== -1; at = text.indexOf('`', at)) {
    const end = runEnd(text, at);
    const last = lastOfLength.get(end - at);
    if (last !== undefined) pairs.set(last, at);
    lastOfLength.set(end - at, at);
    at = end;
  }
  return pairs;
}

/** Brackets are paired within a line, parentheses where they could hold an address; not in code. */
function pairBrackets(text: string, codeEnds: ReadonlyMap<number, number>): Map<number, number> {
  const partners = new Map<number, number>();
  const brackets: number[] = [];
  const parentheses: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = String.fromCodePoint(text.codePointAt(at)!);
    if (!isInAddress(character)) parentheses.length = 0;
    if (character === '`') at = codeEndAfter(text, at, codeEnds) - 1;
    else if (character === '\n') brackets.length = 0;
    else if (character === '[') brackets.push(at);
    else if (character === '(') parentheses.push(at);
    else if (character === ']') pair(partners, brackets.pop(), at);
    else if (character === ')') pair(partners, parentheses.pop(), at);
    if (character.length > 1) at += 1;
  }
  return partners;
}

function codeEndAfter(
  text: string,
  position: number,
  codeEnds: ReadonlyMap<number, number>,
): number {
  return runEnd(text, codeEnds.get(position) ?? position);
}

function pair(partners: Map<number, number>, opener: number | undefined, closer: number): void {
  if (opener !== undefined) partners.set(opener, closer);
}

import type { Static } from 'typebox';
import type { Excerpt } from '../../../contract/messaging/website/finding.ts';
import { type Part, wordsOf } from './query.ts';

const lengthMax = 240;
const leadMax = 60;
const pieceMax = 12;

type Piece = Static<typeof Excerpt>[number];
type Span = { start: number; end: number };
type Wanted = { words: string[]; goesOn: boolean };

/**
 * The part of a text around its first match, cut at words, in pieces that tell matches from the
 * rest.
 */
export function excerptOf(text: string, parts: readonly Part[]): Piece[] {
  const matches = matchesIn(text, parts.filter(({ isExcluded }) => !isExcluded).map(wantedIn));
  const { start, end } = windowOf(text, matches[0]);
  const pieces: Piece[] = [];
  let at = start;
  const add = (to: number, is_match: boolean) => {
    if (to > at) pieces.push({ text: text.slice(at, to), is_match });
    at = Math.max(at, to);
  };
  for (const match of matches) {
    if (match.end > end || pieces.length >= pieceMax) break;
    add(match.start, false);
    add(match.end, true);
  }
  add(end, false);
  if (start > 0) pieces.unshift({ text: '… ', is_match: false });
  if (end < text.length) pieces.push({ text: ' …', is_match: false });
  return joined(pieces);
}

function wantedIn({ text, goesOn }: Part): Wanted {
  return { words: wordsOf(text).map(({ word }) => word), goesOn };
}

/** In the order of the text; overlapping matches are merged. */
function matchesIn(text: string, wanted: readonly Wanted[]): Span[] {
  const words = wordsOf(text);
  const spans: Span[] = [];
  for (const [at, { start }] of words.entries()) {
    const ends = wanted
      .filter((one) => standsAt(words, at, one))
      .map((one) => words[at + one.words.length - 1]?.end ?? 0);
    if (ends.length === 0) continue;
    const end = Math.max(...ends);
    const last = spans.at(-1);
    if (last && last.end >= start) last.end = Math.max(last.end, end);
    else spans.push({ start, end });
  }
  return spans;
}

function standsAt(
  words: readonly { word: string }[],
  at: number,
  { words: asked, goesOn }: Wanted,
) {
  return (
    asked.length > 0 &&
    asked.every((word, offset) => {
      const there = words[at + offset]?.word;
      const mayGoOn = goesOn && offset === asked.length - 1;
      return mayGoOn ? there?.startsWith(word) : there === word;
    })
  );
}

/** From a little before the match on, cut at words. */
function windowOf(text: string, match: Span | undefined): Span {
  const earliest = Math.max(0, (match?.start ?? 0) - leadMax);
  const start = earliest === 0 ? 0 : cutAfter(text, earliest, match?.start ?? earliest);
  const latest = start + lengthMax;
  if (latest >= text.length) return { start, end: text.length };
  const blank = text.slice(start, latest + 1).search(/\s+\S*$/);
  const end = blank > lengthMax / 2 ? start + blank : whole(text, latest);
  return { start, end: Math.max(end, Math.min(match?.end ?? 0, text.length)) };
}

function cutAfter(text: string, from: number, to: number): number {
  const blank = text.slice(from, to).search(/\s\S/);
  return blank < 0 ? whole(text, from) : from + blank + 1;
}

/** Never between the halves of a surrogate pair. */
function whole(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text[at] ?? '') ? at - 1 : at;
}

/** Merges neighbours of the same kind. */
function joined(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (last?.is_match === piece.is_match) last.text += piece.text;
    else all.push(piece);
  }
  return all;
}

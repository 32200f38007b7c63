/** What a character means to the marker beside it; `combining` makes another character of it. */
type Edge = 'space' | 'opening' | 'closing' | 'stop' | 'quote' | 'neutral' | 'combining' | 'word';

const ascii: Readonly<Record<string, Edge>> = {
  '(': 'opening',
  '[': 'opening',
  '{': 'opening',
  ')': 'closing',
  ']': 'closing',
  '}': 'closing',
  '.': 'stop',
  ',': 'stop',
  ';': 'stop',
  ':': 'stop',
  '!': 'stop',
  '?': 'stop',
  '"': 'quote',
  "'": 'quote',
};

// Which side a quotation mark closes depends on the language: „so“, “so”, »so«.
const beyondAscii: readonly (readonly [RegExp, Edge])[] = [
  [/^\s/u, 'space'],
  [/^[\p{L}\p{N}]/u, 'word'],
  [/^\p{M}/u, 'combining'],
  [/^[\p{Pi}\p{Pf}]/u, 'quote'],
  [/^\p{Ps}/u, 'opening'],
  [/^\p{Pe}/u, 'closing'],
  [/^[\p{Po}\p{Pd}\p{Cf}\p{Cc}\p{Extended_Pictographic}\p{RI}\p{Emoji_Modifier}]/u, 'neutral'],
];

const openers: ReadonlySet<Edge> = new Set(['space', 'opening', 'quote', 'neutral']);
const closers: ReadonlySet<Edge> = new Set(['space', 'closing', 'stop', 'quote', 'neutral']);

export type Binding = { readonly opens: boolean; readonly closes: boolean };

// Scripts without spaces, with their punctuation, full-width forms and variants of ideographs.
const unspaced =
  /^(?:[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\u3000-\u303F\uFF00-\uFFEF]|[\u{E0100}-\u{E01EF}])/u;

/** Whether the markers in `text` from `start` up to `end` stand at the edges of words. */
export function bindingOf(text: string, start: number, end: number): Binding {
  const [first, next] = [characterBefore(text, start), characterAfter(text, end)];
  const [before, after] = [edgeBefore(first), edgeOf(next)];
  const isQuoted = before === 'quote' && after === 'quote';
  if (after === 'combining' || isQuoted || isDrawing(text, start, end))
    return { opens: false, closes: false };
  const isStar = text[start] === '*' || text[end - 1] === '*';
  const opens = openers.has(before) || isUnspaced(first, next, isStar);
  const closes = closers.has(after) || isUnspaced(next, first, isStar);
  return {
    opens: opens && after !== 'space' && after !== 'closing',
    closes: closes && before !== 'space' && before !== 'opening',
  };
}

/**
 * Whether a place is between characters of Chinese, Japanese or Korean. Words of other letters stand
 * right beside them: stars mark there too (`用*React*做`), except in products (`長3*寬4*高5`); the other
 * markers are part of names and ranges there (`報告_v2_終稿`, `3月-5月`).
 */
function isUnspaced(outer: string, inner: string, isStar: boolean): boolean {
  if (unspaced.test(outer) && unspaced.test(inner)) return true;
  if (!unspaced.test(outer) && !unspaced.test(inner)) return false;
  if (isStar) return !/^\p{N}/u.test(outer);
  return ![outer, inner].some((one) => !unspaced.test(one) && edgeOf(one) === 'word');
}

/** Whether the character in the middle stands between two of Chinese, Japanese or Korean. */
export function isBetweenUnspaced(text: string, position: number): boolean {
  return (
    unspaced.test(characterBefore(text, position)) &&
    unspaced.test(characterAfter(text, position + 1))
  );
}

/** Letters and digits; beyond ASCII everything, which is near enough where it is asked. */
export function isWordUnit(unit: number): boolean {
  const letter = unit | 32;
  return (letter >= 97 && letter <= 122) || (unit >= 48 && unit <= 57) || unit >= 128;
}

export function isSpace(character: string): boolean {
  return /^\s/u.test(character);
}

// "->", "<-", "</b>"; ":-)" and ":/", also right after a word; but "*Attention :*" is French.
function isDrawing(text: string, start: number, end: number): boolean {
  if (text[start - 1] === '<' || text[end] === '>') return true;
  if (!/[-/]/.test(text[start]!) || !/[:;]/.test(text[start - 1] ?? '')) return false;
  return isSpace(text[start - 2] ?? ' ') || /[()[\]]/.test(text[end] ?? '');
}

/** The beginning and the end of a text are spaces. */
function characterBefore(text: string, position: number): string {
  if (position === 0) return ' ';
  const isLow = /[\uDC00-\uDFFF]/.test(text[position - 1]!);
  const point = isLow ? text.codePointAt(position - 2) : undefined;
  const isPair = point !== undefined && point > 0xffff;
  return isPair ? String.fromCodePoint(point) : text[position - 1]!;
}

function characterAfter(text: string, position: number): string {
  const point = text.codePointAt(position);
  return point === undefined ? ' ' : String.fromCodePoint(point);
}

function edgeBefore(character: string): Edge {
  const edge = edgeOf(character);
  if (edge !== 'combining') return edge;
  // The two that end emoji: variation selector 16, enclosing keycap.
  return /[\uFE0F\u20E3]/.test(character) ? 'neutral' : 'word';
}

function edgeOf(character: string): Edge {
  if (character > '\u007F') return unicodeEdgeOf(character);
  return ascii[character] ?? (isSpace(character) ? 'space' : 'word');
}

function unicodeEdgeOf(character: string): Edge {
  return beyondAscii.find(([pattern]) => pattern.test(character))?.[1] ?? 'word';
}

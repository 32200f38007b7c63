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

/** Whether the markers in `text` from `start` up to `end` stand at the edges of words. */
export function bindingOf(text: string, start: number, end: number): Binding {
  const before = edgeBefore(text, start);
  const after = edgeAfter(text, end);
  const isQuoted = before === 'quote' && after === 'quote';
  if (after === 'combining' || isQuoted || isDrawing(text, start, end))
    return { opens: false, closes: false };
  return {
    opens: openers.has(before) && after !== 'space' && after !== 'closing',
    closes: closers.has(after) && before !== 'space' && before !== 'opening',
  };
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

function edgeBefore(text: string, position: number): Edge {
  if (position === 0) return 'space';
  const isLow = /[\uDC00-\uDFFF]/.test(text[position - 1]!);
  const point = isLow ? text.codePointAt(position - 2) : undefined;
  const isPair = point !== undefined && point > 0xffff;
  const character = isPair ? String.fromCodePoint(point) : text[position - 1]!;
  const edge = edgeOf(character);
  if (edge !== 'combining') return edge;
  // The two that end emoji: variation selector 16, enclosing keycap.
  return /[\uFE0F\u20E3]/.test(character) ? 'neutral' : 'word';
}

function edgeAfter(text: string, position: number): Edge {
  const point = text.codePointAt(position);
  return point === undefined ? 'space' : edgeOf(String.fromCodePoint(point));
}

function edgeOf(character: string): Edge {
  if (character > '\u007F') return unicodeEdgeOf(character);
  return ascii[character] ?? (isSpace(character) ? 'space' : 'word');
}

function unicodeEdgeOf(character: string): Edge {
  return beyondAscii.find(([pattern]) => pattern.test(character))?.[1] ?? 'word';
}

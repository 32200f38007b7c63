import type { Steps } from './steps.ts';

// Characters that are never part of an address: those that end it on a page, and those that would
// make it look like another one.
const foreign = /^[\s<>"`\\\p{Cc}\p{Cs}]|^(?![\u200C\u200D])\p{Cf}|^[\u3000-\u303F\uFF00-\uFF65]/u;
const trailing = /^(?:[.,;:!?'([{]|(?![\0-\x7F])\p{P})/u;
const bareStart = /https?:\/\/(?=[\p{L}\p{N}\p{Extended_Pictographic}[])/iuy;
const namedStart = /(?:https?:\/\/(?=[\p{L}\p{N}\p{Extended_Pictographic}[])|mailto:(?=[^)]))/iuy;
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Whether an address may be linked to: http, https or mailto, with something after the scheme. */
export function isTarget(text: string, position: number): boolean {
  namedStart.lastIndex = position;
  return namedStart.test(text);
}

export function isInAddress(character: string): boolean {
  return !foreign.test(character);
}

/** Whether an http(s) address without brackets begins here; never inside a word. */
export function beginsAddress(text: string, position: number): boolean {
  bareStart.lastIndex = position;
  return bareStart.test(text) && !/[A-Za-z0-9]/.test(text[position - 1] ?? ' ');
}

/**
 * Where the address that begins at `position` ends; `position` itself if it is nothing but markers.
 * `markers` are those that are open: at the end of an address they close, and are not part of it.
 */
export function addressEnd(
  text: string,
  position: number,
  markers: ReadonlySet<string>,
  steps: Steps,
): number {
  const hostStart = text.indexOf('//', position) + 2;
  const end = fullEnd(text, hostStart);
  steps.count += 2 * (end - position);
  const trimmed = withoutTrailing(text, hostStart, end, markers);
  return trimmed > hostStart ? trimmed : position;
}

/**
 * Up to the first character that cannot be in an address, or a bracket that the address did not
 * open.
 */
function fullEnd(text: string, start: number): number {
  const expected: string[] = [];
  let at = start;
  while (at < text.length) {
    const character = String.fromCodePoint(text.codePointAt(at)!);
    if (!isInAddress(character)) break;
    if (/[)\]}]/.test(character) && expected.pop() !== character) break;
    if (closing[character] !== undefined) expected.push(closing[character]);
    at += character.length;
  }
  return at;
}

function withoutTrailing(
  text: string,
  start: number,
  end: number,
  markers: ReadonlySet<string>,
): number {
  let at = end;
  while (at > start && (trailing.test(text[at - 1]!) || markers.has(text[at - 1]!))) at -= 1;
  return at;
}

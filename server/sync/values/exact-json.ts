import { parseDecimal, plainDecimal } from './decimal.ts';
import type { Json } from './types.ts';

/** A number that a JavaScript number can't hold: `JSON.stringify` writes it as it was. */
export type ExactNumber = { rawJSON: string };

declare global {
  interface JSON {
    rawJSON(text: string): ExactNumber;
    isRawJSON(value: unknown): value is ExactNumber;
  }
}

/** Numbers that may lose digits: sixteen digits and more, or an exponent. A text may look like one; that only takes longer. */
const risky = /(?:^|[[,:])\s*-?(?:[\d.]{16}|\d[\d.]*[eE])/;

/**
 * Parses JSON; a number that a JavaScript number can't hold stays what it is (see `ExactNumber`).
 * @throws SyntaxError, and RangeError when it is nested too deeply
 */
export function parseExactly(text: string): Json {
  if (!risky.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_name, value, context: { source?: string } = {}) => {
    const { source } = context;
    if (typeof value !== 'number' || source === undefined) return value;
    return isExact(value, source) ? value : JSON.rawJSON(source);
  });
}

/** The same, or nothing for what is no JSON, or is nested too deeply to be read. */
export function readExactly(text: string): Json | undefined {
  try {
    return parseExactly(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

export function isExactNumber(value: unknown): value is ExactNumber {
  return JSON.isRawJSON(value);
}

function isExact(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false;
  // Whoever has no more than the number cannot tell whether it is the one that was written.
  if (!Number.isSafeInteger(value) && /^-?\d+$/.test(source)) return false;
  const [one, other] = [parseDecimal(String(value)), parseDecimal(source)];
  return one !== undefined && other !== undefined && plainDecimal(one) === plainDecimal(other);
}

/** How a number is told to those who know JavaScript's only: rounded, or as a text where it is too large. */
function told({ rawJSON }: ExactNumber): number | string {
  const value = Number(rawJSON);
  return Number.isFinite(value) ? value : rawJSON;
}

export function isTold(exact: ExactNumber, json: Json): boolean {
  return told(exact) === json;
}

/**
 * What came of a value after somebody had it who knows JavaScript's numbers only: those that he was told
 * rounded are what they were, where they were or wherever they are by now.
 */
export function withExact(before: Json, after: Json): { json: Json } | { problem: string } {
  const sources = sourcesIn(before);
  if (sources.size === 0) return { json: after };
  let isUnclear = false;
  const restore = (json: Json, was: Json | undefined): Json => {
    if (typeof json !== 'object' || json === null) {
      const [text, other] = sources.get(json) ?? [];
      if (text === undefined) return json;
      if (isExactNumber(was) ? isTold(was, json) : was === json) return was as Json;
      if (other !== undefined) isUnclear = true;
      return JSON.rawJSON(text) as unknown as Json;
    }
    if (Array.isArray(json)) {
      return json.map((one, at) => restore(one, Array.isArray(was) ? was[at] : undefined));
    }
    const given = typeof was === 'object' && was !== null && !Array.isArray(was) ? was : {};
    const members = Object.entries(json).map(([name, one]) => {
      return [name, restore(one, Object.hasOwn(given, name) ? given[name] : undefined)];
    });
    return Object.fromEntries(members);
  };
  const json = restore(after, before);
  return isUnclear ? { problem: 'has numbers that differ beyond their sixteenth digit' } : { json };
}

/** By what they are told as: the texts of numbers, where one of them is told otherwise than it is. */
function sourcesIn(before: Json): Map<Json, Set<string>> {
  const exact = [...numbersIn(before)].filter(isExactNumber).map(told);
  const sources = new Map<Json, Set<string>>(exact.map((one) => [one, new Set()]));
  for (const one of sources.size > 0 ? numbersIn(before) : []) {
    const isExact = isExactNumber(one);
    sources.get(isExact ? told(one) : one)?.add(isExact ? one.rawJSON : String(one));
  }
  return sources;
}

function* numbersIn(json: Json): Generator<number | ExactNumber> {
  if (typeof json === 'number' || isExactNumber(json)) yield json;
  else if (Array.isArray(json)) for (const one of json) yield* numbersIn(one);
  else if (typeof json === 'object' && json !== null) {
    for (const one of Object.values(json)) yield* numbersIn(one);
  }
}

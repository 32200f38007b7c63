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

/** Numbers that may lose digits: sixteen digits and more, or an exponent. */
const risky = /[\d.]{16,}|\d[eE][+-]?\d/;

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
  const [one, other] = [parseDecimal(String(value)), parseDecimal(source)];
  return one !== undefined && other !== undefined && plainDecimal(one) === plainDecimal(other);
}

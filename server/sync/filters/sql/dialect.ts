import type { Leaf } from '../checked.ts';
import type { Fragment } from './fragment.ts';

export type Dialect = {
  /** A condition in its words, or nothing where they would not mean the same: then it is decided here. */
  say(leaf: Leaf): Fragment | undefined;
  parameter(number: number): string;
  /** What is neither true nor false. */
  unknown: string;
};

export function quoted(name: string, quote: '"' | '`'): string {
  return quote + name.replaceAll(quote, quote + quote) + quote;
}

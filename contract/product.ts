import type { TSchema } from 'typebox';
import type { Pages } from './pages.ts';

export type ErrorDefinition = {
  readonly status: number;
  /** The word on the wire, where it differs from the code. */
  readonly slug?: string;
  readonly message: string;
};

/** What a product adds to the words of all: what its endpoints, rows and events are called by. */
export type ProductWords = {
  /** Its position where products are listed: the lowest first. */
  readonly rank: number;
  /** What its short ids can name. A noun may be added; renaming one invalidates its ids. */
  readonly nouns: readonly string[];
  readonly errors: Readonly<Record<string, ErrorDefinition>>;
  /**
   * What it writes to the event log: the data of each type. The log outlives what it tells of, so
   * about posts and patients it holds ids and times only: never a text, a name or anything medical.
   * Readers meet events of earlier versions, so a shape may gain optional members and never lose
   * one.
   */
  readonly events: Readonly<Record<`${string}.${string}`, TSchema>>;
  /** What it writes to the audit log: `<noun>.<verb>`. */
  readonly actions: readonly `${string}.${string}`[];
  /** Its pages on the website; their code is in its folder of `web/`. */
  readonly pages?: Pages;
};

/** Their names by rank; a module lists its exports alphabetically. */
export function namesInOrder(products: Readonly<Record<string, ProductWords>>): string[] {
  return Object.entries(products)
    .sort(([, one], [, other]) => one.rank - other.rank)
    .map(([name]) => name);
}

export const product = <const P extends ProductWords>(words: P): P => words;

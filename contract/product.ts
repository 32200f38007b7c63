import type { TSchema } from 'typebox';
import type { Pages } from './pages.ts';

export type ErrorDefinition = {
  readonly status: number;
  /** The word on the wire, where it differs from the code. */
  readonly slug?: string;
  readonly message: string;
};

/** The words that a product adds to those of all: what its endpoints, rows and events are called by. */
export type ProductWords = {
  /** Its place where people read of all products: the lowest first. */
  readonly rank: number;
  /** What its short ids name. A noun may be added; one that is renamed loses its ids. */
  readonly nouns: readonly string[];
  readonly errors: Readonly<Record<string, ErrorDefinition>>;
  /**
   * What it writes to the event log: the data of each type. The log outlives what it tells of: of posts
   * and patients it has ids and times only, never a text, a name or anything medical. Readers meet
   * events of earlier versions, so that a shape may gain optional members and lose none.
   */
  readonly events: Readonly<Record<`${string}.${string}`, TSchema>>;
  /** What it writes to the audit log: `<noun>.<verb>`. */
  readonly actions: readonly `${string}.${string}`[];
  /** Its pages on the website; their code is in its folder of `web/`. */
  readonly pages?: Pages;
};

/** Their names in the order in which people read of them; a module lists what it exports by the letter. */
export function namesInOrder(products: Readonly<Record<string, ProductWords>>): string[] {
  return Object.entries(products)
    .sort(([, one], [, other]) => one.rank - other.rank)
    .map(([name]) => name);
}

export const product = <const P extends ProductWords>(words: P): P => words;

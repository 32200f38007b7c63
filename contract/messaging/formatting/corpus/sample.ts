import type { Place } from '../tree.ts';

export type Sample = {
  readonly name: string;
  readonly input: string;
  readonly place: Place;
  /** In the notation of `notation.ts`. */
  readonly tree: string;
  readonly plain: string;
};

type Row = readonly [name: string, input: string, tree: string, plain: string];

export function inThread(rows: readonly Row[]): Sample[] {
  return rows.map((row) => sampleOf('thread', row));
}

export function inChat(rows: readonly Row[]): Sample[] {
  return rows.map((row) => sampleOf('chat', row));
}

/** Samples of one line that is read as the text that it is. */
export function untouched(rows: readonly (readonly [name: string, input: string])[]): Sample[] {
  return rows.map(([name, input]) => sampleOf('thread', [name, input, `p{${input}}`, input]));
}

function sampleOf(place: Place, [name, input, tree, plain]: Row): Sample {
  return { name, input, place, tree, plain };
}

import { document } from './corpus/document.ts';
import { edges } from './corpus/edges.ts';
import { hostile } from './corpus/hostile.ts';
import { languages } from './corpus/languages.ts';
import { lengths } from './corpus/lengths.ts';
import { links } from './corpus/links.ts';
import { marks } from './corpus/marks.ts';
import { references } from './corpus/references.ts';
import type { Sample } from './corpus/sample.ts';
import { structure } from './corpus/structure.ts';
import { unspaced } from './corpus/unspaced.ts';

export type { Sample } from './corpus/sample.ts';

/** What is written, and how it is read: for every reader of the tree to be tried with. */
export const corpus: readonly Sample[] = [
  ...document,
  ...marks,
  ...edges,
  ...structure,
  ...links,
  ...references,
  ...languages,
  ...unspaced,
  ...hostile,
  ...lengths,
];

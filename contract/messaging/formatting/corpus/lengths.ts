import { inThread } from './sample.ts';

const words = 'word '.repeat(100).trimEnd();
const waves = '👋'.repeat(500);
const bolds = '*ab* '.repeat(100).trimEnd();
const stars = '*'.repeat(500);
const quotes = '> '.repeat(249);

/** Blocks as long as they may be: 500 code points, or a blank less. */
export const lengths = inThread([
  ['a block of words', words, `p{${words}}`, words],
  ['a block of emoji', waves, `p{${waves}}`, waves],
  ['emoji in bold', `*${'👋'.repeat(498)}*`, `p{b{${'👋'.repeat(498)}}}`, '👋'.repeat(498)],
  ['a hundred bolds', bolds, `p{${bolds.replaceAll('*ab*', 'b{ab}')}}`, bolds.replaceAll('*', '')],
  ['a block of stars', stars, `p{${stars}}`, stars],
  [
    'a block of quotes',
    `${quotes}ab`,
    `${'quote{'.repeat(4)}p{${quotes.slice(8)}ab}}}}}`,
    `${quotes.slice(8)}ab`,
  ],
  ['a block of lines', 'a\n'.repeat(250), `p{${'a⏎'.repeat(249)}a}`, 'a\n'.repeat(250).trimEnd()],
]);

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { notate } from './corpus/notation.ts';
import { corpus } from './corpus.ts';
import { codePointLength, parse, toPlainText } from './index.ts';

describe('a message is read as the corpus says', () => {
  for (const { name, input, place, tree, plain } of corpus) {
    test(`${name}: ${JSON.stringify(input).slice(0, 60)}`, () => {
      const blocks = parse(input, place);

      assert.equal(notate(blocks), tree);
      assert.equal(toPlainText(blocks), plain);
    });
  }
});

test('the corpus is large enough to lean on, and shows no input twice', () => {
  const inputs = new Set(corpus.map(({ input, place }) => `${place} ${input}`));

  assert.ok(corpus.length >= 120);
  assert.equal(inputs.size, corpus.length);
});

test('no sample is longer than a block may be', () => {
  const long = corpus.filter(({ input }) => codePointLength(input) > 500);

  assert.deepEqual(long, []);
});

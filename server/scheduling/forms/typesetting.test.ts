import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { paginate, type SetBlock, type Style, wrap } from './typesetting.ts';

const oneEach = () => 1;
const style: Style = {
  face: 'regular',
  size: 10,
  lineHeight: 10,
  before: 5,
  color: '#000000',
  tag: 'P',
};
const block = (lines: number, changes: Partial<Style> = {}): SetBlock => ({
  style: { ...style, ...changes },
  lines: Array.from({ length: lines }, (_, index) => String(index)),
});
const linesOfPages = (blocks: SetBlock[], height: number) =>
  paginate(blocks, height).map((page) => page.map(({ lines }) => lines.length));

test('lines break after spaces and hyphens, and in a word only when it is too long', () => {
  const lines = [...wrap('one two-three fourfivesix\n\nend', 8, oneEach)];

  assert.deepEqual(lines, ['one two-', 'three ', 'fourfive', 'six', '', 'end']);
});

test('a space after a word hangs over the edge, and an accent stays with its letter', () => {
  assert.deepEqual([...wrap('abcd efgh', 4, oneEach)], ['abcd ', 'efgh']);
  assert.deepEqual([...wrap('abcdx\u0323\u0301y', 5, oneEach)], ['abcdx\u0323\u0301', 'y']);
});

test('the lines together are the text, and none is wider than allowed', () => {
  const texts = fc.string({
    unit: fc.constantFrom('a', 'ệ', ' ', '-', 'Ж', '\n', '😀'),
    maxLength: 200,
  });

  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 20 }), (text, width) => {
      const lines = [...wrap(text, width, oneEach)];

      assert.equal(lines.join(''), text.replaceAll('\n', ''));
      for (const line of lines) assert.ok([...line.replace(/ $/, '')].length <= width);
    }),
  );
});

test('a long block goes on at the top of the next page', () => {
  assert.deepEqual(linesOfPages([block(25)], 100), [[10], [10], [5]]);
  assert.deepEqual(linesOfPages([block(7), block(5)], 100), [[7, 2], [3]]);
});

test('a heading stays with the first two lines that follow', () => {
  assert.deepEqual(linesOfPages([block(7), block(1, { leads: true }), block(5)], 100), [
    [7],
    [1, 5],
  ]);
  assert.deepEqual(linesOfPages([block(5), block(1, { leads: true }), block(9)], 100), [
    [5, 1, 3],
    [6],
  ]);
});

test('every line stands on a page, in order, and inside of it', () => {
  const blocks = fc.array(
    fc.record({ lines: fc.integer({ min: 1, max: 30 }), leads: fc.boolean() }),
    { maxLength: 20 },
  );

  fc.assert(
    fc.property(blocks, fc.integer({ min: 10, max: 200 }), (given, height) => {
      const set = given.map(({ lines, leads }) => block(lines, leads ? { leads } : {}));

      const pieces = paginate(set, height).flat();

      assert.deepEqual(
        pieces.flatMap(({ lines }) => lines),
        set.flatMap(({ lines }) => lines),
      );
      assert.ok(pieces.every(({ top, bottom }) => top >= 0 && top < bottom && bottom <= height));
    }),
  );
});

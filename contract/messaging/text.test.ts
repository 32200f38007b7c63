import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinText, splitText } from './text.ts';

test('blank lines part the blocks, however many', () => {
  assert.deepEqual(splitText('one\ntwo\n\n \n\nthree\r\n\r\nfour\n'), [
    'one\ntwo',
    'three',
    'four',
  ]);
});

test('fenced code keeps its blank lines, also when nobody closes it', () => {
  assert.deepEqual(splitText('a\n\n```\nx\n\ny\n```\n\nb'), ['a', '```\nx\n\ny\n```', 'b']);
  assert.deepEqual(splitText('```\nx\n\ny'), ['```\nx\n\ny']);
});

test('blank text has no blocks', () => {
  assert.deepEqual(splitText(' \n\n\t'), []);
});

test('what was split and joined splits the same', () => {
  const blocks = ['# One', '* a\n* b', '```\nx\n\ny\n```'];

  assert.deepEqual(splitText(joinText(blocks)), blocks);
});

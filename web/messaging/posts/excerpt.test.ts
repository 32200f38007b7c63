import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excerptOf } from '../inbox/excerpt.ts';
import { firstWords } from './excerpt.ts';

test('the title of a thread is its heading alone, or its first paragraph', () => {
  const titles = [
    ['# Closed on Friday\nThe practice is closed.', 'More'],
    ['The practice\nis closed.', 'More'],
    ['> Quoted\nand said'],
    ['* one\n* two'],
    ['', '  ', '## *Third* block'],
    [],
  ].map((blocks) => firstWords(blocks, 'thread', []));

  assert.deepEqual(titles, [
    'Closed on Friday',
    'The practice is closed.',
    'Quoted',
    '• one • two',
    'Third block',
    '',
  ]);
});

test('in an excerpt a heading is parted from the text', () => {
  const none = () => undefined;

  assert.equal(
    excerptOf(['# Closed\nOn Friday.', 'And on Monday.'], 'thread', none),
    'Closed – On Friday. And on Monday.',
  );
  assert.equal(excerptOf(['# Closed'], 'thread', none), 'Closed');
  assert.match(excerptOf(['a '.repeat(400)], 'thread', none), /a…$/);
});

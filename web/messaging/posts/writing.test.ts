import assert from 'node:assert/strict';
import { test } from 'node:test';
import { charactersLeft } from './limits.ts';
import { asLabel, ownLine } from './writing.ts';

test('a file stands on a line of its own in a chat, and in a block of its own in a thread', () => {
  assert.equal(ownLine('chat', '', 0, '<!1>'), '<!1>\n');
  assert.equal(ownLine('chat', 'before', 6, '<!1>'), '\n<!1>\n');
  assert.equal(ownLine('chat', 'before\n', 7, '<!1>'), '<!1>\n');
  assert.equal(ownLine('thread', 'before', 6, '<!1>'), '\n\n<!1>\n\n');
  assert.equal(ownLine('thread', 'before\n\nafter', 8, '<!1>'), '<!1>\n\n');
  assert.equal(ownLine('thread', 'a\nb', 1, '<!1>'), '\n\n<!1>\n');
});

test('a label holds nothing that would end it', () => {
  assert.equal(asLabel('a<b>\nc|d'), 'a b c|d');
});

test('how much room is left is told near the end only, in characters as people count', () => {
  assert.equal(charactersLeft('chat', 'short'), undefined);
  assert.equal(charactersLeft('chat', 'x'.repeat(9_990)), 10);
  assert.equal(charactersLeft('chat', '👍'.repeat(9_990)), 10);
  assert.equal(charactersLeft('thread', 'x'.repeat(25_003)), -3);
});

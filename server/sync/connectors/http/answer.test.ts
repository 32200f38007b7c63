import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hide } from './answer.ts';

test('a secret is taken out of what a system says, a short one where it is a word of its own', () => {
  const told = [
    hide('Unknown token tok-1234-x (tok-1234-x)', ['tok-1234-x']),
    hide('my-tok-1234-xy', ['tok-1234-x']),
    hide('The case is closed: there are no cases, keycase', ['case']),
    hide('ftp://me:a.b+@host axb+', ['a.b+']),
  ];

  assert.deepEqual(told, [
    'Unknown token *** (***)',
    'my-***y',
    'The *** is closed: there are no cases, keycase',
    'ftp://me:***@host axb+',
  ]);
});

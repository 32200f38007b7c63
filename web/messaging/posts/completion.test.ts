import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserState } from '../../../contract/messaging/website/shapes.ts';
import { mentionAt, peopleFor } from './completion.ts';

function user(name: string, more: Partial<UserState> = {}): UserState {
  return { user_id: name, name, kind: 'member', is_active: true, ...more };
}

const users = [
  user('Priya Nair'),
  user('José Ávila'),
  user('Anna Maria Berg'),
  user('Mary-Ann O’Neil'),
  user('Ann Gone', { is_active: false }),
  user('Ann bot', { kind: 'bot' }),
];

function offered(typed: string): string[] {
  return peopleFor(users, typed).map(({ name }) => name);
}

test('a name is written behind an @ that begins a word', () => {
  assert.deepEqual(mentionAt('@', 1), { start: 0, typed: '' });
  assert.deepEqual(mentionAt('Ask @pri', 8), { start: 4, typed: 'pri' });
  assert.deepEqual(mentionAt('(@Anna Maria', 12), { start: 1, typed: 'Anna Maria' });
  assert.equal(mentionAt('me@example.com', 14), undefined);
  assert.equal(mentionAt('Ask @pri\nfor it', 15), undefined);
  assert.equal(mentionAt('<@12345678901|Priya> ', 21), undefined);
});

test('each word begins a word of the name, without accents and in any order', () => {
  assert.deepEqual(offered('pri'), ['Priya Nair']);
  assert.deepEqual(offered('jose av'), ['José Ávila']);
  assert.deepEqual(offered('berg anna'), ['Anna Maria Berg']);
  assert.deepEqual(offered('neil'), ['Mary-Ann O’Neil']);
  assert.deepEqual(offered('xyz'), []);
});

test('who is called so comes first, bots last, and who left never', () => {
  assert.deepEqual(offered('ann'), ['Anna Maria Berg', 'Mary-Ann O’Neil', 'Ann bot']);
});

test('of many people some are offered', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => user(`Person ${index}`));

  assert.equal(peopleFor(many, '').length, 8);
});

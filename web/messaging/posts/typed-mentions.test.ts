import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserState } from '../../../contract/messaging/website/shapes.ts';
import { mentionTyped } from './typed-mentions.ts';

function user(user_id: string, name: string, more: Partial<UserState> = {}): UserState {
  return { user_id, name, kind: 'member', is_active: true, ...more };
}

const users = [
  user('11111111111', 'Ann Archer'),
  user('22222222222', 'Ann Archer Smith'),
  user('33333333333', 'José Ávila (he)'),
  user('44444444444', '王小明'),
  user('55555555555', 'Bea'),
  user('66666666666', 'Sam Same'),
  user('77777777777', 'Sam Same'),
  user('88888888888', 'Gone Away', { is_active: false }),
];

function typed(text: string, readers: readonly string[] = []): string {
  return mentionTyped(text, users, (id) => readers.includes(id));
}

test('a full name typed behind an @ is a mention, whatever its case', () => {
  assert.equal(typed('Ask @Ann Archer, please'), 'Ask <@11111111111|Ann Archer>, please');
  assert.equal(typed('@ann archer’s'), '<@11111111111|Ann Archer>’s');
  assert.equal(typed('*@BEA*'), '*<@55555555555|Bea>*');
  assert.equal(typed('(@José Ávila (he))'), '(<@33333333333|José Ávila (he)>)');
  assert.equal(typed('请@王小明看'), '请@王小明看');
  assert.equal(typed('请@王小明 看'), '请<@44444444444|王小明> 看');
});

test('the longest name is meant', () => {
  assert.equal(typed('@Ann Archer Smith!'), '<@22222222222|Ann Archer Smith>!');
});

test('a part of a name, a longer word, and who has left are nobody', () => {
  for (const text of [
    '@Ann',
    '@Ann Archerson',
    'me@bea.example',
    '@Gone Away',
    'Ann Archer',
    '@',
  ]) {
    assert.equal(typed(text), text);
  }
});

test('what stands in code, addresses and mentions stays', () => {
  for (const text of [
    '`@Bea`',
    '```\n@Bea\n```',
    '```\n@Bea',
    'https://example.com/@Bea',
    '<@55555555555|@Bea>',
    '<!99999999999|@Bea>',
  ]) {
    assert.equal(typed(text), text);
  }
});

test('of two of one name the one who reads the place is meant, or nobody', () => {
  assert.equal(typed('@Sam Same'), '@Sam Same');
  assert.equal(typed('@Sam Same', ['77777777777']), '<@77777777777|Sam Same>');
  assert.equal(typed('@Sam Same', ['66666666666', '77777777777']), '@Sam Same');
});

test('a text of nothing but signs is read in linear time', () => {
  const text = '@'.repeat(12_000) + '`'.repeat(12_000);

  assert.equal(typed(text), text);
});

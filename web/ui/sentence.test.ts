import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentenceOf } from './sentence.ts';

const cases = [
  ['email: already belongs to a member.', 'The e-mail address already belongs to a member.'],
  ['name: a channel with this name already exists.', 'A channel with this name already exists.'],
  ['data: cannot be read as an image.', 'The file cannot be read as an image.'],
  ['user_ids: must not be empty.', 'The user ids must not be empty.'],
  ['Join the channel before you change it.', 'Join the channel before you change it.'],
  ['Too many: wait 3 seconds.', 'Too many: wait 3 seconds.'],
] as const;

for (const [said, sentence] of cases) {
  test(`"${said}" is read as a sentence`, () => {
    assert.equal(sentenceOf(said), sentence);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentenceOf } from './sentence.ts';

const cases = [
  ['email: is that of a member already.', 'The e-mail address is that of a member already.'],
  ['name: a channel of this name exists.', 'A channel of this name exists.'],
  ['data: is an image that cannot be read.', 'The file is an image that cannot be read.'],
  ['user_ids: must not be empty.', 'The user ids must not be empty.'],
  ['Join the channel before you change it.', 'Join the channel before you change it.'],
  ['Too many: wait 3 seconds.', 'Too many: wait 3 seconds.'],
] as const;

for (const [said, sentence] of cases) {
  test(`"${said}" is read as a sentence`, () => {
    assert.equal(sentenceOf(said), sentence);
  });
}

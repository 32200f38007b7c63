import assert from 'node:assert/strict';
import { test } from 'node:test';
import { References } from './references.ts';

const ann = '<@12345678901|Ann Archer>';
const picture = '<!23456789012|a (1).png>';

test('people and files read by their names, and are sent by their ids', () => {
  const text = `Ask ${ann}, *${ann}*’s:\n\n${picture}\n`;
  const references = new References(text);

  const read = references.shorten(text);

  assert.equal(read, 'Ask @Ann Archer, *@Ann Archer*’s:\n\n[a (1).png]\n');
  assert.equal(references.restore(read), text);
});

test('two of one name stay two', () => {
  const other = '<@34567890123|Ann Archer>';
  const references = new References(`${ann} ${other}`);

  const read = references.shorten(`${other} ${ann}`);

  assert.equal(read, '@Ann Archer 2 @Ann Archer');
  assert.equal(references.restore(read), `${other} ${ann}`);
});

test('a name that goes on, or is cut, is nobody any more', () => {
  const references = new References(ann);

  for (const text of ['@Ann Archerson', '@Ann Arche', 'Ann Archer', '@Ann Archer9']) {
    assert.equal(references.restore(text), text);
  }
});

test('what nobody chose stays as it was written', () => {
  const references = new References('');

  for (const text of [ann, '@Ann Archer', '[a (1).png]', '<@1|x> <!>', '$& $1 \\']) {
    assert.equal(references.shorten(text), text);
    assert.equal(references.restore(text), text);
  }
});

test('somebody who was chosen is not looked for again', () => {
  const references = new References('');
  const text = `Hello ${references.add(ann)} `;

  assert.equal(references.standsAt(text, 6), true);
  assert.equal(references.standsAt('Hello @Ann', 6), false);
});

test('any sign may stand in a name', () => {
  const signs = '!"#$%&\'()*+,-./:;=?@[\\]^_`{|}~';
  for (const markup of [`<!12345678901|a${signs}b.png>`, `<@12345678901|Ann-Marie ${signs}>`]) {
    const references = new References('');
    const read = references.add(markup);

    assert.equal(references.restore(`See ${read}`), `See ${markup}`);
  }
});

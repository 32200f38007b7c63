import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesIn, mentionsIn, parse, toPlainText } from './index.ts';

const ann = '12345678901';
const bob = '10987654321';
const names = (userID: string) => (userID === ann ? 'Ann Lee' : undefined);

test('a mention without a label is read by the name of the user', () => {
  const text = toPlainText(parse(`<@${ann}> and <@${ann}|>`, 'thread'), names);

  assert.equal(text, '@Ann Lee and @Ann Lee');
});

test('a mention with a label is read by the label', () => {
  const text = toPlainText(parse(`<@${ann}|Annie> <@${bob}|Bob>`, 'thread'), names);

  assert.equal(text, '@Annie @Bob');
});

test('a mention of nobody known is read as it was written', () => {
  const text = toPlainText(parse(`* <@${bob}>`, 'thread'), names);

  assert.equal(text, `• <@${bob}>`);
});

test('mentions are found wherever they stand, each user once, in order', () => {
  const message = `# *<@${bob}>*\n> 1. a <@${ann}|A>\n* b\n  * <@${bob}> \`<@11111111111>\``;

  const ids = mentionsIn(parse(message, 'thread'));

  assert.deepEqual(ids, [bob, ann]);
});

test('files are found each once, in order; what only looks like one is none', () => {
  const message = `<!${bob}>\na <!11111111111>\n<!${ann}|plan>\n<!${bob}>`;

  const ids = filesIn(parse(message, 'chat'));

  assert.deepEqual(ids, [bob, ann]);
});

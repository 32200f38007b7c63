import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseBlocks } from './blocks.ts';
import { codePointLength, filesIn, mentionsIn, type Place, parse, toPlainText } from './index.ts';

const pieces = [
  ...['*', '**', '/', '_', '-', '`', '```', '[', '](', ')', '(', ']', '<', '>', '|', '"', "'", '.'],
  ...[
    '\n',
    '\n\n',
    '\r\n',
    ' ',
    '  ',
    '\t',
    '# ',
    '## ',
    '> ',
    '* ',
    '- ',
    '1. ',
    '7. ',
    '```ts\n',
  ],
  ...[
    'a',
    'B',
    '5',
    'é',
    'ש',
    '你',
    'の',
    '한',
    '🎉',
    '👨‍👩‍👧',
    '\u0301',
    '\u202E',
    '\uD83D',
    '，',
    '\u0000',
    '\\',
  ],
  ...['http://', 'https://x.y', 'mailto:', 'javascript:', '<@12345678901', '<!12345678901', '<@1>'],
  ...[
    '<@12345678901|>',
    '<@10987654321|Ann>',
    '<!12345678901|>',
    '[a](https://x.y/_z_)',
    '*a* /b/',
  ],
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((some) => some.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
);
const place = fc.constantFrom<Place>('thread', 'chat');
const plainWords = fc
  .array(fc.stringMatching(/^[\p{L}\p{N}.,;:!?'"() 👋]{1,30}$/u), { minLength: 1, maxLength: 5 })
  .map((lines) => lines.join('\n'))
  .filter((words) =>
    words.split('\n').every((line) => line.trim() !== '' && !/^\s*\d+\./.test(line)),
  );

/** Every value in the tree, the innermost ones too. */
function* valuesOf(value: unknown): Generator<unknown> {
  yield value;
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) yield* valuesOf(inner);
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of part) {
    at = whole.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

test('whatever is written is read, and read the same again', () => {
  fc.assert(
    fc.property(text, place, (input, where) => {
      assert.deepEqual(parse(input, where), parse(input, where));
    }),
    { numRuns: 2000 },
  );
});

test('letters are never lost, and none are added', () => {
  const letters = (some: string) => [...some].filter((one) => /[\p{L}\p{So}]/u.test(one)).sort();
  // Languages, addresses and labels are read as something else than the text that they are.
  const bare = fc
    .array(fc.constantFrom(...pieces.filter((one) => !/[<`:|]|\]\(/.test(one))), { maxLength: 60 })
    .map((some) => some.join(''));

  fc.assert(
    fc.property(bare, place, (input, where) => {
      assert.deepEqual(letters(toPlainText(parse(input, where))), letters(input));
    }),
    { numRuns: 2000 },
  );
});

test('what is in the plain text stands in the message, in the same order', () => {
  const rows = text.filter((input) => !/\d\.|\]\(|<|[*-]\s|`/.test(input));

  fc.assert(
    fc.property(rows, place, (input, where) => {
      const plain = toPlainText(parse(input, where)).replaceAll(/\s/g, '');

      assert.ok(isSubsequence(plain, input), plain);
    }),
    { numRuns: 2000 },
  );
});

test('what is not in the plain text is a marker', () => {
  const marker = /[*/_\-`#>[\]()<|!@\s\d.•]/;
  const rows = text.filter((input) => !/\]\(|`|[<|]/.test(input));

  fc.assert(
    fc.property(rows, place, (input, where) => {
      const plain = toPlainText(parse(input, where));

      const keep = (some: string) => [...some].filter((one) => !marker.test(one)).join('');
      assert.equal(keep(plain), keep(input));
    }),
    { numRuns: 2000 },
  );
});

test('text without markers is one paragraph of the same text', () => {
  fc.assert(
    fc.property(plainWords, place, (words, where) => {
      const blocks = parse(words, where);

      assert.deepEqual(
        blocks.map(({ type }) => type),
        ['paragraph'],
      );
      assert.equal(toPlainText(blocks), words);
    }),
  );
});

test('who is mentioned and what is embedded stands in the message, once each', () => {
  fc.assert(
    fc.property(text, place, (input, where) => {
      const blocks = parse(input, where);
      const users = mentionsIn(blocks);
      const files = filesIn(blocks);

      assert.ok(users.every((id) => input.includes(`<@${id}`)));
      assert.ok(files.every((id) => input.includes(`<!${id}`)));
      assert.equal(new Set(users).size, users.length);
      assert.equal(new Set(files).size, files.length);
    }),
  );
});

test('a link begins with http, https or mailto, and has nothing in it that a page could mistake', () => {
  fc.assert(
    fc.property(text, place, (input, where) => {
      for (const value of valuesOf(parse(input, where))) {
        const url = (value as { url?: unknown } | null)?.url;
        if (url !== undefined)
          assert.match(String(url), /^(https?:\/\/|mailto:)[^\s<>"`\\\p{Cc}]+$/iu);
      }
    }),
    { numRuns: 2000 },
  );
});

test('a tree is JSON as it is, no larger than the message allows, and not deep', () => {
  fc.assert(
    fc.property(text, place, (input, where) => {
      const blocks = parse(input, where);

      assert.deepEqual(JSON.parse(JSON.stringify(blocks)), blocks);
      const objects = [...valuesOf(blocks)].filter((value) => typeof value === 'object');
      assert.ok(objects.length <= 6 * input.length + 1);
      assert.ok(depthOf(blocks) <= 60);
    }),
  );
});

test('steps are few for anything', () => {
  fc.assert(
    fc.property(text, place, (input, where) => {
      const steps = { count: 0 };
      parseBlocks(input, where, steps);

      assert.ok(steps.count <= 32 * input.length + 32);
    }),
  );
});

test('the length counts code points', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (some) => {
      assert.equal(codePointLength(some), [...some].length);
    }),
  );
  assert.equal(codePointLength('a👨‍👩‍👧\uD83D'), 7);
});

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseBlocks } from './blocks.ts';
import { mentionsIn, type Place, parse, toPlainText } from './index.ts';

const stepsPerCharacterMax = 32;
const id = '12345678901';
const units = [
  ...['a', ' ', '\n', '\r\n', '*', '**', '_', '/', '-', '[', ']', '(', ')', '<', '>', '`', '#'],
  ...['*a', '*a ', ' *a', '**a ', 'a*', 'a* ', '*a*', '*a* ', '* ', '/ ', '/a/', '/a ', 'a/', '/.'],
  ...[
    '*_',
    '*_/-',
    '*a _b /c -d ',
    '*a *_b _',
    '_*a* ',
    '**a *b ',
    '"*',
    '"*"',
    '🎉*',
    '*.',
    ':-)',
  ],
  ...['> ', '>', '> a\n', '> > > > > a\n', '* a\n', '  * a\n', '1. a\n* b\n', '* a\n\n\n', '- '],
  ...[
    '[a]',
    '[a](',
    '[a](b',
    '[a](http://b',
    '[a](http://b)',
    '[[a]](http://b)',
    '](',
    '[](',
    '[`',
  ],
  ...['http://', 'http://a', 'http://a ', 'http://a(', 'http://a)', 'http://a.', 'http://a[', 'hh'],
  ...['<@', '<!', `<@${id}`, `<@${id}|`, `<@${id}|a`, `<@${id}>`, `<@${id}|a>`, `<!${id}|a>\n`],
  ...[
    '`a',
    '``a`',
    '`a``',
    '```',
    '```\n',
    '```a\n',
    '````\n```\n',
    '` `` ',
    '`\n',
    '\t',
    '\u202E',
  ],
  ...[
    'a\n2. b\n',
    '# a\n',
    '#',
    '1.',
    '1. ',
    '9',
    '\uD83D',
    '\uDE00',
    '👨‍👩‍👧',
    'e\u0301',
    '，',
    'ש',
    '中',
    '中*',
    '中*文*',
    '中_',
    '中/文/',
    '中*a',
  ],
];

function stepsOf(text: string, place: Place): number {
  const steps = { count: 0 };
  parseBlocks(text, place, steps);
  return steps.count;
}

function filled(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length));
}

/** Runs of one to `n` backticks: no two of the same length. */
function runsOfAllLengths(n: number): string {
  return Array.from({ length: n }, (_, index) => '`'.repeat(index + 1)).join(' ');
}

function nestedLinks(n: number): string {
  return `${'[a](http://b'.repeat(n)}<${')'.repeat(n)}`;
}

describe('steps grow with the length, and no faster', () => {
  for (const unit of units) {
    test(`${JSON.stringify(unit)}, again and again`, () => {
      const short = stepsOf(filled(unit, 10_000), 'chat');
      const long = stepsOf(filled(unit, 40_000), 'chat');

      assert.ok(short <= stepsPerCharacterMax * 10_100, `${short} steps`);
      assert.ok(long <= 4.4 * short, `${short} steps, then ${long}`);
    });
  }

  const shapes: readonly (readonly [string, (n: number) => string])[] = [
    ['openers and then closers', (n) => '*a '.repeat(n) + 'a* '.repeat(n)],
    ['brackets and then their partners', (n) => `${'['.repeat(n)}a${']'.repeat(n)}(http://b)`],
    ['parentheses within an address', (n) => `[a](http://b${'('.repeat(n)}${')'.repeat(n)})`],
    ['named addresses within each other', nestedLinks],
    ['names within names', (n) => `${'[a'.repeat(n)}${'](http://b)'.repeat(n)}`],
    ['quotes of every depth', (n) => `${'> '.repeat(n)}a\n`.repeat(10)],
    [
      'items of every depth',
      (n) => Array.from({ length: 90 }, (_, i) => `${' '.repeat(i * (n / 1000))}* a`).join('\n'),
    ],
    ['one word of slashes', (n) => `/${'(/'.repeat(n)}a`],
    ['a long label', (n) => `<@${id}|${'a'.repeat(n)}`],
    ['marks after a long address', (n) => `*http://a${'.'.repeat(n)}*`],
    ['four open markers and much text', (n) => `*a _b /c -d ${'`x` '.repeat(n)}`],
  ];
  for (const [name, shape] of shapes) {
    test(name, () => {
      const short = stepsOf(shape(5_000), 'thread');
      const long = stepsOf(shape(20_000), 'thread');

      assert.ok(short <= stepsPerCharacterMax * shape(5_000).length, `${short} steps`);
      assert.ok(long <= 4.4 * short, `${short} steps, then ${long}`);
    });
  }

  test('backticks of all lengths', () => {
    const text = runsOfAllLengths(600);

    const steps = stepsOf(text, 'thread');

    assert.ok(steps <= stepsPerCharacterMax * text.length, `${steps} steps`);
  });
});

test('200,000 characters are read, written and searched without overflow', () => {
  for (const unit of [
    '*',
    '*a ',
    '_*a* ',
    '[',
    '/ ',
    '> ',
    '<@',
    '`',
    '```\n',
    '* a\n',
    '1. a\n* b\n',
  ]) {
    const blocks = parse(filled(unit, 200_000), 'chat');

    assert.ok(toPlainText(blocks).length <= 800_000, unit);
    assert.ok(mentionsIn(blocks).length <= 1, unit);
    assert.ok(JSON.stringify(blocks).length > 1, unit);
  }
});

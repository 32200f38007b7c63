import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import mustache from 'mustache';
import { AppError } from '../../../runtime/errors.ts';
import type { Json } from '../../values/types.ts';
import { compileCondition, holds } from './conditions.ts';
import { checkNames, knownScope } from './known.ts';
import { parseTemplate } from './parse.ts';
import { render, renderValue, TemplateError } from './render.ts';
import { scopeOf } from './scope.ts';
import type { Template } from './template.ts';

const trigger = { type: 'api_call', connection_id: null, object: null, record: null, fired_at: '' };
const scopeWith = (record: Json) => scopeOf({ trigger, record, steps: {}, objectName: 'Lead' });
const inherited = [
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'length',
  'map',
  'at',
  'rawJSON',
  'toJSON',
  '__defineGetter__',
];
const word = fc.constantFrom('a', 'b', 'record', 'Lead', 'steps', 'trigger', '0', ...inherited);
const path = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
const sign = fc.constantFrom('', '#', '^', '/', '&', '!', '>', '=', '{', ' ', '\n');
const tag = fc.tuple(sign, path, sign).map(([one, name, other]) => `{{${one}${name}${other}}}`);
const hostile = fc
  .array(
    fc.oneof(tag, fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('{{', '}}', '\n')),
  )
  .map((parts) => parts.join(''));
const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }) as fc.Arbitrary<Json>;
const names = fc.oneof(fc.constantFrom('a', 'b'), fc.constantFrom(...inherited));
const record = fc.dictionary(names, fc.oneof(json, hostile)) as fc.Arbitrary<Json>;

test('whatever is written is refused by a message or filled in, and no prototype is touched', () => {
  const before = Object.getOwnPropertyNames(Object.prototype).join();
  fc.assert(
    fc.property(hostile, record, (text, given) => {
      const template = parsed(text);
      if (!template) return;
      try {
        checkNames([template], knownScope({ objectName: 'Lead', fields: ['a'], steps: [] }));
      } catch (error) {
        assert.ok(error instanceof AppError, String(error));
      }
      const { text: filled } = render(template, scopeWith(given), { escape: 'html' });
      assert.ok(!filled.includes('[native code]'));
    }),
    { numRuns: 2_000 },
  );
  assert.equal(Object.getOwnPropertyNames(Object.prototype).join(), before);
});

test('a value is what it was, whatever it looks like', () => {
  fc.assert(
    fc.property(fc.oneof(hostile, json), (value) => {
      const scope = scopeWith({ a: value });

      const text = typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
      assert.equal(
        render(parseTemplate('<{{record.a}}{{{Lead.a}}}>'), scope).text,
        `<${text}${text}>`,
      );
      assert.deepEqual(renderValue({ x: '{{record.a}}' }, scope).value, { x: value });
      assert.deepEqual(renderValue(['-{{record.a}}'], scope).value, [`-${text}`]);
    }),
  );
});

test('what no record has of its own is missing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...inherited), json, (name, value) => {
      const has = value !== null && typeof value === 'object' && Object.hasOwn(value, name);
      fc.pre(!has);
      const scope = scopeWith(value);

      const { text, missing } = render(parseTemplate(`{{record.${name}}}{{${name}}}`), scope);
      assert.equal(text, '');
      assert.deepEqual(missing, [`record.${name}`, name]);
      assert.equal(holds(compileCondition(`record."${name}" IS NULL`), scope), true);
    }),
  );
});

test('JSON stays JSON: its members are those that it had', () => {
  const written = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.oneof(
        json,
        path.map((name) => `{{${name}}}`),
        path.map((name) => `"x": {{${name}}}`),
      ),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(names, hostile), tie('value'), { maxKeys: 4 }),
    ) as fc.Arbitrary<Json>,
  })).value;
  fc.assert(
    fc.property(written, record, (value, given) => {
      let rendered: Json;
      try {
        rendered = renderValue(value, scopeWith(given)).value;
      } catch (error) {
        assert.ok(error instanceof AppError, String(error));
        return;
      }
      assert.ok(isFilled(value, rendered), JSON.stringify([value, rendered]));
      const text = JSON.stringify(rendered);
      assert.equal(JSON.stringify(JSON.parse(text)), text);
    }),
    { numRuns: 1_000 },
  );
});

test('names and sections are what Mustache makes of them', () => {
  // What a name with dots begins with stands at one place: of two, its script takes the one that leads on.
  const own = fc.constantFrom('a', 'b', 'c', 'd', 'a.c', 'b.c', 'a.d.e', 'no');
  const text = fc.constantFrom('x', ' ', '\n', '-\n', '  ');
  const piece = fc.letrec<{ piece: string }>((tie) => ({
    piece: fc.oneof(
      { depthSize: 'small' },
      fc.oneof(
        text,
        own.map((name) => `{{ ${name} }}`),
        own.map((name) => `{{{${name}}}}`),
      ),
      fc
        .tuple(fc.constantFrom('#', '^'), own, fc.array(tie('piece'), { maxLength: 4 }), text)
        .map(
          ([kind, name, pieces, end]) => `{{${kind}${name}}}${end}${pieces.join('')}{{/${name}}}`,
        ),
    ),
  })).piece;
  const leaf = fc.oneof(fc.constantFrom('', 'one', '{{a}}', true, false, null), fc.nat(9));
  const some = fc.dictionary(fc.constantFrom('c', 'd'), leaf);
  const data = fc.record({
    a: fc.oneof(leaf, some, fc.array(some, { maxLength: 3 })),
    b: fc.oneof(leaf, some),
    c: leaf,
  });
  const asText = (value: unknown) =>
    typeof value === 'object' ? JSON.stringify(value) : String(value);
  fc.assert(
    fc.property(fc.array(piece), data, (pieces, given) => {
      const written = pieces.join('').replaceAll(/\{\{\{(.*?)\}\}\}/g, '{{$1}}');
      const theirs = mustache.render(written, given, {}, { escape: asText });

      assert.equal(render(parseTemplate(pieces.join('')), given as never).text, theirs, written);
    }),
    { numRuns: 2_000 },
  );
});

test('no template takes long', () => {
  const tags = 490;
  const texts = [
    `{{a${' '.repeat(99_000)}}}`,
    `{{{a${' '.repeat(99_000)}`,
    `{{a}}${'\n'.repeat(90_000)}{{a}}`,
    `{{! ${' '.repeat(400)}x}}`.repeat(200),
    `{{a}}${' '.repeat(195)}`.repeat(tags),
    `{{ ${' '.repeat(99_000)}`,
    '{'.repeat(99_000),
    '{{#a}}'.repeat(tags),
  ];
  for (const text of texts) {
    const began = process.cpuUsage();
    parsed(text);
    const { user } = process.cpuUsage(began);
    assert.ok(user < 5_000_000, `${text.slice(0, 20)}: ${user} µs`);
  }
});

test('no filling in takes long', () => {
  const list = Array.from({ length: 200 }, () => ({ a: 1 }));
  const deep = `{{${Array(20).fill('a').join('.')}}}`.repeat(400);
  const text = `${'{{#x}}'.repeat(18)}{{#list}}${deep}{{/list}}${'{{/x}}'.repeat(18)}`;
  const template = parsed(text) as Template;
  const began = process.cpuUsage();

  assert.equal(render(template, { x: { a: { b: 1 } }, list, a: {} } as never).text, '');
  const { user } = process.cpuUsage(began);
  assert.ok(user < 20_000_000, `${user} µs`);
});

/** Undefined for what is refused, which is done by a message. */
function parsed(text: string): Template | undefined {
  try {
    return parseTemplate(text);
  } catch (error) {
    assert.ok(error instanceof AppError || error instanceof TemplateError, String(error));
    return undefined;
  }
}

function isFilled(before: Json, after: Json): boolean {
  if (typeof before === 'string') return true;
  if (before === null || typeof before !== 'object') return Object.is(before, after);
  if (after === null || typeof after !== 'object') return false;
  const [one, other] = [Object.entries(before), Object.entries(after)];
  return (
    Array.isArray(before) === Array.isArray(after) &&
    one.length === other.length &&
    one.every(([name, value], at) => other[at]?.[0] === name && isFilled(value, other[at]?.[1]))
  );
}

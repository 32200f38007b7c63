import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../../runtime/errors.ts';
import { parseExactly } from '../../values/exact-json.ts';
import type { Json } from '../../values/types.ts';
import { checkNames, knownScope } from './known.ts';
import { namesIn, parseTemplate } from './parse.ts';
import { charactersMax, render, renderValue, TemplateError } from './render.ts';
import { scopeOf, withRecord } from './scope.ts';

const lead = {
  Company: 'Acme & Söhne',
  AnnualRevenue: '6000000.50',
  NumberOfEmployees: 12,
  Phone: null,
  IsHot: true,
  'Address.City': 'Bern',
  Tags: ['a', 'b'],
  Owner: { Name: 'Ada' },
};
const trigger = {
  type: 'record_created',
  connection_id: 'conn_1',
  object: 'Lead',
  record: lead,
  fired_at: '2026-11-30T12:00:00.000Z',
};
const find = { status: 'completed', output: { records: [{ Id: '1' }, { Id: '2' }] } };
const scope = scopeOf({ trigger, record: lead, steps: { find }, objectName: 'Lead' });
const textOf = (text: string) => render(parseTemplate(text), scope).text;
const refusalOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    return error.message;
  }
  return assert.fail('nothing was refused');
};

test("the document's message names the company", () => {
  const { text, missing } = render(
    parseTemplate('New enterprise lead: {{Lead.Company}}', 'actions.2.message'),
    scope,
  );

  assert.equal(text, 'New enterprise lead: Acme & Söhne');
  assert.deepEqual(missing, []);
});

test('a name finds the record, the trigger, steps, places in arrays and names with dots', () => {
  assert.equal(textOf('{{ Lead.Company }}|{{record.Company}}'), 'Acme & Söhne|Acme & Söhne');
  assert.equal(textOf('{{trigger.type}} {{trigger.record.Owner.Name}}'), 'record_created Ada');
  assert.equal(textOf('{{steps.find.status}} {{steps.find.output.records.1.Id}}'), 'completed 2');
  assert.equal(textOf('{{Lead.Address.City}}'), 'Bern');
});

test('values are written as JSON writes them, and what is null is empty', () => {
  assert.equal(textOf('{{Lead.NumberOfEmployees}} {{Lead.IsHot}} [{{Lead.Phone}}]'), '12 true []');
  assert.equal(textOf('{{Lead.Owner}} {{Lead.Tags}}'), '{"Name":"Ada"} ["a","b"]');
  const large = scopeOf({
    trigger,
    record: parseExactly('{"n":12345678901234567890.10,"in":[1e400]}'),
    steps: {},
  });
  assert.equal(
    render(parseTemplate('{{record.n}} {{record.in}}'), large).text,
    '12345678901234567890.10 [1e400]',
  );
});

test('what is missing at run time is empty and listed once', () => {
  const { text, missing } = render(
    parseTemplate('<{{Lead.Nope}}{{Lead.Nope}}{{steps.find.output.records.9.Id}}{{Lead.Phone}}>'),
    scope,
  );

  assert.equal(text, '<>');
  assert.deepEqual(missing, ['Lead.Nope', 'steps.find.output.records.9.Id']);
});

test('sections go through arrays and see what is around them', () => {
  const text = textOf(
    '{{#steps.find.output.records}}{{Id}} of {{Lead.Company}};{{/steps.find.output.records}}',
  );
  assert.equal(text, '1 of Acme & Söhne;2 of Acme & Söhne;');
  assert.equal(textOf('{{#Lead.Tags}}<{{.}}>{{/Lead.Tags}}'), '<a><b>');
  assert.equal(textOf('{{^Lead.Phone}}no phone{{/Lead.Phone}}'), 'no phone');
  assert.equal(textOf('{{#Lead.Phone}}phone{{/Lead.Phone}}{{#Lead.IsHot}}!{{/Lead.IsHot}}'), '!');
  assert.equal(textOf('a\n{{#Lead.Tags}}\n- {{.}}\n{{/Lead.Tags}}\nb'), 'a\n- a\n- b\nb');
  assert.deepEqual(render(parseTemplate('{{#no}}a{{/no}}{{^no}}b{{/no}}'), scope).missing, []);
});

test('in HTML every value is escaped, in two braces and in three', () => {
  const record = { a: `<b class="x">'&'</b>` };
  const html = scopeOf({ trigger, record, steps: {} });
  const template = parseTemplate('<p>{{record.a}}{{{record.a}}}{{&record.a}}</p>');
  const escaped = '&lt;b class=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/b&gt;';

  assert.equal(
    render(template, html, { escape: 'html' }).text,
    `<p>${escaped}${escaped}${escaped}</p>`,
  );
  assert.equal(render(template, html).text, `<p>${record.a}${record.a}${record.a}</p>`);
});

test('nothing is filled in twice', () => {
  const record = { a: '{{record.b}}', b: 'secret', c: '{{#record}}' };
  const given = scopeOf({ trigger, record, steps: {} });

  assert.equal(
    render(parseTemplate('{{record.a}} {{{record.a}}} {{record.c}}'), given).text,
    '{{record.b}} {{record.b}} {{#record}}',
  );
  assert.deepEqual(renderValue({ x: '{{record.a}}', y: '-{{record.a}}' }, given).value, {
    x: '{{record.b}}',
    y: '-{{record.b}}',
  });
});

test('only own members are seen, and neither getters nor functions', () => {
  const asked = [
    'record.constructor',
    'record.__proto__',
    'record.toString',
    'record.list.length',
    'record.list.map',
    'record.text.length',
    'record.list.01',
    'record.got',
    'record.call',
    'constructor',
    '__proto__.polluted',
    'hasOwnProperty',
  ];
  let called = 0;
  const record = {
    list: [1],
    text: 'abc',
    get got() {
      called += 1;
      return 'got';
    },
    call: () => {
      called += 1;
      return 'called';
    },
  };
  const given = scopeOf({ trigger, record: record as unknown as Json, steps: {} });

  const { text, missing } = render(
    parseTemplate(asked.map((name) => `{{${name}}}{{#${name}}}x{{/${name}}}`).join('')),
    given,
  );

  assert.equal(text, '');
  assert.deepEqual(missing, asked);
  assert.equal(called, 0);
});

test('a member that is really called __proto__ is data', () => {
  const record = JSON.parse('{"__proto__":{"a":1}}') as Json;
  const given = scopeOf({ trigger, record, steps: {} });

  assert.equal(render(parseTemplate('{{record.__proto__.a}}'), given).text, '1');
  const json = JSON.parse('{"__proto__":"{{record.__proto__.a}}"}') as Json;
  assert.equal(JSON.stringify(renderValue(json, given).value), '{"__proto__":1}');
});

test('in JSON a lone tag keeps its type, and no value breaks out of its text', () => {
  const record = { n: 3, quote: 'a"b\n\\', object: { a: 1 }, list: [1], nothing: null };
  const given = scopeOf({ trigger, record, steps: {} });

  const { value, missing } = renderValue(
    {
      n: '{{record.n}}',
      triple: '{{{record.n}}}',
      text: 'n = {{record.n}}',
      quote: 'He said "{{record.quote}}"',
      object: '{{record.object}}',
      inside: 'it is {{record.object}}',
      list: ['{{record.list}}', 1, true, null],
      nothing: '{{record.nothing}}',
      gone: '{{record.gone}}',
      plain: '}} {',
    },
    given,
  );

  assert.deepEqual(value, {
    n: 3,
    triple: 3,
    text: 'n = 3',
    quote: 'He said "a"b\n\\"',
    object: { a: 1 },
    inside: 'it is {"a":1}',
    list: [[1], 1, true, null],
    nothing: null,
    gone: null,
    plain: '}} {',
  });
  assert.deepEqual(missing, ['record.gone']);
});

test('what can not be parsed is refused with its place', () => {
  const at = (text: string) => refusalOf(() => parseTemplate(text, 'message'));

  assert.equal(at('a {{b'), 'message: at character 3: the tag that begins here has no }}');
  assert.equal(at('{{{b}}'), 'message: at character 1: the tag that begins here has no }}}');
  assert.match(at('😀 {{}}'), /^message: at character 3: expected a name .* found nothing$/);
  assert.match(at('{{a..b}}'), /found "a\.\.b"$/);
  assert.match(at('{{> other}}'), /at character 1: no other template/);
  assert.match(at('{{=<% %>=}}'), /at character 1: the delimiters/);
  assert.match(at('{{#a}}x'), /at character 8: unclosed section "a"$/);
  assert.match(at('x{{/a}}'), /at character 2: unopened section "a"$/);
  assert.match(at('{{#a}}{{/b}}'), /at character 7: unclosed section "a"$/);
  assert.match(at(`{{${'a'.repeat(600)}}}`), /longer than 500 characters$/);
  assert.match(at('{{#a}}'.repeat(21) + '{{/a}}'.repeat(21)), /at most 20 levels deep$/);
  assert.match(at(`{{a${'.a'.repeat(20)}}}`), /at most 20 parts between dots$/);
  assert.match(at('x'.repeat(100_001)), /at most 100000 characters$/);
  assert.match(at('{{a}}'.repeat(501)), /at most 500 tags$/);
});

test('names are told with their places', () => {
  assert.deepEqual(namesIn(parseTemplate('{{a.b}}{{#c}}{{.}}{{! no }}{{/c}}')), [
    { parts: ['a', 'b'], character: 1 },
    { parts: ['c'], character: 8 },
    { parts: [], character: 14 },
  ]);
});

test('what is unknown at creation is refused, with what may have been meant', () => {
  const known = knownScope({
    objectName: 'Lead',
    fields: ['Id', 'Company', 'Address.City'],
    steps: [
      ['find', 'anything'],
      ['0', 'anything'],
      ['ask', { approved: 'anything' }],
    ],
  });
  const at = (text: string, of = known) =>
    refusalOf(() => checkNames([parseTemplate(text, 'actions.1.message')], of));
  const passes = [
    '{{Lead.Company}} {{record.Id}} {{trigger.previous.Company}} {{trigger.fired_at}}',
    '{{Lead.Address.City}} {{steps.find.output.anything.at.all}} {{steps.0.status}}',
    '{{#Lead}}{{Company}}{{/Lead}}{{#steps.find.output}}{{whatever}}{{/steps.find.output}}',
  ];

  checkNames(
    passes.map((text) => parseTemplate(text)),
    known,
  );
  assert.equal(
    at('A {{Lead.Compny}}'),
    'actions.1.message: at character 3: there is no "Compny" in Lead; did you mean Company?',
  );
  assert.match(at('{{lead.Company}}'), /there is no "lead"; did you mean Lead\?$/);
  assert.match(at('{{foo}}'), /there is no "foo"; known are Lead, record, trigger, steps$/);
  assert.match(
    at('{{steps.fnd.output}}'),
    /no step before this one is called "fnd"; did you mean find\?/,
  );
  assert.match(at('{{steps.find.result}}'), /there is no "result" in steps\.find/);
  assert.match(
    at('{{steps.ask.output.aproved}}'),
    /no "aproved" in steps\.ask\.output; did you mean approved\?/,
  );
  assert.match(at('{{#Lead}}{{Nope}}{{/Lead}}'), /at character 10: there is no "Nope"/);
  const open = knownScope({ objectName: 'Lead', steps: [] });
  checkNames([parseTemplate('{{Lead.Whatever}}{{trigger.record.x}}')], open);
  assert.match(at('{{steps.find.output}}', open), /no step before this one is called "find"$/);
});

test('neither sections nor values grow beyond a limit', () => {
  const record = { list: Array.from({ length: 1000 }, () => 1), long: 'x'.repeat(600_000) };
  const given = scopeOf({ trigger, record, steps: {} });
  const bomb = '{{#record.list}}'.repeat(20) + '{{/record.list}}'.repeat(20);

  assert.throws(() => render(parseTemplate(bomb), given), TemplateError);
  const long = parseTemplate('{{record.long}}{{record.long}}');
  assert.throws(() => render(long, given), TemplateError);
  assert.throws(() => renderValue(['{{record}}', '{{record}}'], given), TemplateError);
  assert.throws(() => renderValue(['{{record.long}}', '{{record.long}}'], given), TemplateError);
  const text = render(parseTemplate('{{record.long}}'), given).text;
  assert.ok(text.length < charactersMax);
});

test('a record that goes on is seen under both of its names', () => {
  const next = withRecord(scope, { Company: 'New' }, 'Lead');

  assert.equal(
    render(parseTemplate('{{Lead.Company}} {{record.Company}} {{trigger.record.Company}}'), next)
      .text,
    'New New Acme & Söhne',
  );
  const odd = scopeOf({ trigger, record: lead, steps: { find }, objectName: 'steps' });
  const { text } = render(parseTemplate('{{steps.find.status}} {{record.Company}}'), odd);
  assert.equal(text, 'completed Acme & Söhne');
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '../../runtime/errors.ts';
import { check } from './check.ts';
import { type Condition, parseFilters } from './conditions.ts';
import { matches } from './matches.ts';
import { parseFilter } from './parse.ts';
import { matcherOf, parsePattern } from './pattern.ts';

const fields = [
  { name: 'Industry', type: { kind: 'text' } },
  { name: 'AnnualRevenue', type: { kind: 'numeric', precision: 18, scale: 2 } },
  { name: 'Employees', type: { kind: 'int4' } },
  { name: 'isActive', type: { kind: 'boolean' } },
  { name: 'ISACTIVE', type: { kind: 'boolean' } },
  { name: 'Founded', type: { kind: 'date' } },
  { name: 'Seen', type: { kind: 'timestamptz' } },
  { name: 'Tags', type: { kind: 'array', of: { kind: 'text' } } },
  { name: 'Shape', type: { kind: 'other', name: 'polygon' } },
  { name: 'Raw', type: { kind: 'json' } },
  { name: 'Raw.id', type: { kind: 'int4' } },
  { name: 'order', type: { kind: 'int4' } },
  { name: 'имя', type: { kind: 'text' } },
] as const;

describe('the string form', () => {
  test('is the one of the documents', () => {
    const text = "Industry = 'Technology' AND AnnualRevenue > 1000000";

    const isMatch = matches(check(parseFilter(text), fields));
    assert.equal(isMatch(['Technology', '1000000.01']), true);
    assert.equal(isMatch(['Technology', '1000000.00']), false);
    assert.equal(isMatch(['Technology', null]), false);
  });

  test('finds fields by their whole name first, then without case, then in JSON', () => {
    assert.equal(indexOf('raw.id = 5'), 10);
    assert.equal(indexOf('"Raw.id" = 5'), 10);
    assert.equal(indexOf('Raw.name = 5'), 9);
    assert.equal(indexOf("industry = 'x'"), 0);
    assert.equal(indexOf('isActive = TRUE'), 3);
    assert.equal(indexOf('order = 5'), 11);
    assert.equal(indexOf("имя = 'x'"), 12);
  });

  const broken: [string, RegExp][] = [
    ['', /^filter: at character 1: expected a field, NOT or \(, found the end$/],
    ['   ', /at character 4: expected a field/],
    ['Industry', /at character 9: expected =, !=, .*, found the end/],
    ['Industry =', /at character 11: expected a value, found the end/],
    [
      'Industry = "Tech"',
      /at character 12: expected a value \(texts stand between single quotes\), found the name "Tech"/,
    ],
    ['Raw .5e1 = 5', /at character 5: expected =, .*found \.5e1/],
    ['Industry = Tech', /at character 12: .*single quotes.*found Tech/],
    ["Industry = 'Tech", /at character 12: the text that begins here has no closing '/],
    ['"Industry = 5', /at character 1: the name that begins here is empty or has no closing "/],
    ['"" = 5', /at character 1: the name that begins here is empty/],
    ["😀 = 'x'", /at character 1: expected a field, a value or a sign, found "😀"/],
    ["Industry = '😀' X", /at character 16: expected AND, OR or the end, found X/],
    ["Industry = 'x' AND", /at character 19: expected a field, NOT or \(, found the end/],
    ["(Industry = 'x'", /at character 16: expected AND, OR or \), found the end/],
    ["Industry = 'x')", /at character 15: expected AND, OR or the end, found \)/],
    ['Industry IS 5', /at character 13: expected NULL or NOT NULL, found 5/],
    ['Industry IS NOT 5', /at character 17: expected NULL, found 5/],
    ['Industry NOT = 5', /at character 14: expected LIKE, IN or BETWEEN, found =/],
    ['Employees IN ()', /at character 15: expected a value, found \)/],
    ['Employees IN (1 2)', /at character 17: expected , or \), found 2/],
    ['Employees IN 1', /at character 14: expected \(, found 1/],
    ['Employees BETWEEN 1 OR 2', /at character 21: expected AND, found OR/],
    ['Raw. = 5', /at character 6: expected a field, found =/],
    ["Industry = 'a'; DROP TABLE x", /at character 15: .*found ";"/],
    ['Industry = ?', /at character 12: .*found "\?"/],
    ['5 = Employees', /at character 1: expected a field, NOT or \(, found 5/],
    ["Industry = 'a\0b'", /at character 12: holds a null byte/],
    ['Industry = \0', /at character 12: expected/],
    ['a\0 = 5', /at character 2: expected/],
  ];

  test('says where it is broken, what was expected and what is there', () => {
    for (const [text, message] of broken)
      assert.throws(() => parseFilter(text), refusal(message), text);
  });

  const wrong: [string, RegExp][] = [
    ["Industri = 'x'", /there is no field Industri; near are Industry$/],
    ['Zebra = 5', /^filter: at character 1: there is no field Zebra$/],
    ['ISactive = TRUE', /there is no field ISactive; near are isActive, ISACTIVE/],
    ['Industry.name = 5', /there is no field Industry\.name/],
    ['Industry = 5', /at character 12: must be a text, since the field is of type text: write '5'/],
    ['Employees = 1.5', /at character 13: the value has a fraction/],
    ['Employees > 3000000000', /the value is outside of int4 \(-2147483648 to 2147483647\)/],
    ["Employees = 'many'", /the value is no number/],
    ['isActive = 2', /the value is neither true nor false/],
    ["Founded = '2023-02-29'", /the value is a day that is in no calendar/],
    ["Founded > '2023-02-28T10:00'", /the value is a date with a time/],
    ["Industry = DATE '2024-01-01'", /must not be a date, since the field is of type text/],
    ["Seen > DATE '2024-01-01 10:00:00'", /a date with a time/],
    ["Tags = '{a}'", /Tags is of type array: a filter can only ask whether it IS NULL/],
    ["Raw = '{}'", /Raw is of type json: a filter can only ask/],
    ["Shape > '((0,0))'", /Shape is of type polygon, which has no order: only = and != compare it/],
    ["Employees LIKE '5%'", /Employees is of type int4, and LIKE asks for a text/],
    ['Industry LIKE 5', /a pattern must be a text: write '5'/],
    ["Industry LIKE 'a\\'", /must not end in a lone/],
    ["Raw.a IN (1, 'x')", /must be a number like the values before it/],
    ["Raw.a > DATE '2024-01-01'", /JSON holds no date/],
  ];

  test('is held to what the fields can hold', () => {
    for (const [text, message] of wrong) {
      assert.throws(() => check(parseFilter(text), fields), refusal(message), text);
    }
  });
});

describe('the list form', () => {
  test('takes conditions and texts, all of which must hold', () => {
    const filter = parseFilters([
      { field: 'Industry', operator: 'in', value: ['a', 'b'] },
      { field: 'Employees', operator: 'between', value: [1, 10] },
      { field: 'Founded', operator: 'is_not_null' },
      { field: 'Raw.id', operator: '!=', value: 7 },
      "isActive = TRUE OR Industry LIKE 'b%'",
    ]);

    const isMatch = matches(check(filter!, fields));
    const row = ['a', null, '10', 't', null, '2024-01-01', null, null, null, null, '1'];
    assert.equal(isMatch(row), true);
    assert.equal(isMatch(row.with(2, '11')), false);
    assert.equal(isMatch(row.with(3, 'f')), false);
    assert.equal(isMatch(row.with(10, null)), false);
    assert.equal(parseFilters([]), undefined);
  });

  const broken: [Condition | string, RegExp][] = [
    [
      { field: 'Industry', operator: 'matches', value: 'x' },
      /^filters\.0\.operator: must be one of =/,
    ],
    [{ field: 'Industry', operator: 'constructor', value: 'x' }, /filters\.0\.operator/],
    [{ field: 'Industry', operator: '=', value: null }, /filters\.0\.value: is required .*IS NULL/],
    [{ field: 'Industry', operator: '=' }, /filters\.0\.value: is required/],
    [{ field: 'Industry', operator: '=', value: { a: 1 } }, /filters\.0\.value: must be a text/],
    [{ field: 'Industry', operator: '=', value: 5 }, /filters\.0\.value: must be a text, since/],
    [{ field: 'Industry', operator: '=', value: 'a\0' }, /filters\.0\.value: holds a null byte/],
    [{ field: 'Employees', operator: 'IN', value: [] }, /filters\.0\.value: must be an array/],
    [
      { field: 'Employees', operator: 'IN', value: [1, 'x'] },
      /filters\.0\.value\.1: the value is no number/,
    ],
    [{ field: 'Employees', operator: 'BETWEEN', value: [1] }, /an array of two values/],
    [
      { field: 'Employes', operator: '=', value: 1 },
      /filters\.0\.field: there is no field Employes; near are Employees/,
    ],
    ["Industry = ' OR", /filters\.0: at character 12/],
  ];

  test('names the member that is broken', () => {
    for (const [one, message] of broken) {
      assert.throws(() => check(parseFilters([one])!, fields), refusal(message));
    }
  });
});

describe('whoever means harm', () => {
  test('is refused by a message, however deep, long or many', () => {
    const hostile: [string, RegExp][] = [
      ['('.repeat(90_000), /at character 51: must be nested at most 50 levels deep/],
      ['NOT '.repeat(20_000), /nested at most 50 levels/],
      ['x'.repeat(1024 * 1024), /must be at most 100000 characters/],
      ["'".repeat(99_999), /no closing '|expected a field/],
      ['"'.repeat(99_999), /no closing "|expected/],
      ['a.'.repeat(40_000), /expected a field/],
      [`a = 5${' AND a = 5'.repeat(9_000)}`, /there is no field a/],
      [`Employees = 5${' OR Employees = 5'.repeat(600)}`, /must have at most 500 conditions/],
      [`Employees IN (1${',1'.repeat(20_000)})`, /must have at most 10000 values/],
      [`Industry LIKE '${'%'.repeat(2_000)}'`, /a pattern must be at most 1000 characters/],
      [`Employees = ${'9'.repeat(90_000)}`, /outside of int4/],
      [`AnnualRevenue = 1e${'9'.repeat(90_000)}`, /no number/],
      ['AnnualRevenue = 1e131071', /at character 17: a number must have at most 1000 digits/],
      ['\0'.repeat(1_000), /at character 1/],
      [`${'x'.repeat(90_000)} = 5`, /there is no field x{100}…/],
      ['\ud83d', /at character 1/],
    ];

    for (const [text, message] of hostile) {
      assert.throws(() => check(parseFilter(text), fields), refusal(message), text.slice(0, 40));
    }
    const many = Array.from({ length: 101 }, () => 'Employees = 5');
    assert.throws(() => parseFilters(many), refusal(/filters: must be at most 100/));
  });

  test('takes no more time with a pattern than its length', () => {
    const text = `${'a'.repeat(50_000)}b`;
    const patterns = [
      `${'%a'.repeat(400)}%c`,
      `${'a%'.repeat(400)}c`,
      `%${'a_'.repeat(300)}c%`,
      `%${'a'.repeat(900)}c%`,
    ];

    // Tried again and again, one of these would not end within anybody's patience.
    for (const pattern of patterns) assert.equal(matcherOf(parsePattern(pattern)!)(text), false);
    assert.equal(matcherOf(parsePattern(`${'%a'.repeat(400)}%b`)!)(text), true);
  });
});

function indexOf(text: string): number | undefined {
  const filter = check(parseFilter(text), fields);
  return filter.kind === 'compare' ? filter.operand.index : undefined;
}

function refusal(message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.status, 400);
    assert.match(error.message, message);
    return true;
  };
}

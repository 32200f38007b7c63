import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../../runtime/errors.ts';
import { check } from '../../filters/check.ts';
import type { Json } from '../../values/types.ts';
import { parseFilterTemplate, renderFilter } from './asked.ts';
import { compileCondition, holds } from './conditions.ts';
import { checkNames, knownScope } from './known.ts';
import { scopeOf } from './scope.ts';

const lead = {
  Company: "O'Neil",
  AnnualRevenue: '6000000.50',
  NumberOfEmployees: 12,
  IsHot: true,
  Phone: null,
  CreatedDate: '2026-11-30T09:00:00+01:00',
  Address: { City: 'Bern' },
};
const trigger = { type: 'api_call', connection_id: null, object: null, record: lead, fired_at: '' };
const find = { status: 'completed', output: { total: 2, records: [{ Id: 7 }] } };
const scope = scopeOf({ trigger, record: lead, steps: { find }, objectName: 'Lead' });
const isTrue = (filter: string) => holds(compileCondition(filter), scope);
const refusalOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    return error.message;
  }
  return assert.fail('nothing was refused');
};

test('a condition asks the record, the trigger and the steps', () => {
  assert.ok(isTrue("Lead.Company = 'O''Neil' AND record.NumberOfEmployees BETWEEN 10 AND 20"));
  assert.ok(isTrue("trigger.type = 'api_call' AND steps.find.status != 'failed'"));
  assert.ok(isTrue('steps.find.output.total > 1 AND steps.find.output.records.0.Id = 7'));
  assert.ok(isTrue("record.Address.City LIKE 'B%' AND record.IsHot = TRUE"));
  assert.ok(isTrue('record.Phone IS NULL AND record.Address IS NOT NULL'));
  assert.ok(!isTrue('steps.find.output.records.1.Id IS NOT NULL'));
});

test('what begins at no name of the scope is a field of the record', () => {
  assert.ok(isTrue('AnnualRevenue > 5000000'));
  assert.ok(isTrue("Address.City = 'Bern'"));
});

test('values are compared as what they are compared with', () => {
  assert.ok(isTrue('AnnualRevenue > 999'), 'a numeric is a text in JSON');
  assert.ok(isTrue("NumberOfEmployees = '12'"));
  assert.ok(isTrue("CreatedDate < TIMESTAMP '2026-11-30 08:30:00Z'"));
  assert.ok(isTrue("CreatedDate >= DATE '2026-11-30'"));
  assert.ok(isTrue('AnnualRevenue IN (1, 6000000.5)'));
});

test('what is unknown is neither true nor false', () => {
  assert.ok(!isTrue('Phone = 1'));
  assert.ok(!isTrue('NOT Phone = 1'));
  assert.ok(!isTrue('Company > 5'), 'a text that is no number');
  assert.ok(!isTrue('NOT (Company > 5)'));
  assert.ok(isTrue('Phone = 1 OR NumberOfEmployees = 12'));
  assert.ok(!isTrue("record.constructor IS NOT NULL OR __proto__ IS NOT NULL OR toString = 'x'"));
  assert.ok(!isTrue('Company = NULL'));
});

test('the list form holds when all of it does', () => {
  const listed = [{ field: 'Lead.NumberOfEmployees', operator: '>', value: 3 }, 'IsHot = TRUE'];

  assert.ok(holds(compileCondition(listed), scope));
  assert.ok(!holds(compileCondition([...listed, "Company = 'x'"]), scope));
  assert.ok(holds(compileCondition([]), scope));
});

test('a condition is refused with the place in it', () => {
  const at = (filter: string) => refusalOf(() => compileCondition(filter, 'actions.0.filter'));
  const steps = [['find', 'anything']] as const;
  const known = knownScope({ objectName: 'Lead', fields: ['Company'], steps });
  const check = (filter: string) => checkNames([compileCondition(filter, 'filter')], known);

  assert.match(at('a = '), /^actions\.0\.filter: at character 5: expected a value/);
  assert.match(at("a IN (1, 'x')"), /^actions\.0\.filter: at character 10: /);
  check("Company = 'a' AND Lead.Company = 'b' AND steps.find.output.x = 1");
  const message = refusalOf(() => check("Lead.Company = 'a' AND Lead.Compny = 'b'"));
  assert.match(message, /at character 24: there is no "Compny" in Lead; did you mean Company\?/);
  assert.match(
    refusalOf(() => check('Compny = 1')),
    /there is no "Compny"; did you mean Company/,
  );
});

test('no value becomes a part of the filter that is asked elsewhere', () => {
  const template = parseFilterTemplate(
    "Name = '{{Lead.Company}}' AND Site LIKE '%{{record.mark}}' AND n = '{{record.n}}' AND x = 'a'",
  );
  const record = { Company: "x' OR 'a' = 'a", mark: '50%_\\', n: 5 };
  const given = scopeOf({ trigger, record, steps: {}, objectName: 'Lead' });

  const { filter, text, missing } = renderFilter(template, given);

  const names = ['Name', 'Site', 'x'].map((name) => ({ name, type: { kind: 'text' } as const }));
  const checked = check(filter, [...names, { name: 'n', type: { kind: 'numeric' } }]);
  assert.ok(checked.kind === 'and');
  const values = checked.terms.map((term) => ('value' in term ? term.value : null));
  assert.deepEqual(values, ["x' OR 'a' = 'a", null, '5', 'a']);
  const [, like] = checked.terms;
  assert.ok(like?.kind === 'like');
  assert.deepEqual(like.pattern?.steps, [{ kind: 'many' }, { kind: 'text', text: '50%_\\' }]);
  assert.deepEqual(missing, []);
  const asked = [`Name = 'x'' OR ''a'' = ''a'`, `Site LIKE '%50\\%\\_\\\\'`, `n = '5'`, `x = 'a'`];
  assert.equal(text, asked.join(' AND '));
});

test('where nothing is, a filter finds nothing', () => {
  const given = scopeOf({ trigger, record: { a: null } as Json, steps: {} });

  const { filter, text, missing } = renderFilter(
    parseFilterTemplate("x = '{{record.a}}' OR x = '{{record.b}}'"),
    given,
  );

  const checked = check(filter, [{ name: 'x', type: { kind: 'text' } }]);
  assert.ok(checked.kind === 'or');
  assert.deepEqual(
    checked.terms.map((term) => 'value' in term && term.value),
    [null, null],
  );
  assert.equal(text, 'x = NULL OR x = NULL');
  assert.deepEqual(missing, ['record.b']);
});

test('a template in a filter is refused with its place in the filter', () => {
  const at = (text: string) => refusalOf(() => parseFilterTemplate(text));

  assert.match(at("a = 'x{{b'"), /^filter: at character 7: the tag that begins here has no \}\}/);
  assert.match(at('a = {{b}}'), /^filter: at character 5: expected a field, a value or a sign/);
});

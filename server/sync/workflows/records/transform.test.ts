import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { AppError } from '../../../runtime/errors.ts';
import { Sandbox } from '../../transforms/sandbox/sandbox.ts';
import { parseExactly } from '../../values/exact-json.ts';
import type { Json } from '../../values/types.ts';
import { knownScope } from '../templates/known.ts';
import { scopeOf } from '../templates/scope.ts';
import { checkTransform, runCode, TransformError, transformRecord } from './transform.ts';

const sandbox = new Sandbox({ processes: 1 });
after(() => sandbox.close());

const trigger = {
  type: 'api_call',
  connection_id: null,
  object: 'Lead',
  record: null,
  fired_at: 'now',
};
const transform = (config: Parameters<typeof transformRecord>[0], record: Json) => {
  const scope = scopeOf({ trigger, record, steps: {}, objectName: 'Lead' });
  return transformRecord(config, { record, scope, objectName: 'Lead', organization: 1, sandbox });
};

test('a record is changed in the order jsonata, rename, set, remove, and then enriched', async () => {
  const config = {
    jsonata: '$merge([$, {"Total": A + B}])',
    rename: { A: 'B', B: 'A', Total: 'Sum' },
    set: {
      Text: '{{Lead.A}}/{{record.B}} = {{Lead.Sum}}',
      n: '{{Lead.Sum}}',
      B: '{{Lead.A}}',
      gone: '{{Lead.No}}',
    },
    remove: ['A', 'nothing'],
    enrich_company_data: true,
  };

  const { record, missing } = await transform(config, { A: 1, B: 2 });

  assert.deepEqual(record, { B: 2, Sum: 3, Text: '2/1 = 3', n: 3, gone: null });
  assert.deepEqual(missing, ['Lead.No']);
});

test('numbers that JavaScript can not hold come out as they went in', async () => {
  const record = parseExactly('{"n":12345678901234567890,"deep":{"n":0.12345678901234567890}}');

  const made = await transform(
    { jsonata: '$merge([$, {"m": deep.n}])', set: { k: '{{Lead.n}}' } },
    record,
  );

  assert.equal(
    JSON.stringify(made.record),
    '{"n":12345678901234567890,"deep":{"n":0.12345678901234567890},"m":0.12345678901234567890,"k":12345678901234567890}',
  );
});

test('what is no record, or more than one, ends the step with a reason', async () => {
  await assert.rejects(transform({ jsonata: '[$, $]' }, { a: 1 }), (error: Error) => {
    assert.ok(error instanceof TransformError);
    assert.match(error.message, /answered 2 records: a workflow goes on with one/);
    return true;
  });
  await assert.rejects(transform({ jsonata: 'nothing' }, { a: 1 }), /answered no record/);
  await assert.rejects(transform({ jsonata: '$error("so")' }, { a: 1 }), TransformError);
  await assert.rejects(transform({ set: { a: 1 } }, null), /There is no record/);
  const work = {
    organization: 1,
    key: 'k',
    type: 'javascript',
    code: 'module.exports = () => { for (;;); }',
  } as const;
  await assert.rejects(runCode(sandbox, work, { a: 1 }), /longer than \d+ ms/);
});

test('a transform is looked at before there is a record', () => {
  const given = ['A', 'B'];
  const at = {
    member: 'actions.0.config',
    fields: given,
    triggerFields: given,
    known: (fields: readonly string[] | undefined) =>
      knownScope({ objectName: 'Lead', fields, triggerFields: given, steps: [] }),
  };
  const refusalOf = (config: Parameters<typeof checkTransform>[0]) => {
    try {
      checkTransform(config, at);
    } catch (error) {
      assert.ok(error instanceof AppError);
      return error.message;
    }
    return assert.fail('nothing was refused');
  };

  const fields = checkTransform(
    { rename: { A: 'C' }, set: { D: '{{Lead.C}} {{trigger.record.A}}', E: [1] }, remove: ['B'] },
    at,
  );

  assert.deepEqual(fields, ['C', 'D', 'E']);
  assert.equal(checkTransform({ jsonata: '$', set: { x: '{{Lead.Any}}' } }, at), undefined);
  assert.match(
    refusalOf({ rename: { A: 'C' }, set: { D: { deep: ['{{Lead.A}}'] } } }),
    /^actions\.0\.config\.set\.D\.deep\.0: at character 1: there is no "A" in Lead/,
  );
  assert.match(
    refusalOf({ rename: { A: 'X', B: 'X' } }),
    /^actions\.0\.config\.rename: two fields/,
  );
  assert.match(
    refusalOf({ set: { x: '{{' } }),
    /^actions\.0\.config\.set\.x: at character 1: the tag/,
  );
});

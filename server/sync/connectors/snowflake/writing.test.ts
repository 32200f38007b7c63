import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Batch } from '../batch.ts';
import { makeAccount, openAccount, readAll } from './testing/account.ts';
import { given, requestOf, writeAll } from './testing/write.ts';

const account = await makeAccount(5);
const session = await openAccount(account);
const people = [given('id', 'int8'), given('name'), given('score', 'float8')];
const contentOf = async (object: string, key = ['id']) =>
  (await readAll(session, { object, key })).rows;
const stateOf = async (syncId: string) => {
  const { rows } = await account.ask(
    `select POSITION from RAW.HEDDLE_STATE where SYNC_ID = '${syncId}'`,
  );
  return rows[0]?.[0];
};

suite('a table of Snowflake as a destination', () => {
  test('is made in its folding, and upserted with the position', async () => {
    const first = await writeAll(session, {
      ...{
        fields: people,
        batches: [
          [
            ['1', 'Ada', '0.1'],
            ['2', null, 'NaN'],
          ],
        ],
      },
    });
    const second = await writeAll(session, {
      fields: people,
      batches: [
        [
          ['2', 'Bob', 'NaN'],
          ['1', 'Ada', '0.1'],
          ['3', 'Cy', null],
          ['3', 'Cid', null],
        ],
      ],
    });

    assert.match(first.plan.statements.join(), /"HEDDLE"\."RAW"\."PEOPLE"[\s\S]*"NAME" VARCHAR/);
    assert.deepEqual(second.plan.statements, []);
    assert.deepEqual(
      [...first.written, ...second.written].map(({ written, skipped }) => [written, skipped]),
      [
        [2, 0],
        [2, 2],
      ],
    );
    assert.deepEqual(await contentOf('RAW.PEOPLE'), [
      ['1', 'Ada', '0.1'],
      ['2', 'Bob', 'NaN'],
      ['3', 'Cid', null],
    ]);
    assert.equal(await stateOf('sync_1'), '1');
  });

  test('sets one bad record among a thousand aside, and says why', async () => {
    await account.run('create table RAW.STRICT (ID number(38,0), NAME varchar(3) not null)');
    const rows = Array.from({ length: 1_000 }, (_, at) => [
      String(at),
      at === 500 ? 'long' : at === 501 ? null : 'abc',
    ]);

    const { written } = await writeAll(session, {
      ...{ object: 'raw.strict', fields: people.slice(0, 2), batches: [rows] },
      state: { syncId: 'sync_strict', runId: 'run_1', fence: 1 },
    });

    assert.equal(written[0]?.written, 998);
    assert.deepEqual(written[0]?.rejected, [
      { index: 500, field: 'name', reason: 'The text is longer than the column allows.' },
      { index: 501, field: 'name', reason: 'The column must not be null.' },
    ]);
  });

  test('what only Snowflake refuses is set aside, too', async () => {
    await account.run('create table RAW.SHAPES (ID number(38,0), SHAPE geography)');
    const { written } = await writeAll(session, {
      ...{ object: 'RAW.SHAPES', fields: [given('ID', 'int8'), given('SHAPE')], key: ['ID'] },
      batches: [
        [
          ['1', 'POINT(1 2)'],
          ['2', 'nowhere'],
          ['3', 'POINT(3 4)'],
        ],
      ],
      state: { syncId: 'sync_shapes', runId: 'run_1', fence: 1 },
    });

    assert.equal(written[0]?.written, 2);
    assert.deepEqual(
      written[0]?.rejected.map(({ index }) => index),
      [1],
    );
  });

  test('keeps values as they are, or sets them aside', async () => {
    const fields = [
      ...[given('id', 'int8'), given('n', { kind: 'numeric', precision: 10, scale: 2 })],
      ...[given('at', 'timestamp'), given('zoned', 'timestamptz'), given('day', 'date')],
      ...[given('b', 'bytea'), given('j', 'jsonb'), given('ok', 'boolean'), given('t', 'time')],
    ];
    const row = [
      ...['9007199254740993', '-12345678.90', '9999-12-31 23:59:59.999999999'],
      ...['2026-01-01 00:00:00.000001+00', '0001-01-01', '\\x00ff'],
      ...['{"a": "it\'s \\\\ \\"quoted\\""}', 't', '23:59:59.5'],
    ];
    const bad = (at: number, cell: string, id: string) => row.with(0, id).with(at, cell);

    const { written } = await writeAll(session, {
      ...{ object: 'raw.values', fields },
      batches: [[row, bad(1, '0.001', '2'), bad(4, '0044-03-15 BC', '3'), bad(6, '[1', '4')]],
      state: { syncId: 'sync_values', runId: 'run_1', fence: 1 },
    });

    assert.deepEqual(await contentOf('RAW.VALUES'), [row]);
    assert.deepEqual(
      written[0]?.rejected.map(({ field, reason }) => [field, reason]),
      [
        ['n', 'The column would round the number.'],
        ['day', 'Snowflake has the years from 1 to 9999.'],
        ['j', 'This is not valid JSON.'],
      ],
    );
  });

  test('cuts no part of a second', async () => {
    await account.run('create table RAW.SECONDS (ID number(38,0), AT timestamp_ntz(3))');
    const { written } = await writeAll(session, {
      ...{ object: 'raw.seconds', fields: [given('id', 'int8'), given('at', 'timestamp')] },
      batches: [
        [
          ['1', '2026-01-01 00:00:00.125'],
          ['2', '2026-01-01 00:00:00.1255'],
        ],
      ],
      state: { syncId: 'sync_seconds', runId: 'run_1', fence: 1 },
    });

    assert.equal(written[0]?.written, 1);
    assert.deepEqual(written[0]?.rejected, [
      { index: 1, field: 'at', reason: 'The column has fewer digits of the second.' },
    ]);
  });

  test('finds columns as they are spelled, and adds what may be added', async () => {
    await account.run('create table RAW.N08 ("created_datetime" varchar, ID number(38,0))');
    const fields = [given('id', 'int8'), given('CREATED_DATETIME'), given('pulseArmor')];
    const asked = { object: 'raw.n08', fields, batches: [[['1', 'a', 'b']]] };
    const state = { syncId: 'sync_n08', runId: 'run_1', fence: 1 };

    await assert.rejects(writeAll(session, { ...asked, state }), /no column "pulseArmor"/);
    const { plan } = await writeAll(session, { ...asked, state, onSchemaChange: 'add' });
    await writeAll(session, { ...asked, state, batches: [[['1', 'c', 'd']]] });

    assert.match(plan.statements.join(), /add column "PULSEARMOR" VARCHAR/);
    assert.deepEqual(await contentOf('RAW.N08', ['ID']), [['c', '1', 'd']]);
  });

  test('two fields that would be one column are refused', async () => {
    const fields = [given('id', 'int8'), given('Name'), given('name')];

    await assert.rejects(writeAll(session, { object: 'raw.twins', fields, batches: [] }), {
      message: /"Name" and "name"/,
    });
  });

  test('is made in a schema of its own, with what is told of the run', async () => {
    await writeAll(session, {
      ...{ object: 'fresh.people', fields: people.slice(0, 1), metadata: true, batches: [[['1']]] },
      state: { syncId: 'sync_fresh', runId: 'run_7', fence: 1 },
    });

    const { fields, rows } = await readAll(session, { object: 'FRESH.PEOPLE', key: ['ID'] });

    assert.deepEqual(
      fields.map(({ name }) => name),
      ['ID', '_HEDDLE_SYNCED_AT', '_HEDDLE_RUN_ID'],
    );
    assert.equal(rows[0]?.[2], 'run_7');
  });
});

suite('a run into Snowflake', () => {
  const appended = { object: 'raw.log', fields: people.slice(0, 2), mode: 'append' as const };
  const stateFor = (syncId: string, runId: string, fence: number) => ({
    state: { syncId, runId, fence },
  });

  test('replaces all at once, and leaves no stage', async () => {
    const asked = { object: 'raw.swapped', fields: people.slice(0, 2), mode: 'replace' as const };
    const rows = (name: string) => [[['1', name]], [['2', name]]];
    await writeAll(session, { ...asked, ...stateFor('sync_r', 'run_1', 1), batches: rows('old') });
    const writer = await session.write(requestOf({ ...asked, ...stateFor('sync_r', 'run_2', 2) }));
    await writer.prepare();
    await writer.write(Batch.ofRows([['3', 'new']], '1'));

    const meanwhile = await contentOf('RAW.SWAPPED');
    const finished = await writer.finish({ deletesMax: 100 });
    await writer.close();

    assert.deepEqual(meanwhile.flat(), ['1', 'old', '2', 'old']);
    assert.deepEqual(finished, { isDone: true, deleted: 2 });
    assert.deepEqual(await contentOf('RAW.SWAPPED'), [['3', 'new']]);
    const { rows: tables } = await account.ask('select TABLE_NAME from INFORMATION_SCHEMA.TABLES');
    assert.ok(!tables.some(([name]) => name?.endsWith('_stage')));
  });

  test('appends each record once, also after one that broke off', async () => {
    const first = await session.write(
      requestOf({ ...appended, ...stateFor('sync_a', 'run_1', 1) }),
    );
    await first.prepare();
    await first.write(Batch.ofRows([['1', 'a']], 'one'));
    await first.write(Batch.ofRows([['2', 'b']]));
    // Nobody hears of it again: its transaction stays open.
    const second = await session.write(
      requestOf({ ...appended, ...stateFor('sync_a', 'run_1', 2) }),
    );

    assert.equal(await second.position(), 'one');
    await second.prepare();
    await second.write(Batch.ofRows([['2', 'b']], 'two'));
    await second.finish({ deletesMax: 100 });
    await second.close();
    assert.deepEqual(await contentOf('RAW.LOG'), [
      ['1', 'a'],
      ['2', 'b'],
    ]);
    await assert.rejects(first.write(Batch.ofRows([['3', 'c']], 'three')), { kind: 'fenced' });
    assert.equal((await contentOf('RAW.LOG')).length, 2);
    await first.close();
  });

  test('does a statement once whose answer was lost', async () => {
    account.trouble({ of: /insert into "HEDDLE"/, answer: { status: 503 }, isDone: true });

    await writeAll(session, {
      ...{ ...appended, object: 'raw.once', ...stateFor('sync_once', 'run_1', 1) },
      batches: [[['1', 'a']], [['2', 'b']]],
    });

    assert.equal((await contentOf('RAW.ONCE')).length, 2);
  });

  test('is forgotten with what it had made for itself', async () => {
    const request = requestOf({
      ...{ ...appended, object: 'raw.gone', mode: 'replace', ...stateFor('sync_g', 'run_1', 1) },
    });
    const writer = await session.write(request);
    await writer.prepare();
    await writer.write(Batch.ofRows([['1', 'a']], '1'));
    await writer.close();

    await session.forget!({
      object: 'raw.gone',
      state: { syncId: 'sync_g', fence: 1 },
      isGone: true,
    });

    assert.equal(await stateOf('sync_g'), undefined);
    const { rows } = await account.ask('select TABLE_NAME from INFORMATION_SCHEMA.TABLES');
    assert.ok(!rows.some(([name]) => name?.endsWith('_stage')));
  });
});

test('records are written one by one, each with its answer', async () => {
  const apply = (operation: 'insert' | 'upsert' | 'update' | 'delete', rows: string[][]) =>
    session.apply({
      ...{ object: 'RAW.SINGLE', operation, key: operation === 'insert' ? [] : ['id'] },
      ...{ fields: people.slice(0, 2), rows },
    });
  await account.run('create table RAW.SINGLE (ID number(38,0), NAME varchar(3))');

  assert.deepEqual(
    await apply('insert', [
      ['1', 'a'],
      ['2', 'long'],
    ]),
    [{}, { error: 'The text is longer than the column allows.' }],
  );
  assert.deepEqual(await apply('upsert', [['2', 'b']]), [{ id: '2' }]);
  assert.deepEqual(
    await apply('update', [
      ['1', 'c'],
      ['9', 'd'],
    ]),
    [{ id: '1' }, { error: 'There is no such record.', isMissing: true }],
  );
  assert.deepEqual(await apply('delete', [['2', '']]), [{ id: '2' }]);
  assert.deepEqual(await contentOf('RAW.SINGLE'), [['1', 'c']]);
});

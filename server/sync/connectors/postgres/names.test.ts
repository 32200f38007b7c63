import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectorError } from '../failure.ts';
import { makePair, rowsOf } from '../testing/databases.ts';
import { move } from '../testing/move.ts';
import { openOutside } from '../testing/outside.ts';
import { postgres } from './index.ts';

const { source, destination, from, to } = await makePair();

test('names are kept as they are: signs, scripts, case, reserved words and quotes', async () => {
  const tables = [
    `"na!e" text primary key, "na%e" text, "อีเห็น" text, "имя" text, "😀" text`,
    `"user" text primary key, "select" text, "timestamp" text, heddle_state text, "a""b" text`,
    `"Name" text primary key, "NAME" text, name text, "name " text, "na.me" text`,
    // What a statement of ours might call its own.
    'old text primary key, place text, index text, number text, batch text',
    'id text primary key, fault text, position text, ctid2 text, excluded text',
  ];
  for (const [at, name] of ['"สำรวจใหม่"', '"order"', '"Ta.Ble"', '"batch"', '"state"'].entries()) {
    await source.admin.query(`create table ${name} (${tables[at]})`);
    await source.admin.query(`insert into ${name} values ('1', '2', '3', '4', '5')`);
    const object = name.slice(1, -1);

    const first = await move({ from, to, object, into: `public.${object}`, syncId: name });
    const second = await move({
      from,
      to,
      object,
      into: `public.${object}`,
      syncId: name,
      isAnew: true,
    });

    assert.deepEqual([first.written, second.written], [1, 0], name);
    assert.deepEqual(await rowsOf(destination, `public.${name}`), ['(1,2,3,4,5)']);
  }
});

test('a long name is cut on a character, and found again by the next run', async () => {
  const fields = (await from.describe('pg_names').catch(() => undefined)) ?? undefined;
  assert.equal(fields, undefined);
  const long = ['x'.repeat(70), 'ä'.repeat(40)];
  await source.admin.query(`create table long_names (id int primary key, a text, b text)`);
  await source.admin.query(`insert into long_names values (1, 'a', 'b')`);
  const described = await from.describe('long_names');
  const renamed = described.fields.map((field, at) => ({ ...field, name: long[at - 1] ?? 'id' }));
  const plans = [];
  for (const fence of [1, 2]) {
    const writer = await to.write({
      ...{ object: 'long_names', fields: renamed, key: ['id'], mode: 'upsert', delete: 'hard' },
      ...{ onSchemaChange: 'add', metadata: false, isAnew: true },
      state: { syncId: 'sync_long', runId: 'run_1', fence },
      signal: new AbortController().signal,
    });
    plans.push(writer.plan.statements.length);
    await writer.prepare();
    await writer.close();
  }

  const { fields: made } = await to.describe('long_names');
  assert.deepEqual(
    made.map(({ name }) => name),
    ['id', 'x'.repeat(63), 'ä'.repeat(31)],
  );
  assert.deepEqual(plans, [2, 0]);
});

test('two names that become one are refused, and both are named', async () => {
  const { fields } = await from.describe('long_names');
  const [id, a, b] = fields;
  const twins = [`${'y'.repeat(63)}1`, `${'y'.repeat(63)}2`];

  const refused = to.write({
    object: 'twins',
    fields: [id!, { ...a!, name: twins[0]! }, { ...b!, name: twins[1]! }],
    ...{ key: ['id'], mode: 'upsert', delete: 'hard', onSchemaChange: 'add', metadata: false },
    state: { syncId: 'sync_twins', runId: 'run_1', fence: 1 },
    isAnew: true,
    signal: new AbortController().signal,
  });

  await assert.rejects(refused, (error: ConnectorError) => {
    assert.equal(error.kind, 'request');
    return twins.every((twin) => error.message.includes(`"${twin}"`));
  });
});

test('a name in another case is found where it is the only one', async () => {
  await source.admin.query(`
    create schema cases; create table cases."CREATED" ("CREATED" int primary key);
    create table cases.one (id int); create table cases."ONE" (id int)`);

  const found = await from.describe('Cases.Created');

  assert.deepEqual(found.key, ['CREATED']);
  assert.equal((await from.describe('cases.ONE')).name, 'cases.ONE');
  await assert.rejects(from.describe('cases.One'), ConnectorError);
  await assert.rejects(from.describe('created'), ConnectorError);
});

test('the key is the primary key alone, also for who owns nothing', async () => {
  await source.admin.query(`
    create table other (id int primary key);
    create table keyed (b int references other, c int unique, a int primary key);
    create role ${source.credentials.database}_reader login;
    grant select on keyed to ${source.credentials.database}_reader`);

  const role = `${source.credentials.database}_reader`;
  const outside = openOutside();
  const credentials = { ...source.credentials, user: role };
  const reader = await postgres.open({ config: {}, credentials }, outside);

  const { key, fields } = await reader.describe('keyed');
  await reader.close();
  await outside.end();

  assert.deepEqual(key, ['a']);
  assert.deepEqual(
    fields.map(({ name, isNullable }) => [name, isNullable]),
    [
      ['b', true],
      ['c', true],
      ['a', false],
    ],
  );
  await source.admin.query(`drop owned by ${source.credentials.database}_reader`);
  await source.admin.query(`drop role ${source.credentials.database}_reader`);
});

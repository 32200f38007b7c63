import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Session } from '../connector.ts';
import type { ConnectorError } from '../failure.ts';
import { makeSchema, type TestSchema } from '../testing/mariadbs.ts';
import { type Moving, move } from '../testing/move.ts';

let source: TestSchema;
let destination: TestSchema;
let from: Session;
let to: Session;

before(async () => {
  source = await makeSchema();
  destination = await makeSchema();
  [from, to] = [await source.open(), await destination.open()];
});
after(() => Promise.all([source.end(), destination.end()]));

async function rowsOf({ admin }: TestSchema, text: string): Promise<string[]> {
  const [rows] = await admin.query(text);
  return (rows as unknown[][]).map((row) => row.join('|'));
}

function moved(moving: Omit<Moving, 'from' | 'to'>) {
  return move({ from, to, syncId: moving.into ?? moving.object, isAnew: true, ...moving });
}

for (const mode of ['upsert', 'append'] as const) {
  test(`${mode} sets aside the records that do not fit, each with its field, and keeps the rest`, async () => {
    await source.admin.query(`drop table if exists wild; create table wild (id int, n text, d text, t text);
      insert into wild select seq, seq, seq, 'text' from seq_1_to_200;
      insert into wild values (201, 'secret', 1, 'a'), (202, '1', '2024-13-01', 'a'), (203, '1', 1e9, 'a'),
        (204, '1', 1, 'longer than it may be'), (205, null, 1, 'a'), (206, '-1', 1, 'a'), (207, 1, 1, 'taken')`);
    await destination.admin.query(`drop table if exists tame; create table tame
      (id int primary key, n int not null check (n > 0), d decimal(6,2), t varchar(10), u int,
        unique (t, u)); insert into tame values (999, 1, 1, 'taken', null)`);

    const { rejected, written } = await moved({ object: 'wild', into: 'tame', key: ['id'], mode });

    assert.equal(written, 201);
    assert.deepEqual(
      rejected.map(({ index, field }) => [index, field]),
      [
        ...[
          [200, 'n'],
          [201, 'd'],
          [202, 'd'],
          [203, 't'],
          [204, 'n'],
          [205, undefined],
        ],
      ],
    );
    assert.doesNotMatch(JSON.stringify(rejected), /secret|longer than it/);
  });
}

test('a record that another unique column or a collation takes for another one is set aside', async () => {
  await source.admin.query(`create table people (id varchar(20) primary key, code int, name text);
    insert into people values ('a9U4GNy', 1, 'first'), ('a9U4GNY', 2, 'second'), ('b', 3, 'third'),
      ('É', 4, 'fourth'), ('e', 5, 'fifth'), ('c', 7, 'sixth'), ('d', 7, 'seventh')`);
  await destination.admin.query(`create table people (id varchar(20) primary key, code int unique, name text)
      collate utf8mb4_general_ci;
    insert into people values ('B', 30, 'there'), ('z', 6, 'there')`);
  await destination.admin.query("insert into people values ('x', 5, 'there')");

  const { rejected, written } = await moved({ object: 'people' });

  assert.equal(written, 3);
  assert.equal(rejected.length, 4);
  assert.deepEqual(
    (await rowsOf(destination, 'select id, name from people')).toSorted(),
    ['B|there', 'a9U4GNY|second', 'c|sixth', 'x|there', 'z|there', 'É|fourth'].toSorted(),
  );
});

test('keys of a made table are told apart by their bytes, blanks at the end too', async () => {
  await source.admin.query(`create table keys_of_all (id varbinary(20) primary key, name text)`);
  await source.admin.query(
    `insert into keys_of_all values ('a', 1), ('A', 2), ('a ', 3), ('ä', 4)`,
  );
  const described = await from.describe('keys_of_all');
  const query = 'select cast(id as char(20)) as id, name from keys_of_all';
  assert.equal(described.key[0], 'id');
  await source.admin.query(`create view key_texts as ${query}`);

  const first = await moved({ object: 'key_texts', key: ['id'] });
  const second = await moved({ object: 'key_texts', key: ['id'] });

  assert.deepEqual([first.written, first.rejected, second.written], [4, [], 0]);
});

test('values that are unique may change places between records, and come to new ones', async () => {
  const make = `create table swapped (id int primary key, code varchar(9) unique);
    insert into swapped values (1, 'a'), (2, 'b'), (3, 'c')`;
  for (const { admin } of [source, destination]) await admin.query(make);
  await source.admin.query(`update swapped set code = 'x' where id = 1;
    update swapped set code = 'a' where id = 2; update swapped set code = 'b' where id = 1;
    update swapped set code = 'd' where id = 3; insert into swapped values (0, 'c')`);

  const { rejected } = await moved({ object: 'swapped' });

  assert.deepEqual(rejected, []);
  const rows = await rowsOf(destination, 'select * from swapped order by id');
  assert.deepEqual(rows, ['0|c', '1|b', '2|a', '3|d']);
});

test('columns that the destination computes are left to it; numbers are those of the source', async () => {
  await source.admin.query(`create table numbered (id int primary key, name text,
      upper_name varchar(9) as (upper(name)) stored);
    insert into numbered (id, name) values (0, 'z'), (1, 'a'), (2, 'b')`);
  await destination.admin.query(`create table numbered (id int auto_increment primary key, name text,
      upper_name varchar(9) as (concat(upper(name), '!')) stored)`);

  for (const mode of ['upsert', 'replace', 'mirror'] as const) {
    const { skippedFields } = await moved({ object: 'numbered', mode, syncId: mode });
    assert.deepEqual(skippedFields, ['upper_name']);
  }

  const rows = await rowsOf(destination, 'select * from numbered order by id');
  assert.deepEqual(rows, ['0|z|Z!', '1|a|A!', '2|b|B!']);
});

test('what was written when, and by which run, is told where it was asked for', async () => {
  await source.admin.query(`create table noted (id int primary key, name text);
    insert into noted values (1, 'a'), (2, 'b')`);
  await moved({ object: 'noted', metadata: true, runId: "run'1\\" });
  await source.admin.query("update noted set name = 'A' where id = 1");

  const { written } = await moved({ object: 'noted', metadata: true, runId: 'run_2', fence: 2 });

  assert.equal(written, 1);
  const told =
    'select id, name, _heddle_run_id, _heddle_synced_at is not null from noted order by id';
  assert.deepEqual(await rowsOf(destination, told), ['1|A|run_2|1', "2|b|run'1\\|1"]);
});

test('names are kept as they are; those that are one at the destination are refused, both named', async () => {
  await source.admin.query(`create table "order" ("user" int primary key, "na!e" text, "na%e" text, "อีเห็น" text,
      "select" text, "a""b" text, "a\`b" text, "na.me" text, "na'me" text, heddle_state text);
    insert into "order" values (1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    create table "Ta.Ble" (id int primary key); insert into "Ta.Ble" values (1)`);
  const into = destination.credentials.database;

  const first = await moved({ object: 'order', into: `${into}.order` });
  const second = await moved({ object: 'order', into: `${into}.order` });
  await moved({ object: 'Ta.Ble', into: `${into}.Ta.Ble`, syncId: 'dotted' });
  await moved({ object: 'order', into: 'elsewhere.order', syncId: 'elsewhere' });

  assert.deepEqual([first.written, second.written], [1, 0]);
  const wanted = ['1|2|3|4|5|6|7|8|9|10'];
  assert.deepEqual(await rowsOf(destination, 'select * from "order"'), wanted);
  assert.deepEqual(await rowsOf(destination, 'select * from elsewhere."order"'), wanted);
  assert.deepEqual(await rowsOf(destination, 'select * from "Ta.Ble"'), ['1']);
  const { fields } = await from.describe('order');
  const twins = ['Name', 'NAME'];
  const request = {
    mode: 'append',
    delete: 'hard',
    onSchemaChange: 'add',
    metadata: false,
  } as const;
  const refused = to.write({
    ...{ ...request, object: 'twins', key: [], isAnew: true },
    fields: twins.map((name) => ({ ...fields[1]!, name })),
    state: { syncId: 'twins', runId: 'run_1', fence: 1 },
    signal: new AbortController().signal,
  });
  await assert.rejects(refused, (error: ConnectorError) => {
    return error.kind === 'request' && twins.every((one) => error.message.includes(one));
  });
});

test('a name that no table or column can have is refused, and said with what to do', async () => {
  await source.admin.query('create table bare (id int primary key, note text)');
  const { fields } = await from.describe('bare');
  const asked = { mode: 'append', delete: 'hard', onSchemaChange: 'add', metadata: false } as const;
  const refusal = async (object: string, name: string) => {
    const writing = to.write({
      ...{ ...asked, object, key: [], isAnew: true },
      fields: [fields[0]!, { ...fields[1]!, name }],
      state: { syncId: 'bare', runId: 'run_1', fence: 1 },
      signal: new AbortController().signal,
    });
    const error: ConnectorError = await writing.then(
      () => assert.fail('It is not refused.'),
      (refused) => refused,
    );
    return [error.kind, error.field, error.message];
  };

  const refusals = [
    await refusal('bare', 'note 😀'),
    await refusal('bare', 'note\0'),
    await refusal('bare 😀', 'note'),
    await refusal('else 😀.bare', 'note'),
  ];

  const members = ['records', 'records', 'object', 'object'];
  assert.deepEqual(
    refusals.map(([kind, field]) => [kind, field]),
    members.map((member) => ['request', member]),
  );
  for (const [, , message] of refusals) assert.match(String(message), /name/);
  assert.match(String(refusals[0]), /"note 😀".*field_mappings/);
});

test('pages of a query go on by key, in any order, and end', async () => {
  await source.admin.query(`create table paged (id int, name varchar(9), rank int, primary key (name, id))
      collate utf8mb4_general_ci;
    insert into paged select seq, char(65 + seq % 3 + 32 * (seq % 2)), nullif(seq % 7, 0) from seq_1_to_50`);
  for (const orderBy of [
    [],
    [{ field: 'rank', descending: true }],
    [{ field: 'name', descending: false }],
  ]) {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await from.query({
        ...{ object: 'paged', fields: ['id'], orderBy, limit: 7 },
        ...(cursor === undefined ? {} : { cursor }),
      });
      ids.push(...page.rows.map(([id]) => id!));
      cursor = page.nextCursor;
    } while (cursor !== undefined);

    assert.deepEqual([ids.length, new Set(ids).size], [50, 50]);
  }
});

test('records are written one by one, each with its own answer', async () => {
  await destination.admin.query('create table single (id int primary key, name text not null)');
  const { fields } = await to.describe('single');
  const request = { object: 'single', key: ['id'], fields };
  const apply = async (operation: 'insert' | 'upsert' | 'update', rows: (string | null)[][]) =>
    (await to.apply({ ...request, operation, rows })).map(({ error }) => !error);

  const oks = [
    await apply('insert', [
      ['1', 'a'],
      ['1', 'b'],
      ['2', null],
    ]),
    await apply('upsert', [
      ['1', 'c'],
      ['3', 'd'],
    ]),
    await apply('update', [
      ['3', 'd'],
      ['3', 'e'],
      ['9', 'f'],
    ]),
  ];
  const [id] = fields;
  const gone = await to.apply({
    ...request,
    fields: [id!],
    operation: 'delete',
    rows: [['1'], ['9']],
  });

  assert.deepEqual(oks, [
    [true, false, false],
    [true, true],
    [true, true, false],
  ]);
  assert.deepEqual(
    gone.map(({ error }) => !error),
    [true, false],
  );
  assert.deepEqual(await rowsOf(destination, 'select * from single'), ['3|e']);
});

test('a table without transactions is refused, and a view', async () => {
  await destination.admin.query(`create table loose_engine (id int primary key) engine = MyISAM;
    create view looking as select * from loose_engine`);
  await source.admin.query('create table plain (id int primary key)');
  const isRefused = (error: ConnectorError) => error.kind === 'request';

  await assert.rejects(moved({ object: 'plain', into: 'loose_engine' }), isRefused);
  await assert.rejects(moved({ object: 'plain', into: 'looking' }), isRefused);
  await assert.rejects(moved({ object: 'plain', into: 'heddle_state' }), isRefused);
});

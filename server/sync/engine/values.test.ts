import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, makeSync, run } from '../testing/scene.ts';
import { startBetween } from '../testing/started.ts';

const { app, scene, source, destination, from, to } = await startBetween();
await source.admin.query(`create table people (id int primary key, email text, born date, big int8);
  insert into people values (1, 'ANN@X.example', '1990-01-02', 9007199254740993),
    (2, null, null, null), (3, 'boom', '2000-12-31', 1)`);

async function makeTransform(type: 'javascript' | 'jsonata', code: string): Promise<string> {
  return bodyOf(await scene.client.createTransform({ body: { name: 'One', type, code } })).id;
}

const lower = await makeTransform(
  'javascript',
  `module.exports = ({ value }) => {
    if (value === 'boom') throw new Error('cannot');
    return { value: value && value.toLowerCase() };
  };`,
);
const year = await makeTransform('jsonata', '{"value": $number($substring(value, 0, 4))}');

test('a mapping sends its value through a transform of its own, and only what fails is set aside', async () => {
  const field_mappings = [
    { source: 'id', destination: 'id' },
    { source: 'email', destination: 'email', transform: lower },
    { source: 'big', destination: 'big' },
  ];
  const sync = await makeSync(scene, { from, to, object: 'people' }, { field_mappings });

  const previewed = bodyOf(await scene.client.previewSync({ params: { sync } }));
  const done = await run(scene, sync);

  assert.deepEqual([done.status, done.records_written, done.records_failed], ['completed', 2, 1]);
  const { rows } = await destination.admin.query('select * from people order by id');
  assert.deepEqual(rows, [
    { id: 1, email: 'ann@x.example', big: '9007199254740993' },
    { id: 2, email: null, big: null },
  ]);
  const params = { sync, run: done.id };
  const [refused] = bodyOf(await scene.client.listRejected({ params }));
  assert.equal(refused?.field, 'email');
  assert.match(refused?.reason ?? '', /cannot/);
  assert.deepEqual(
    previewed.records.map(({ email }) => email),
    ['ann@x.example', null],
  );
  assert.deepEqual(
    previewed.rejected.map(({ index }) => index),
    [2],
  );
});

test('where another kind of value comes out, the field has the type of it', async () => {
  const field_mappings = [
    { source: 'id', destination: 'id' },
    { source: 'born', destination: 'year', transform: year },
  ];
  const ends = { from, to, object: 'people', table: 'years' };
  const filters = ['born IS NOT NULL'];
  const sync = await makeSync(scene, ends, { field_mappings, filters });

  const done = await run(scene, sync);

  assert.deepEqual([done.status, done.records_written, done.error], ['completed', 2, null]);
  const { rows } = await destination.admin.query('select * from years order by id');
  assert.deepEqual(rows, [
    { id: 1, year: '1990' },
    { id: 3, year: '2000' },
  ]);
});

test('a transform may drop or refuse the first records: the fields are those of what comes out', async () => {
  await source.admin.query(`create table visits (id int primary key, note text);
    insert into visits select n, 'note ' || n from generate_series(1, 6) n`);
  await destination.admin.query(`create table seen (id int primary key, note text, length int);
    insert into seen values (3, 'refused, and still there', 0), (9, 'gone', 0)`);
  const code = `module.exports = (r) => {
    if (r.id < 3) return null;
    if (r.id === 3) throw new Error('cannot');
    return { ...r, length: r.note.length };
  }`;
  const transforms = [await makeTransform('javascript', code)];
  const settings = { transforms, batch_size: 1, mode: 'mirror', max_delete_percent: 100 } as const;
  const sync = await makeSync(scene, { from, to, object: 'visits', table: 'seen' }, settings);

  const done = await run(scene, sync);

  assert.deepEqual(
    [done.status, done.records_read, done.records_written, done.records_failed],
    ['completed', 6, 3, 1],
  );
  const { rows } = await destination.admin.query('select id, length from seen order by id');
  assert.deepEqual(rows, [
    { id: 3, length: 0 },
    { id: 4, length: 6 },
    { id: 5, length: 6 },
    { id: 6, length: 6 },
  ]);
});

test('what a transform drops or refuses altogether is read once, and a mirror keeps it', async () => {
  await source.admin.query(`create table dropped (id int primary key, note text);
    insert into dropped values (1, 'a'), (2, 'b')`);
  await destination.admin.query(`create table kept (id int primary key, note text);
    insert into kept values (1, 'old'), (2, 'old')`);
  const code = `module.exports = (r) => { if (r.id === 1) throw new Error('cannot'); return null }`;
  const transforms = [await makeTransform('javascript', code)];
  const refusing = `module.exports = () => { throw new Error('cannot') }`;
  const all = [await makeTransform('javascript', refusing)];
  const ends = { from, to, object: 'dropped', table: 'kept' };
  const sync = await makeSync(scene, ends, { transforms, cursor_field: 'id', cursor_overlap: 0 });
  const mirrored = { transforms: all, mode: 'mirror', max_delete_percent: 100 } as const;
  const mirror = await makeSync(scene, ends, mirrored);

  const [first, second] = [await run(scene, sync), await run(scene, sync)];
  const done = await run(scene, mirror);

  assert.deepEqual([first.records_read, first.records_failed], [2, 1]);
  assert.deepEqual([second.records_read, second.records_failed], [0, 0]);
  assert.deepEqual([done.status, done.records_failed], ['completed', 2]);
  const { rows } = await destination.admin.query('select id from kept order by id');
  assert.deepEqual(rows, [{ id: 1 }, { id: 2 }]);
});

test('what a transform removes needs no place at a destination that has none for it', async () => {
  await source.admin.query(`create table wide (id int primary key, first text, last text, age int);
    insert into wide values (1, 'Ann', 'Lee', 7), (2, 'Bo', 'Ek', null)`);
  await destination.admin.query('create table narrow ("full" text, age int, id int primary key)');
  const transform = await makeTransform(
    'javascript',
    'module.exports = ({ id, first, last }) => ({ id, full: `${first} ${last}` })',
  );
  const ends = { from, to, object: 'wide', table: 'narrow' };
  const sync = await makeSync(scene, ends, { transforms: [transform] });

  const previewed = bodyOf(await scene.client.previewSync({ params: { sync } }));
  const done = await run(scene, sync);

  assert.deepEqual(previewed.records[0], { id: 1, age: null, full: 'Ann Lee' });
  assert.deepEqual([done.status, done.error, done.records_written], ['completed', null, 2]);
  const { rows } = await destination.admin.query('select * from narrow order by id');
  assert.deepEqual(rows, [
    { full: 'Ann Lee', age: null, id: 1 },
    { full: 'Bo Ek', age: null, id: 2 },
  ]);
});

test('what is removed from the first records, and has no place, is not lost where it stays', async () => {
  await source.admin.query(`create table later (id int primary key, s text);
    insert into later values (1, 'a'), (2, 'b'), (3, 'kept?'), (4, null)`);
  await destination.admin.query('create table later (id int primary key)');
  const transform = await makeTransform(
    'javascript',
    'module.exports = (r) => { if (r.id < 3) delete r.s; return r }',
  );
  const ends = { from, to, object: 'later' };
  const sync = await makeSync(scene, ends, { transforms: [transform], batch_size: 2 });

  const done = await run(scene, sync);

  assert.deepEqual([done.status, done.records_written, done.records_failed], ['completed', 3, 1]);
  const [refused] = bodyOf(await scene.client.listRejected({ params: { sync, run: done.id } }));
  assert.deepEqual([refused?.field, refused?.record.id], ['s', 3]);
});

test('a column that is met without case is a place, and what a transform removes is not left in it', async () => {
  await source.admin.query(`create table cased (id int primary key, "Email" text);
    insert into cased values (1, 'new')`);
  await destination.admin.query(`create table cased (id int primary key, email text);
    insert into cased values (1, 'old')`);
  const transform = await makeTransform(
    'javascript',
    'module.exports = (r) => { delete r.Email; return r }',
  );
  const sync = await makeSync(scene, { from, to, object: 'cased' }, { transforms: [transform] });

  const done = await run(scene, sync);

  const { rows } = await destination.admin.query('select * from cased');
  assert.deepEqual([done.status, done.error, rows], ['completed', null, [{ id: 1, email: null }]]);
});

test('a second transform may leave nothing of a record', async () => {
  await source.admin.query(`create table chained (id int primary key, s text);
    insert into chained values (1, 'a'), (2, 'x'), (3, 'b')`);
  const transforms = [
    await makeTransform('javascript', 'module.exports = (r) => r'),
    await makeTransform('javascript', `module.exports = (r) => r.s === 'x' ? { id: 2 } : r`),
  ];
  const sync = await makeSync(scene, { from, to, object: 'chained' }, { transforms });

  await run(scene, sync);

  const { rows } = await destination.admin.query('select * from chained order by id');
  assert.deepEqual(rows, [
    { id: 1, s: 'a' },
    { id: 2, s: null },
    { id: 3, s: 'b' },
  ]);
});

test('a field whose name no system can have is refused with its record', async () => {
  await source.admin.query(`create table named (id int primary key);
    insert into named select n from generate_series(1, 5) n`);
  const transform = await makeTransform(
    'javascript',
    `const names = ['', 'a\\0b', '\\ud800', 'fine'];
    module.exports = (r) => r.id > 4 ? r : { ...r, [names[r.id - 1]]: 'x' };`,
  );
  const sync = await makeSync(scene, { from, to, object: 'named' }, { transforms: [transform] });

  const done = await run(scene, sync);

  assert.deepEqual([done.status, done.records_written, done.records_failed], ['completed', 2, 3]);
  const { rows } = await destination.admin.query('select * from named order by id');
  assert.deepEqual(rows, [
    { id: 4, fine: 'x' },
    { id: 5, fine: null },
  ]);
  const refused = bodyOf(await scene.client.listRejected({ params: { sync, run: done.id } }));
  assert.ok(refused.every(({ reason }) => /name/.test(reason ?? '')));
});

test('the transform of a mapping may refuse the first values', async () => {
  const ofYear = await makeTransform(
    'javascript',
    `module.exports = ({ value }) => {
      if (value === null) throw new Error('unknown');
      return { value: Number(value.slice(0, 4)) };
    }`,
  );
  await source.admin.query(`create table births (id int primary key, born date);
    insert into births values (1, null), (2, '1990-01-02')`);
  const field_mappings = [
    { source: 'id', destination: 'id' },
    { source: 'born', destination: 'year', transform: ofYear },
  ];
  const settings = { field_mappings, batch_size: 1 };
  const sync = await makeSync(scene, { from, to, object: 'births' }, settings);

  const done = await run(scene, sync);

  assert.deepEqual([done.records_written, done.records_failed], [1, 1]);
  const { rows } = await destination.admin.query(
    'select id, year, pg_typeof(year)::text as type from births',
  );
  assert.deepEqual(rows, [{ id: 2, year: '1990', type: 'bigint' }]);
});

test('a transform that a mapping uses must be there, and stays', async () => {
  const field_mappings = [{ source: 'id', destination: 'id', transform: 'tfm_none' }];
  const source_ = { connection_id: from, object: 'people' };
  const body = { name: 'X', source: source_, destination: { connection_id: to, table: 'x' } };
  const refused = await scene.client.createSync({ body: { ...body, field_mappings } });
  const deleted = await scene.client.deleteTransform({ params: { transform: lower } });

  assert.equal(refused.status, 400);
  assert.match(JSON.stringify(refused), /field_mappings\.0\.transform/);
  assert.equal(deleted.status, 409);
  assert.match(JSON.stringify(deleted), /In use by .+ \(sync_\w+\)/);
});

test('a mode that needs everything takes no cursor field', async () => {
  for (const mode of ['replace', 'mirror'] as const) {
    const given = { source: { connection_id: from, object: 'people' }, mode, cursor_field: 'born' };
    const body = { name: 'X', destination: { connection_id: to, table: 'x' }, ...given };
    const refused = await scene.client.createSync({ body });
    assert.deepEqual([mode, refused.status], [mode, 400]);
    assert.match(JSON.stringify(refused), /cursor_field/);
  }
});

test('a record that was set aside is shown with every digit of its numbers', async () => {
  const number = '12345678901234567890.5';
  await source.admin.query(`create table digits (id int primary key, big jsonb);
    insert into digits values (1, '{"n": ${number}}')`);
  await destination.admin.query(
    'create table digits (id int primary key check (id > 1), big jsonb)',
  );
  const sync = await makeSync(scene, { from, to, object: 'digits' });
  const { id } = await run(scene, sync);

  const answer = await fetch(`${app.url}/v1/syncs/${sync}/runs/${id}/errors`, {
    headers: { authorization: `Bearer ${scene.token}` },
  });

  assert.match(await answer.text(), new RegExp(`"n":${number}\\}`));
});

import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { Row } from '../values/types.ts';
import type { ApplyRequest, Field } from './connector.ts';
import { openHttp, startApi } from './http/testing/api.ts';
import { makeMysql, makePostgres, makeSqlite } from './testing/place.ts';

const field = (name: string): Field => {
  return { name, type: { kind: 'text' }, nativeType: 'text', isNullable: true, isWritable: true };
};
const fields = [field('id'), field('name')];
const asked = (object: string, rows: readonly Row[], more: Partial<ApplyRequest> = {}) =>
  ({ object, operation: 'insert', key: ['id'], fields, rows, ...more }) as ApplyRequest;

for (const make of [makePostgres, makeMysql, makeSqlite]) {
  const place = await make();
  after(() => place.end());
  const session = await place.open();
  const again = await place.open();
  after(() => Promise.all([session.close(), again.close()]));
  const table = async (name: string, more = '') => {
    await place.run(`create table ${name} (id varchar(20), name varchar(20)${more})`);
    return name;
  };

  suite(place.name, () => {
    test('under a key records are inserted once, and answered the same', async () => {
      const object = await table('inserted');
      const request = asked(
        object,
        [
          ['1', 'a'],
          ['2', 'b'],
        ],
        { idempotencyKey: 'run_1 0' },
      );

      const first = await session.apply(request);
      const second = await again.apply(request);
      const other = await session.apply({ ...request, idempotencyKey: 'run_2 0' });
      const plain = await session.apply(asked(object, [['1', 'a']]));

      assert.deepEqual(first, [{ id: '1' }, { id: '2' }]);
      assert.deepEqual([second, other], [first, first]);
      assert.deepEqual(plain, [{ id: '1' }]);
      assert.deepEqual(await place.rows(`select * from ${object}`), [
        ...['1|a', '1|a', '1|a', '2|b', '2|b'],
      ]);
    });

    test('a key that the database makes by itself need not be written', async () => {
      await place.run(
        `create table made (id varchar(20) default 'own' primary key, name varchar(20))`,
      );
      const request = asked('made', [['a']], {
        ...{ fields: fields.slice(1), idempotencyKey: 'run_6 0' },
      });

      const answers = [await session.apply(request), await again.apply(request)];

      assert.deepEqual(answers, [[{}], [{}]]);
      assert.deepEqual(await place.rows('select * from made'), ['own|a']);
    });

    test('those that were refused are tried again under it, and the others are not', async () => {
      const object = await table('refused', ', unique (id)');
      await place.run(`insert into ${object} values ('2', 'in the way')`);
      const request = asked(
        object,
        [
          ['1', 'a'],
          ['2', 'b'],
        ],
        { idempotencyKey: 'run_3 0' },
      );

      const [first, refused] = await session.apply(request);
      await place.run(`delete from ${object}`);
      const second = await session.apply(request);

      assert.deepEqual(first, { id: '1' });
      assert.ok(refused?.error);
      assert.deepEqual(second, [{ id: '1' }, { id: '2' }]);
      assert.deepEqual(await place.rows(`select * from ${object}`), ['2|b']);
    });

    test('two that insert under one key at once insert once', async () => {
      const object = await table('raced');
      const request = asked(object, [['1', 'a']], { idempotencyKey: 'run_4 0' });

      const answers = await Promise.all([session.apply(request), again.apply(request)]);

      assert.deepEqual(answers, [[{ id: '1' }], [{ id: '1' }]]);
      assert.deepEqual(await place.rows(`select * from ${object}`), ['1|a']);
    });

    test('what is deleted under a key is answered as deleted again, and so is a change', async () => {
      const object = await table('changed', ', primary key (id)');
      await place.run(`insert into ${object} values ('1', 'a'), ('2', 'b')`);
      const remove = asked(object, [['1']], {
        ...{ operation: 'delete', fields: fields.slice(0, 1), idempotencyKey: 'run_5 0' },
      });
      const update = asked(object, [['2', 'c']], {
        ...{ operation: 'update', idempotencyKey: 'run_5 1' },
      });

      const first = [await session.apply(remove), await session.apply(update)];
      await place.run(`update ${object} set name = 'later'`);
      const second = [await session.apply(remove), await session.apply(update)];

      assert.deepEqual(first, [[{ id: '1' }], [{ id: '2' }]]);
      assert.deepEqual(second, first);
      assert.deepEqual(await place.rows(`select * from ${object}`), ['2|later']);
    });

    test('what is noted for that is no object of others', async () => {
      const writing = session.apply(asked('heddle_applied', [['1', 'a']]));

      await assert.rejects(writing, /where this server notes|no table|no such/i);
    });
  });
}

test('a REST API gets the same key with the same records, and another with others', async () => {
  const api = await startApi(() => ({ status: 201, body: '{"id": 7}' }));
  const session = await openHttp(api.url);
  const request = asked(
    'things',
    [
      ['1', 'a'],
      ['1', 'a'],
    ],
    { idempotencyKey: 'run_1 0' },
  );
  const keys = async (given: ApplyRequest) => {
    await session.apply(given);
    return api.heard.splice(0).map(({ headers }) => headers['idempotency-key']);
  };

  const first = await keys(request);
  const second = await keys(request);
  const other = await keys({ ...request, idempotencyKey: 'run_2 0' });
  const none = await keys(asked('things', [['1', 'a']]));

  assert.equal(new Set([...first, ...other]).size, 4);
  assert.deepEqual(second, first);
  assert.deepEqual(none, [undefined]);
});

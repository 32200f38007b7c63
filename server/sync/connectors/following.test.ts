import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import {
  contentOf,
  followerOf,
  id,
  makePlaces,
  name,
  outcomeOf,
  size,
  type Told,
} from './testing/follower.ts';

const places = await makePlaces();
after(() => Promise.all(places.map(({ end }) => end())));
const three = {
  written: [
    ['1', 'Ada'],
    ['2', 'Bob'],
    ['3', 'Cy'],
  ],
};

for (const place of places) {
  /** A follower of an object that has what is told before. */
  const begun = async (object: string, told: Told, asked = {}) => {
    const follower = await followerOf(place, { object, ...asked });
    after(() => follower.session.close());
    await follower.follow(told);
    return follower;
  };
  const seen = (object: string, fields?: readonly string[]) => contentOf(place, object, fields);

  suite(place.name, () => {
    test('deletes, changes and writes records in one call', async () => {
      const { follow } = await begun('mixed', three);

      const followed = await follow({
        deleted: [['2']],
        altered: [[['id', 'name'], [['3', 'Cid']]]],
        written: [['4', 'Di']],
      });

      assert.deepEqual(outcomeOf(followed), { counts: [2, 0, 1], refused: [] });
      assert.deepEqual(await seen('mixed'), ['1|Ada', '3|Cid', '4|Di']);
    });

    test('many records go as few do', async () => {
      const rows = Array.from({ length: 300 }, (_, at) => [`${at + 1}`, `name ${at + 1}`]);
      const { follow } = await begun('many', { written: rows });

      const followed = await follow({
        deleted: rows.slice(0, 100).map(([key]) => [key!]),
        altered: [[['name', 'id'], rows.slice(100, 200).map(([key]) => ['x', key!])]],
        written: rows.slice(190).map(([key]) => [key!, 'y']),
      });

      assert.deepEqual(outcomeOf(followed), { counts: [210, 0, 100], refused: [] });
      const cells = (await seen('many')).map((row) => row.split('|')[1]);
      assert.deepEqual([cells.length, cells.filter((cell) => cell === 'x').length], [200, 90]);
      assert.equal(cells.filter((cell) => cell === 'y').length, 110);
    });

    test('what is not there is neither deleted nor changed', async () => {
      const { follow } = await begun('absent', three);

      const followed = await follow({
        deleted: [['8']],
        altered: [[['id', 'name'], [['9', 'Nobody']]]],
      });

      assert.deepEqual(outcomeOf(followed), { counts: [0, 1, 0], refused: [] });
      assert.deepEqual(await seen('absent'), ['1|Ada', '2|Bob', '3|Cy']);
    });

    test('changes the fields that are told, and leaves the others as they are', async () => {
      const fields = [id, name, size];
      const before = {
        written: [
          ['1', 'long', '1'],
          ['2', 'longer', '2'],
          ['3', 'short', '3'],
        ],
      };
      const { follow } = await begun('parts', before, { fields });

      const followed = await follow({
        altered: [
          [['size', 'id'], [['10', '1']]],
          [['id', 'name'], [['2', null]]],
          [['id'], [['3']]],
        ],
        written: [['3', 'whole', '30']],
      });

      assert.deepEqual(outcomeOf(followed), { counts: [3, 1, 0], refused: [] });
      assert.deepEqual(await seen('parts'), ['1|long|10', '2||2', '3|whole|30']);
    });

    test('a table of keys alone has those that are left', async () => {
      const { follow } = await begun('keys', { written: [['1'], ['2']] }, { fields: [id] });

      const followed = await follow({ deleted: [['1']], written: [['2'], ['3']] });

      assert.deepEqual(outcomeOf(followed), { counts: [1, 1, 1], refused: [] });
      assert.deepEqual(await seen('keys'), ['2', '3']);
    });

    test('keys of several fields come in their own order', async () => {
      const fields = [name, size, id];
      const rows = [
        ['x', '1', '1'],
        ['y', '1', '2'],
        ['z', '2', '1'],
      ];
      const { follow } = await begun('pairs', { written: rows }, { fields, key: ['id', 'name'] });

      const followed = await follow({
        deleted: [['2', 'y']],
        altered: [[['size', 'name', 'id'], [['9', 'z', '1']]]],
      });

      assert.deepEqual(outcomeOf(followed), { counts: [1, 0, 1], refused: [] });
      assert.deepEqual(await seen('pairs', ['name', 'size', 'id']), ['x|1|1', 'z|9|1']);
    });

    test('a key that a deletion gives free is taken by another record', async () => {
      const { follow } = await begun('renamed', three);

      const followed = await follow({ deleted: [['3']], written: [['2', 'Cy']] });

      assert.deepEqual(outcomeOf(followed), { counts: [1, 0, 1], refused: [] });
      assert.deepEqual(await seen('renamed'), ['1|Ada', '2|Cy']);
    });

    test('says of what is written how it came, and when', async () => {
      const { follow } = await begun('noted', three, { metadata: true });
      const request = { object: 'noted', metadata: true, fence: 2 };
      const later = await followerOf(place, {
        ...request,
        state: { syncId: 'noted', runId: 'run_2', fence: 2 },
      });
      after(() => later.session.close());
      assert.ok(follow);

      await later.follow({ altered: [[['id', 'name'], [['2', 'Bo']]]], written: [['3', 'Cid']] });

      const runs = await seen('noted', ['id', '_heddle_run_id']);
      assert.deepEqual(runs, ['1|run_1', '2|run_2', '3|run_2']);
      const times = await seen('noted', ['_heddle_synced_at']);
      assert.ok(times.every((time) => /^\d{4}-/.test(time)));
    });

    test('where all are to go, it is asked for first', async () => {
      const { follow, writer } = await begun('emptied', three);
      const keep = async () => assert.fail('nothing is to be kept');

      const planned = await follow(
        { isEmptied: true, written: [['9', 'Zoe']] },
        { deletesMax: 99, keep },
      );

      assert.deepEqual(planned, { planned: 3, total: 3 });
      assert.deepEqual(await seen('emptied'), ['1|Ada', '2|Bob', '3|Cy']);
      const emptied = await follow({
        isEmptied: true,
        written: [
          ['2', 'Bo'],
          ['9', 'Zoe'],
        ],
      });
      assert.deepEqual(outcomeOf(emptied), { counts: [2, 0, 3], refused: [] });
      assert.deepEqual(await seen('emptied'), ['2|Bo', '9|Zoe']);
      await writer.close();
    });

    test('of an empty table all may go', async () => {
      const { follow } = await begun('empty', {});

      const followed = await follow({ isEmptied: true, written: [['1', 'a']] }, { deletesMax: 0 });

      assert.deepEqual(outcomeOf(followed), { counts: [1, 0, 0], refused: [] });
      assert.deepEqual(await seen('empty'), ['1|a']);
    });

    for (const fields of [[id, name], [id]]) {
      test(`marks what is gone, until it comes back (${fields.length} fields)`, async () => {
        const object = `marked_${fields.length}`;
        const rows = three.written.map((row) => row.slice(0, fields.length));
        const { follow } = await begun(object, { written: rows }, { fields, delete: 'mark' });
        const marks = async () => {
          const cells = (await seen(object, ['id', 'deleted_at'])).map((row) => row.split('|'));
          return new Map(cells.map(([key, at]) => [key, at]));
        };

        const gone = await follow({ deleted: [['1'], ['2']] });
        const first = await marks();
        const again = await follow({ deleted: [['1']], written: [rows[1]!] });
        const second = await marks();
        const all = await follow({ isEmptied: true, written: [rows[2]!] });
        const third = await marks();

        assert.deepEqual(outcomeOf(gone), { counts: [0, 0, 2], refused: [] });
        assert.deepEqual(outcomeOf(again), { counts: [1, 0, 0], refused: [] });
        assert.deepEqual(outcomeOf(all), { counts: [1, 0, 2], refused: [] });
        assert.deepEqual([...first.values()].map(Boolean), [true, true, false]);
        assert.deepEqual([...second.values()].map(Boolean), [true, false, false]);
        assert.equal(second.get('1'), first.get('1'));
        assert.deepEqual([...third.values()].map(Boolean), [true, true, false]);
      });
    }

    if (place.name === 'snowflake') return;

    const unique = async (object: string, more = '', asked = {}) => {
      await place.run(
        `create table ${object} (id bigint primary key, name varchar(9) unique${more})`,
      );
      return begun(object, {}, asked);
    };

    test('values that are unique change hands, of whole records and of parts', async () => {
      const asked = { fields: [id, name, size], metadata: true };
      await (await unique('handed', ', size int', asked)).session.close();
      const { follow } = await begun('handed', {}, asked);
      await follow({
        written: ['Ada', 'Bob', 'Cy', 'Di', 'Ed', 'Flo'].map((one, at) => [
          `${at + 1}`,
          one,
          `${at}`,
        ]),
      });

      const followed = await follow({
        deleted: [['6']],
        altered: [
          [
            ['id', 'name'],
            [
              ['2', 'Cy'],
              ['3', 'Bob'],
              ['4', 'Ada'],
              ['5', 'Flo'],
            ],
          ],
        ],
        written: [
          ['1', 'Di', '10'],
          ['7', 'Ed', '70'],
        ],
      });

      assert.deepEqual(outcomeOf(followed), { counts: [6, 0, 1], refused: [] });
      const expected = ['1|Di|10', '2|Cy|1', '3|Bob|2', '4|Ada|3', '5|Flo|4', '7|Ed|70'];
      assert.deepEqual(await seen('handed', ['id', 'name', 'size']), expected);
    });

    test('a new record takes what another one gives up in the same commit', async () => {
      const { follow } = await unique('passed', ', more int');
      await follow(three);

      const followed = await follow({
        written: [
          ['4', 'Ada'],
          ['5', 'Bob'],
          ['1', 'Adele'],
          ['2', 'Bo'],
        ],
      });

      assert.deepEqual(outcomeOf(followed), { counts: [4, 0, 0], refused: [] });
      const expected = ['1|Adele', '2|Bo', '3|Cy', '4|Ada', '5|Bob'];
      assert.deepEqual(await seen('passed', ['id', 'name']), expected);
    });

    test('where records have more than what is written, they stay as they are', async () => {
      const { follow } = await unique('kept', ', more int');
      await follow(three);
      await place.run('update kept set more = id');

      const followed = await follow({
        altered: [[['id', 'name'], [['1', 'Bob']]]],
        written: [['2', 'Ada']],
      });

      const taken = 'Another record has the same value in a column where each has its own';
      assert.deepEqual(outcomeOf(followed), {
        counts: [0, 0, 0],
        refused: [
          [['1', 'Bob'], taken],
          [['2', 'Ada'], taken],
        ],
      });
      assert.deepEqual(await seen('kept'), ['1|Ada|1', '2|Bob|2', '3|Cy|3']);
    });
  });
}

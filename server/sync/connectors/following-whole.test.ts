import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { ConnectorError } from './failure.ts';
import {
  contentOf,
  fieldOf,
  followerOf,
  id,
  makePlaces,
  outcomeOf,
  positionOf,
} from './testing/follower.ts';

const places = await makePlaces();
after(() => Promise.all(places.map(({ end }) => end())));
const ada = { written: [['1', 'Ada']] };
const part = { deleted: [['1']], written: [['2', 'Bob']], isWhole: false };

for (const place of places) {
  const begun = async (object: string, asked = {}) => {
    const follower = await followerOf(place, { object, ...asked });
    after(() => follower.session.close());
    return follower;
  };
  const seen = (object: string, fields?: readonly string[]) => contentOf(place, object, fields);

  suite(place.name, () => {
    test('what waits for more is seen by nobody, and stays with what makes it whole', async () => {
      const { follow } = await begun('waiting');
      await follow(ada, { keep: async () => 'one' });

      await follow(part);
      await follow({ altered: [[['id', 'name'], [['2', 'Bo']]]], isWhole: false });
      const before = await seen('waiting');
      await follow({ written: [['3', 'Cy']] }, { keep: async () => 'two' });

      assert.deepEqual(before, ['1|Ada']);
      assert.deepEqual(await seen('waiting'), ['2|Bo', '3|Cy']);
      assert.equal(await positionOf(place, 'waiting'), 'two');
    });

    test('what waits is undone, and what comes after that is written', async () => {
      const { follow, writer } = await begun('undone');
      await follow(ada, { keep: async () => 'one' });

      await follow(part);
      await writer.undo!();
      await writer.undo!();
      await follow({ written: [['3', 'Cy']] });

      assert.deepEqual(await seen('undone'), ['1|Ada', '3|Cy']);
      assert.equal(await positionOf(place, 'undone'), 'one');
    });

    test('what waits is gone with the writer', async () => {
      const { follow, writer } = await begun('closed');
      await follow(ada);

      await follow(part);
      await writer.close();

      assert.deepEqual(await seen('closed'), ['1|Ada']);
    });

    test('what waits is gone with its connection', async () => {
      const { follow } = await begun('severed');
      await follow(ada, { keep: async () => 'one' });

      await follow(part);
      await place.sever();
      const isLost = ({ kind }: ConnectorError) => kind === 'retry';
      await assert.rejects(follow({ written: [['3', 'Cy']] }), isLost);

      assert.deepEqual(await seen('severed'), ['1|Ada']);
      assert.equal(await positionOf(place, 'severed'), 'one');
    });

    test('what is not kept is undone with all that waited', async () => {
      const { follow } = await begun('unkept');
      await follow(ada, { keep: async () => 'one' });
      const heard: unknown[] = [];

      await follow(part);
      const keep = async (followed: Parameters<typeof outcomeOf>[0]) => {
        heard.push(outcomeOf(followed));
        throw new Error('no more');
      };
      await assert.rejects(follow({ written: [['3', 'Cy']] }, { keep: keep as never }), {
        message: 'no more',
      });

      assert.deepEqual(heard, [{ counts: [1, 0, 0], refused: [] }]);
      assert.deepEqual(await seen('unkept'), ['1|Ada']);
      assert.equal(await positionOf(place, 'unkept'), 'one');
    });

    test('where all may not go, what waited goes back, too', async () => {
      const { follow } = await begun('guarded');
      await follow(ada);

      await follow({ written: [['2', 'Bob']], isWhole: false });
      const planned = await follow({ isEmptied: true }, { deletesMax: 50 });

      assert.deepEqual(planned, { planned: 2, total: 2 });
      assert.deepEqual(await seen('guarded'), ['1|Ada']);
    });

    test('an earlier fence is refused', async () => {
      const earlier = await begun('fenced');
      await earlier.follow(ada);
      const later = await begun('fenced', { fence: 2 });

      // MySQL has ended its connection before it could hear that.
      const kind = place.name === 'mysql' ? 'retry' : 'fenced';
      await assert.rejects(earlier.follow(ada), { kind });
      await assert.rejects(begun('fenced'), { kind: 'fenced' });
      await later.follow({ written: [['3', 'Cy']] });

      assert.deepEqual(await seen('fenced'), ['1|Ada', '3|Cy']);
    });

    test('says which records are wrong, and writes the others', async () => {
      const check = place.name === 'sqlite' ? ' check (length(name) <= 5)' : '';
      await place.run(`create table faulty (id bigint not null, name varchar(5)${check})`);
      const { follow } = await begun('faulty');
      await follow({
        written: [
          ['1', 'Ada'],
          ['2', 'Bob'],
          ['3', 'Cy'],
        ],
      });

      const followed = await follow({
        deleted: [['3'], [null]],
        altered: [
          [
            ['id', 'name'],
            [
              ['1', 'A'],
              ['2', 'Bob of Bobville'],
            ],
          ],
          [['name', 'id'], [['Adalbert', '1']]],
        ],
        written: [
          ['4', 'Di'],
          ['5', 'Dietrich'],
          [null, 'Nobody'],
          ['6', 'Ed'],
        ],
      });

      const { counts, refused } = outcomeOf(followed) as Exclude<
        ReturnType<typeof outcomeOf>,
        { planned: number }
      >;
      assert.deepEqual(counts, [3, 0, 1]);
      assert.deepEqual(
        refused.map(([row]) => row),
        [[null], ['2', 'Bob of Bobville'], ['Adalbert', '1'], ['5', 'Dietrich'], [null, 'Nobody']],
      );
      assert.deepEqual(await seen('faulty'), ['1|A', '2|Bob', '4|Di', '6|Ed']);
    });

    if (place.name === 'snowflake') return;

    test('a record that others refer to is not deleted, and the rest is', async () => {
      await place.run('create table parents (id bigint primary key, name varchar(9))');
      await place.run(`create table children (id bigint primary key, parent bigint,
        foreign key (parent) references parents (id))`);
      const { follow } = await begun('parents');
      await follow({
        written: [
          ['1', 'a'],
          ['2', 'b'],
          ['3', 'c'],
        ],
      });
      await place.run('insert into children values (1, 2)');

      const followed = await follow({ deleted: [['1'], ['2'], ['3']] });

      const refused = [[['2'], 'Another record refers to this one']];
      assert.deepEqual(outcomeOf(followed), { counts: [0, 0, 2], refused });
      assert.deepEqual(await seen('parents'), ['2|b']);
      await assert.rejects(follow({ isEmptied: true }), { kind: 'configuration' });
      assert.deepEqual(await seen('parents'), ['2|b']);
    });

    test('records that refer to each other come and go in any order', async () => {
      await place.run(`create table tree (id bigint primary key, up bigint,
        foreign key (up) references tree (id))`);
      const { follow } = await begun('tree', { fields: [id, fieldOf('up', 'int8')] });
      await follow({
        written: [
          ['1', null],
          ['2', '1'],
          ['3', '2'],
          ['4', '1'],
        ],
      });

      const followed = await follow({
        deleted: [['1'], ['2'], ['3']],
        altered: [[['id', 'up'], [['4', '6']]]],
        written: [
          ['5', '4'],
          ['6', null],
        ],
      });

      assert.deepEqual(outcomeOf(followed), { counts: [3, 0, 3], refused: [] });
      assert.deepEqual(await seen('tree'), ['4|6', '5|4', '6|']);
    });
  });
}

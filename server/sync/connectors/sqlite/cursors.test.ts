import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { move } from '../testing/move.ts';
import { makeSqlite } from '../testing/place.ts';

const source = await makeSqlite();
const destination = await makeSqlite();
const [from, to] = [await source.open(), await destination.open()];
after(() => Promise.all([source.end(), destination.end()]));

const taking = (object: string) =>
  move({
    ...{ from, to, object, into: `of_${object}`, key: [], cursorField: 'at' },
    ...{ mode: 'append', syncId: object, batchRows: 2 },
  });

for (const object of ['events', 'shown']) {
  test(`without a key, records of ${object} with the last value are neither lost nor read twice`, async () => {
    await source.run(`drop view if exists shown; drop table if exists events;
      create table events (at integer, name text);
      create view shown as select * from events;
      insert into events values (1, 'a'), (2, 'b'), (2, 'c'), (2, 'd'), (null, 'e')`);

    const counts = [(await taking(object)).read];
    await source.run("insert into events values (2, 'f'), (3, 'g'), (null, 'h')");
    counts.push((await taking(object)).read, (await taking(object)).read);

    assert.deepEqual(counts, [5, 3, 0]);
    const kept = await destination.rows(`select * from of_${object}`);
    assert.deepEqual(kept, await source.rows('select * from events'));
  });
}

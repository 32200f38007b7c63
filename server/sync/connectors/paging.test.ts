import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeMysql, makePostgres, makeSqlite } from './testing/place.ts';

for (const make of [makePostgres, makeMysql, makeSqlite]) {
  test(`pages of ${make.name.slice(4)} leave nothing out and bring nothing twice while records come and go`, async () => {
    const place = await make();
    await place.run('create table paged (id int primary key, place int)');
    const rows = Array.from({ length: 100 }, (_, at) => `(${at}, ${at % 10})`);
    await place.run(`insert into paged values ${rows.join(', ')}`);
    const session = await place.open();
    const fields = ['id'];

    for (const orderBy of [[], [{ field: 'place', descending: true }]]) {
      const met: number[] = [];
      let cursor: string | undefined;
      do {
        const at = cursor === undefined ? {} : { cursor };
        const page = await session.query({ object: 'paged', fields, orderBy, limit: 9, ...at });
        const ids = page.rows.map(([id]) => Number(id));
        met.push(...ids);
        cursor = page.nextCursor;
        // What was met goes, and others come before the place where the next page begins.
        await place.run(`delete from paged where id in (${ids.slice(0, 5).join(', ')})`);
        await place.run(`insert into paged values (${-met.length}, 99)`);
      } while (cursor !== undefined);

      assert.deepEqual(
        met.filter((id) => id >= 0).sort((one, other) => one - other),
        Array.from({ length: 100 }, (_, at) => at),
      );
      assert.equal(new Set(met).size, met.length);
      await place.run('delete from paged');
      await place.run(`insert into paged values ${rows.join(', ')}`);
    }
    await place.end();
  });
}

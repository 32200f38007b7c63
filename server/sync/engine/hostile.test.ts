import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { hostileColumns, hostileRows } from '../connectors/testing/hostile.ts';
import { bodyOf, connect, makeSync, run } from '../testing/scene.ts';
import { startWithFolder } from '../testing/started.ts';

const { scene } = await startWithFolder();
const database = await makeDatabase();
after(() => database.end());
const table = await connect(scene, database);
const body = { provider: 'files', name: 'Files', config: { path: '.' }, credentials: {} };
const folder = bodyOf(await scene.client.createConnection({ body })).id;

/** Those of all systems, and what not each of them has. */
const columns = { ...hostileColumns, e: 'mood', '"party 🎉"': 'text' };
const shape = Object.entries(columns).map((one) => one.join(' '));
await database.admin.query(`create type mood as enum ('sad', 'it''s "ok"', 'a,b');
  create table hostile (id int primary key, ${shape.join(', ')}); ${hostileRows('hostile')}
  insert into hostile (id, e) values (1001, 'it''s "ok"'), (1002, 'a,b');
  insert into hostile (id, "party 🎉") values (1003, 'é')`);

/** Every row as its text; a document is compared as what it says, not by its blanks. */
async function textsOf(name: string): Promise<Map<number, string>> {
  const shown = ['id', ...Object.keys(columns)].map((one) => (one === 'j' ? 'j::jsonb' : one));
  const { rows } = await database.admin.query(
    `select id, row(${shown.join(', ')})::text as text from ${name}`,
  );
  return new Map(rows.map((row) => [row.id, row.text]));
}

/** What a file cannot say, by kind. */
const unsaid: Record<string, readonly string[]> = {
  csv: [],
  ndjson: ['j', 'jb'],
  parquet: ['ta'],
};

for (const [format, fields] of Object.entries(unsaid)) {
  test(`hostile values come back from ${format} as they were, or are set aside by name`, async () => {
    const file = `hostile.${format}`;
    const back = `back_${format}`;
    await database.admin.query(`create table ${back} (like hostile including all)`);
    const out = { from: table, to: folder, object: 'hostile', table: file };
    const home = { from: folder, to: table, object: file, table: back };
    const writing = await makeSync(scene, out, { mode: 'replace' });
    const reading = await makeSync(scene, home, { mode: 'upsert', key: ['id'] });

    const written = await run(scene, writing);
    const read = await run(scene, reading);
    const again = await run(scene, reading);

    assert.deepEqual([written.status, written.error], ['completed', null]);
    assert.deepEqual([read.status, read.error], ['completed', null]);
    const refused = [
      ...bodyOf(await scene.client.listRejected({ params: { sync: writing, run: written.id } })),
      ...bodyOf(await scene.client.listRejected({ params: { sync: reading, run: read.id } })),
    ];
    const aside = new Set(refused.map(({ record }) => Number(record.id)));
    const given = await textsOf('hostile');
    const came = await textsOf(back);
    const other = [...given].filter(([one, text]) => !aside.has(one) && came.get(one) !== text);
    assert.deepEqual(
      other.map(([one, text]) => [one, text.slice(0, 200), came.get(one)?.slice(0, 200)]),
      [],
    );
    assert.deepEqual(
      refused.map(({ field }) => field),
      fields,
    );
    assert.equal(came.size, given.size - fields.length);
    assert.equal(again.records_written, 0);
  });
}

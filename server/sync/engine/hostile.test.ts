import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { shortId } from '../../runtime/ids.ts';
import { startServer } from '../../testing/server.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run } from '../testing/scene.ts';

const root = await mkdtemp(join(tmpdir(), 'heddle-hostile-'));
const app = await startServer({ HEDDLE_FILES_DIR: root });
const database = await makeDatabase();
after(() => Promise.all([database.end(), rm(root, { recursive: true })]));
const scene = await makeSyncScene(app);
await mkdir(join(root, shortId('organization', scene.organization)), { recursive: true });
const table = await connect(scene, database);
const body = { provider: 'files', name: 'Files', config: { path: '.' }, credentials: {} };
const folder = bodyOf(await scene.client.createConnection({ body })).id;

await database.admin.query(`create type mood as enum ('sad', 'it''s "ok"', 'a,b');
create table hostile (
  id int primary key, n numeric, big int8, f float8, r float4, b boolean, t text, v varchar(50),
  c char(5), d date, ts timestamp, tz timestamptz, ti time, iv interval, by bytea, j json, jb jsonb,
  ja jsonb[], ta text[], ia int[], u uuid, e mood, bits bit(8), "order" int, "Ünïcode 🎉 ""x""" text,
  ip inet, rng int4range)`);
const values: Record<string, readonly string[]> = {
  n: [
    `'${'9'.repeat(40)}.${'1'.repeat(30)}'`,
    "'-0.000000000000000000000000000001'",
    "'NaN'",
    "'Infinity'",
    '1884518522.1684267241',
  ],
  big: ['9223372036854775807', '-9223372036854775808', '9007199254740993'],
  f: ["'NaN'", "'-Infinity'", '1e308', "'-0'", '5e-324', '0.1'],
  r: ["'NaN'", '3.4e38', '0.1'],
  b: ['true', 'false'],
  t: [
    "''",
    "'null'",
    "'NULL'",
    "e'\\\\N'",
    "e'\\\\.'",
    "e'a\\tb\\nc\\rd'",
    `e'x"y,z;\\r\\n"'`,
    "'  spaces  '",
    "'😀👨‍👩‍👧'",
    "'שלום עולם'",
    "repeat('ü', 600000)",
    "'=1+1'",
    "e'\\ufeffbom'",
  ],
  v: ["'007'", "'1e5'", "'true'", "'2024-01-01'"],
  c: ["'ab'", "'     '"],
  d: ["'0044-03-15 BC'", "'9999-12-31'", "'infinity'", "'0001-01-01'"],
  ts: ["'2024-02-29 23:59:59.999999'", "'0001-01-01 00:00 BC'", "'-infinity'"],
  tz: ["'2024-03-31 01:30:00.000001+00'", "'2024-06-01 12:00+05:30'", "'infinity'"],
  ti: ["'24:00'", "'00:00:00.000001'"],
  iv: ["'1 mon -2 days 03:04:05.000006'", "'-1 year'"],
  by: ["decode(string_agg_bytes(), 'hex')", "'\\x'", "'\\x00ff0a0d22'"],
  j: [`'{"a": 9007199254740993,  "b": 1.0, "s":"\\u00e9"}'`, "'null'", `'"text"'`],
  jb: ['\'{"big": 12345678901234567890.5, "deep": [[[{}]]]}\'', "'null'"],
  ja: [`array['{"a":null}'::jsonb, null, '"x"'::jsonb]`, "'{}'"],
  ta: [`array['a"b', null, 'NULL', '', '{}', e'c\\\\d', 'e,f']`, "'{{a,b},{c,d}}'"],
  ia: ['array[1,null,2147483647]'],
  u: ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
  e: [`'it''s "ok"'`, "'a,b'"],
  bits: ["b'00000000'", "b'10000001'"],
  '"order"': ['2147483647', '-2147483648'],
  '"Ünïcode 🎉 ""x"""': ["'é'"],
  ip: ["'::1/64'", "'10.0.0.1'"],
  rng: ["'[1,5)'", "'empty'"],
};
const allBytes = Array.from({ length: 256 }, (_, at) => at.toString(16).padStart(2, '0')).join('');
let id = 1;
await database.admin.query(`insert into hostile (id) values (${id})`);
for (const [column, given] of Object.entries(values)) {
  for (const value of given) {
    id += 1;
    const sql = value.replace('string_agg_bytes()', `'${allBytes}'`);
    await database.admin.query(`insert into hostile (id, ${column}) values (${id}, ${sql})`);
  }
}

/** Every row as its text; a document is compared as what it says, not by its blanks. */
async function textsOf(name: string): Promise<Map<number, string>> {
  const columns = ['id', ...Object.keys(values)].map((one) => (one === 'j' ? 'j::jsonb' : one));
  const { rows } = await database.admin.query(
    `select id, row(${columns.join(', ')})::text as text from ${name}`,
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
    console.log(
      format,
      refused.map(({ record, field, reason }) => [record.id, field, reason]),
    );
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

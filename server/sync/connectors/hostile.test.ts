import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Session } from './connector.ts';
import { makeFolder } from './files/testing/folder.ts';
import { makeDatabase } from './testing/databases.ts';
import { columnOf, hostileColumns, hostileRows } from './testing/hostile.ts';
import { type Moved, move } from './testing/move.ts';
import { makeMysql, makePostgres, makeSqlite } from './testing/place.ts';

const home = await makeDatabase();
const folder = await makeFolder();
const [postgres, mysql, sqlite] = await Promise.all([makePostgres(), makeMysql(), makeSqlite()]);
after(() => Promise.all([home, postgres, mysql, sqlite].map((place) => place.end())));
const shape = ['id int primary key', ...Object.entries(hostileColumns).map((one) => one.join(' '))];
await home.admin.query(`create table hostile (${shape.join(', ')}); ${hostileRows('hostile')}`);
const names = ['id', ...Object.keys(hostileColumns)];
const plain = (name: string) => name.replace(/^"|"$/g, '').replaceAll('""', '"');
const types = Object.fromEntries(
  Object.entries({ id: 'int', ...hostileColumns }).map(([name, type]) => [plain(name), type]),
);

type Medium = {
  /** What of it holds no such value, or not each one. */
  unsaid: readonly string[];
  open(): Promise<Session>;
  name(made: string): string;
  isFile?: true;
};
const media: Record<string, Medium> = {
  postgres: { unsaid: [], open: postgres.open, name: (made) => made },
  mysql: {
    unsaid: ['n', 'f', 'r', 'd', 'ts', 'tz'],
    open: mysql.open,
    name: (made) => made,
  },
  sqlite: { unsaid: [], open: sqlite.open, name: (made) => made },
  files: {
    unsaid: [],
    // What it has no type for are texts there.
    open: () => folder.open({ columns: { ...types, ip: 'text', rng: 'text' }, header: true }),
    name: (made) => `${made}.csv`,
    isFile: true,
  },
};

/** Moves everything, and once more, which changes nothing. */
async function carry(
  from: Session,
  to: Medium,
  { object, made }: { object: string; made: string },
): Promise<Moved> {
  const into = to.name(made);
  const mode = to.isFile ? 'replace' : 'upsert';
  const moving = { from, object, into, mode, key: ['id'], syncId: made } as const;
  const first = await move({ ...moving, to: await to.open() });
  const before = to.isFile && (await folder.get(into));
  const again = await move({ ...moving, to: await to.open(), fence: 2, isAnew: true });
  if (to.isFile) assert.equal(await folder.get(into), before);
  else assert.equal(again.written, 0);
  return first;
}

/** Which columns have values that did not come, by the records that stand in a table of PostgreSQL. */
async function compare(table: string): Promise<string[]> {
  // A document is what it says, a number what it counts.
  const shown = names.map((name) => {
    if (name === 'j') return 'j::jsonb';
    if (name === 'n') return 'trim_scale(n)';
    return name === 'f' || name === 'r' ? `${name} + 0` : name;
  });
  const textsOf = async (of: string) => {
    const query = `select id, row(${shown.join(', ')})::text as text from ${of}`;
    const { rows } = await home.admin.query<{ id: number; text: string }>(query);
    return new Map(rows.map(({ id, text }) => [id, text]));
  };
  const [given, come] = [await textsOf('hostile'), await textsOf(table)];
  for (const [id, text] of come) {
    assert.equal(text.slice(0, 2_000), given.get(id)?.slice(0, 2_000), columnOf(id) ?? 'id');
    assert.equal(text, given.get(id));
  }
  const missing = [...given.keys()].filter((id) => !come.has(id));
  return missing.map((id) => columnOf(id) ?? 'id');
}

for (const [one, source] of Object.entries(media)) {
  describe(`hostile values in ${one}`, () => {
    const made = `from_${one}`;
    let put: Promise<Moved>;
    before(() => {
      put = home.open().then((from) => carry(from, source, { object: 'hostile', made }));
    });

    for (const [other, destination] of Object.entries(media)) {
      test(`arrive in ${other} as they are, or are set aside by name`, async () => {
        const first = await put;
        const on = { object: source.name(made), made: `${made}_on` };
        const moved = await carry(await source.open(), destination, on);
        const back = `${one}_${other}`;
        await home.admin.query(`create table ${back} (like hostile including all)`);
        const come = await move({
          ...{ from: await destination.open(), to: await home.open() },
          ...{ object: destination.name(on.made), into: back, key: ['id'], syncId: back },
        });

        const missing = await compare(back);

        const told = [first, moved, come].flatMap(({ rejected, unread }) => [
          ...rejected,
          ...unread,
        ]);
        assert.deepEqual(
          told.map(({ field }) => field).sort(),
          missing.map((name) => plain(name)).sort(),
        );
        const unsaid = [...source.unsaid, ...destination.unsaid];
        assert.deepEqual(
          missing.filter((name) => !unsaid.includes(name)),
          [],
        );
      });
    }
  });
}

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Session } from '../connector.ts';
import type { ConnectorError } from '../failure.ts';
import { finishedBy } from '../finished.ts';
import { makeSchema, type TestSchema } from '../testing/mariadbs.ts';
import { move } from '../testing/move.ts';
import { swappingBy } from './replace.ts';

let source: TestSchema;
let destination: TestSchema;
let from: Session;
let to: Session;

before(async () => {
  source = await makeSchema();
  destination = await makeSchema();
  [from, to] = [await source.open(), await destination.open()];
  await source.admin.query(`create table small (id int primary key, name text);
    insert into small values (1, 'a'), (2, 'b'), (3, 'c')`);
});
after(() => Promise.all([source.end(), destination.end()]));

async function rowsOf({ admin }: TestSchema, text: string): Promise<string[]> {
  const [rows] = await admin.query(text);
  return (rows as unknown[][]).map((row) => row.join('|'));
}

async function tablesOf({ admin }: TestSchema): Promise<string[]> {
  const [rows] = await admin.query("show tables like 'heddle\\\\_%'");
  return (rows as unknown[][]).map(String).filter((name) => name !== 'heddle_state');
}

const moving = () => ({ from, to, object: 'small', mode: 'replace', isAnew: true }) as const;

/** Leaves everything as it is when all rows wait in the stage. */
async function staged(into: string) {
  await destination.admin.query(`create table ${into} (id int primary key, name text);
    insert into ${into} values (9, 'old')`);
  const { fields } = await from.describe('small');
  const request = {
    ...{ object: into, fields, key: ['id'], metadata: false, isAnew: true },
    ...{ signal: new AbortController().signal },
    ...({ mode: 'replace', delete: 'hard', onSchemaChange: 'ignore' } as const),
    state: { syncId: into, runId: 'run_1', fence: 1 },
  };
  const session = await destination.open();
  await move({ ...moving(), to: session, into, syncId: into, runId: 'run_1', batchesMax: 1 });
  await session.close();
  return request;
}

for (const moment of ['before it', 'between its two halves', 'after it']) {
  test(`killed at the swap, ${moment}, a run ends it, and does it once`, async () => {
    const into = `swapped_${moment.split(' ')[0]}`;
    const request = await staged(into);
    await destination.admin.query(
      `update heddle_state set position = '${swappingBy('run_1')}' where sync_id = '${into}'`,
    );
    const [stage] = await tablesOf(destination);
    const old = stage!.replace('stage', 'old');
    if (moment !== 'before it') await destination.admin.query(`rename table ${into} to ${old}`);
    if (moment === 'after it') await destination.admin.query(`rename table ${stage} to ${into}`);

    const writer = await (await destination.open()).write(request);
    const position = await writer.position();
    await writer.close();

    assert.equal(position, finishedBy('run_1'));
    assert.deepEqual(await rowsOf(destination, `select * from ${into}`), ['1|a', '2|b', '3|c']);
    assert.deepEqual(await tablesOf(destination), []);
  });
}

test('another run takes away what an earlier one has left, which then can do nothing any more', async () => {
  const request = await staged('taken_over');
  const late = await (await destination.open()).write(request);
  await late.prepare();

  await move({ ...moving(), into: 'taken_over', syncId: 'taken_over', runId: 'run_2', fence: 2 });

  const again = await (await destination.open()).write(request);
  const kinds = await Promise.all(
    [late.finish({ deletesMax: 100 }), again.position()].map((one) =>
      one.then(
        () => 'done',
        ({ kind }: ConnectorError) => kind,
      ),
    ),
  );
  await Promise.all([late.close(), again.close()]);
  assert.deepEqual(kinds, ['retry', 'fenced']);
  assert.equal((await rowsOf(destination, 'select * from taken_over')).length, 3);
  assert.deepEqual(await tablesOf(destination), []);
});

test('a replaced table keeps what hangs on it', async () => {
  await destination.admin.query(`
    create table plain_kept (id int primary key, name varchar(9) not null default 'x' check (name <> ''),
      index plain_by_name (name));
    create table kept (id int primary key, name text);
    create table hanging (id int references kept (id));
    create table trigger_log (id int);
    create trigger on_kept after insert on kept for each row insert into trigger_log values (new.id);
    create view looking as select * from kept`);

  for (const into of ['plain_kept', 'kept', 'kept']) {
    await move({ ...moving(), into, syncId: into });
  }

  assert.deepEqual(await rowsOf(destination, 'select * from looking'), ['1|a', '2|b', '3|c']);
  assert.deepEqual(await rowsOf(destination, 'select count(*) from trigger_log'), ['6']);
  const [[shown]] = (await destination.admin.query('show create table plain_kept')) as unknown as [
    string[][],
  ];
  assert.match(shown![1]!, /plain_by_name/);
  assert.match(shown![1]!, /check/i);
  assert.deepEqual(await tablesOf(destination), []);
});

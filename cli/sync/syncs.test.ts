import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { heddle, heddleJson } from '../testing/heddle.ts';
import { change, connect, makeScene } from './testing/scene.ts';

const scene = await makeScene({ after });
const { environment } = scene;
change(
  scene,
  'shop.db',
  `create table customers (id integer primary key, name text, email text);
   insert into customers values (1, 'Ann', 'ann@x.example'), (2, 'Bob', 'bob@x.example');
   create table orders (id integer primary key, customer_id integer references customers, total numeric);
   insert into orders values (7, 1, 9.5), (8, 2, 12), (9, 2, 100);
   create view late as select * from orders`,
);
await connect(scene, 'shop');
await connect(scene, 'store');

type Sync = { id: string; name: string; made: boolean; destination: { table: string } };

test('what has no key is said to grow with each run, unless it is said what to do', async () => {
  const create = ['sync', 'create', '--from', 'shop', '--to', 'store', '--table', 'late'];
  const growing = await heddle([...create, '--into', 'growing'], environment);
  const anew = await heddle([...create, '--into', 'anew', '--mode', 'replace'], environment);
  for (const table of ['growing', 'anew']) {
    const { id } = (await heddleJson<Sync[]>(['sync', 'list'], environment)).find(
      ({ destination }) => destination.table === table,
    ) as Sync;
    await heddle(['sync', 'delete', id], environment);
  }

  assert.deepEqual([growing.code, anew.code, anew.stderr], [0, 0, '']);
  assert.match(growing.stderr, /late has no key: each run adds all of its records again/);
});

test('a person at a terminal does the whole job', async () => {
  const create = ['sync', 'create', '--from', 'shop', '--to', 'store', '--tables', '*'];

  const made = await heddleJson<Sync[]>([...create, '--into', 'shop_*'], environment);
  const preview = await heddleJson<{ records: object[]; statements: string[] }>(
    ['sync', 'preview', 'orders'],
    environment,
  );
  const first = await heddleJson(['sync', 'run', 'orders'], environment);
  const second = await heddleJson(['sync', 'run', 'orders', '--watch'], environment);
  const page = await heddleJson<{ records: object[]; next_cursor: string }>(
    ['data', 'query', 'store', 'shop_orders', '--filter', 'total > 9', '--limit', '2'],
    environment,
  );
  const listed = await heddleJson<Sync[]>(['sync', 'list'], environment);

  assert.deepEqual(
    made.map(({ name, destination }) => [name, destination.table]),
    [
      ['customers', 'shop_customers'],
      ['orders', 'shop_orders'],
    ],
  );
  assert.equal(preview.records.length, 3);
  assert.match(preview.statements.join('\n'), /create table/);
  assert.partialDeepStrictEqual(first, { status: 'completed', records_written: 3 });
  assert.partialDeepStrictEqual(second, { status: 'completed', records_skipped: 3 });
  assert.equal(page.records.length, 2);
  assert.ok(page.next_cursor);
  assert.partialDeepStrictEqual(
    listed.find(({ name }) => name === 'orders'),
    { status: 'completed', records_synced: 3 },
  );
});

test('made again, a sync that is there stays as it is', async () => {
  const create = ['sync', 'create', '--from', 'shop', '--to', 'store', '--tables', 'cust*'];

  const [one] = await heddleJson<Sync[]>(create, environment);
  const [again] = await heddleJson<Sync[]>(create, environment);

  assert.deepEqual([one?.made, again?.made], [true, false]);
  assert.equal(again?.id, one?.id);
});

test('how a sync moves is said with options', async () => {
  const made = await heddleJson(
    [
      ...['sync', 'create', '--from', 'shop', '--to', 'store', '--table', 'customers'],
      ...['--into', 'people', '--name', 'People', '--map', 'id', '--map', 'email=address'],
      ...['--protect', 'email=hash', '--filter', 'id > 1', '--schedule', 'daily'],
      ...['--timezone', 'Europe/London', '--on-schema-change', 'pause'],
    ],
    environment,
  );
  await heddleJson(['sync', 'run', 'People'], environment);
  const { records } = await heddleJson<{ records: Record<string, unknown>[] }>(
    ['data', 'query', 'store', 'people'],
    environment,
  );

  assert.partialDeepStrictEqual(made, { schedule: 'daily', timezone: 'Europe/London' });
  assert.deepEqual(Object.keys(records[0] ?? {}), ['id', 'address']);
  assert.equal(records.length, 1);
  assert.match(String(records[0]?.address), /^[0-9a-f]{64}$/);
});

test('a sync is changed by what is given, and the rest stays', async () => {
  const create = ['sync', 'create', '--from', 'shop', '--to', 'store', '--table', 'orders'];
  const { id } = await heddleJson<Sync>(
    [...create, '--name', 'Moved', '--map', 'id', '--filter', 'total > 10'],
    environment,
  );

  const changed = await heddleJson(
    [
      ...['sync', 'change', id, '--name', 'Nightly', '--schedule', '0 3 * * *', '--mode', 'append'],
      ...['--map', 'id', '--map', 'total=sum', '--into', 'sums', '--clear', 'filter'],
    ],
    environment,
  );
  const query = ['sync', 'change', id, '--query', 'select 1 as id', '--clear', 'map'];
  const queried = await heddleJson(query, environment);
  const table = await heddle(['sync', 'change', id, '--table', 'customers'], environment);
  const shown = await heddleJson(['sync', 'show', 'Nightly'], environment);

  assert.partialDeepStrictEqual(changed, {
    name: 'Nightly',
    schedule: '0 3 * * *',
    mode: 'append',
    source: { object: 'orders' },
    destination: { table: 'sums' },
    field_mappings: [
      { source: 'id', destination: 'id' },
      { source: 'total', destination: 'sum' },
    ],
    filters: [],
  });
  assert.partialDeepStrictEqual(queried, { source: { object: null, query: 'select 1 as id' } });
  assert.match(table.stdout, /^Nightly +pending +append +0 3/m);
  assert.partialDeepStrictEqual(shown, { source: { object: 'customers' }, field_mappings: [] });
});

test('a table that the source does not have is said at once, with what is written like it', async () => {
  const create = ['sync', 'create', '--from', 'shop', '--to', 'store', '--table'];

  const near = await heddle([...create, 'Costumers'], environment);
  const far = await heddle([...create, 'invoices'], environment);
  const unasked = await heddleJson<Sync>([...create, 'invoices', '--no-check'], environment);
  const changed = await heddle(['sync', 'change', unasked.id, '--table', 'order'], environment);

  assert.match(
    near.stderr,
    /There is no table or view "Costumers"\. Did you mean customers\? .*--no-check/,
  );
  assert.match(far.stderr, /It has customers, late, orders\./);
  assert.match(changed.stderr, /Did you mean orders\?/);
  assert.deepEqual([near.code, far.code, changed.code, unasked.made], [1, 1, 1, true]);
});

test('a field that the source does not have is said at once, with what is written like it', async () => {
  const create = ['sync', 'create', '--from', 'shop', '--to', 'store', '--into', 'fields'];
  const named = [...create, '--table', 'orders', '--name', 'Fields'];
  const cases: [string[], RegExp][] = [
    [['--filter', 'totl > 9'], /there is no field totl; near are total/],
    [['--filter', "total > 'much'"], /orders: filters\.0: .*number/],
    [
      ['--map', 'id', '--map', 'custmer_id=who'],
      /no field custmer_id\. Did you mean customer_id\?/,
    ],
    [['--key', 'ident'], /orders: The source has no field ident\./],
    [['--cursor-field', 'totals'], /no field totals\. Did you mean total\?/],
  ];

  for (const [options, expected] of cases) {
    const refused = await heddle([...named, ...options], environment);
    assert.equal(refused.code, 1, options.join(' '));
    assert.match(refused.stderr, expected);
    assert.match(refused.stderr, /--no-check\.\n$/);
  }
  const several = [...create.slice(0, -1), 'several_*', '--tables', '*', '--filter', 'total > 9'];
  const pattern = await heddle(several, environment);
  const { id } = await heddleJson<Sync>([...named, '--key', 'ident', '--no-check'], environment);
  const change = ['sync', 'change', id];
  const still = await heddle([...change, '--filter', 'total > 9'], environment);
  const mended = await heddle([...change, '--filter', 'total > 9', '--key', 'id'], environment);
  const scheduled = await heddle([...change, '--schedule', 'daily'], environment);

  assert.match(pattern.stderr, /customers: filters\.0: .*there is no field total/);
  assert.match(still.stderr, /no field ident/);
  assert.deepEqual(
    [pattern, still, mended, scheduled].map(({ code }) => code),
    [1, 1, 0, 0],
  );
});

test('of a source that cannot be reached a sync is made, and a line says that nobody looked', async () => {
  const args = ['connection', 'create', '--organization', scene.organization, '--name', 'Away'];
  const provider = ['--provider', 'postgres', '--url', 'postgres://u@127.0.0.1:1/x', '--no-check'];
  await heddleJson([...args, ...provider], environment);

  const made = await heddle(
    ['sync', 'create', '--from', 'Away', '--to', 'store', '--table', 'public.visits'],
    environment,
  );

  assert.equal(made.code, 0);
  assert.match(made.stderr, /heddle: Away cannot say whether it has public\.visits: /);
  assert.match(made.stdout, /made\n/);
});

test('for people there are tables, without what a terminal would obey', async () => {
  change(scene, 'shop.db', `insert into customers values (3, char(27) || '[31mRed', null)`);

  const query = ['data', 'query', 'shop', 'customers', '--order-by', 'id desc', '--fields'];
  const shown = await heddle([...query, 'id,name,email', '--limit', '1'], environment);
  const described = await heddle(['connection', 'objects', 'shop', 'orders'], environment);
  const none = await heddle(['sync', 'list', '--organization', scene.organization], environment);

  assert.match(shown.stdout, /^id {2}name {6}email\n3 {3} \[31mRed {2}–\n\nmore: --cursor '/);
  assert.match(described.stdout, /^orders\n\nfield +type +null +key +cursor\nid +\w+ .*yes/);
  assert.match(described.stdout, /\nfield +leads to +by\ncustomer_id +customers +id\n/);
  assert.match(none.stdout, /^name +status +id/);
  assert.ok(
    none.stdout.split('\n').every(({ length }) => length < 80),
    none.stdout,
  );
});

test('a sync is stopped, enabled and deleted', async () => {
  const { id } = await heddleJson<Sync>(
    [...['sync', 'create', '--from', 'shop', '--to', 'store', '--table', 'late'], '--name', 'Late'],
    environment,
  );

  const stopped = await heddleJson(['sync', 'disable', id], environment);
  const refused = await heddle(['sync', 'run', id], environment);
  const enabled = await heddleJson(['sync', 'enable', id], environment);
  await heddleJson(['sync', 'delete', id], environment);
  const gone = await heddle(['sync', 'run', id], environment);

  assert.deepEqual([stopped.status, enabled.status], ['stopped', 'pending']);
  assert.match(refused.stderr, /heddle sync enable/);
  assert.deepEqual([gone.code, gone.stderr.includes('heddle sync list shows them')], [1, true]);
});

test('what cannot be made is refused in a line that says what to do', async () => {
  const create = ['sync', 'create', '--from', 'shop', '--to', 'store'];
  const cases: [string[], RegExp][] = [
    [create, /^heddle: Say what to read: --table/],
    [[...create, '--tables', 'nothing*'], /no table like nothing\*; it has customers, orders/],
    [[...create, '--tables', '*', '--into', 'all'], /several tables would go to all/],
    [[...create, '--query', 'select 1'], /needs --into/],
    [[...create, '--table', 'orders', '--protect', 'id=mask'], /map the field as well/],
    [[...create, '--table', 'orders', '--apply', 'id=mask'], /--apply id: map the field as well/],
    [['sync', 'change', 'late'], /Say what to change/],
    [['sync', 'change', 'late', '--table', 'late'], /there is no sync late/],
    [['sync', 'run', 'nowhere'], /there is no sync nowhere; bin\/heddle sync list/],
    [['data', 'query', 'store', 'nowhere'], /nowhere/],
    [
      ['data', 'query', 'store', 'shop_orders', '--filter', 'total >'],
      /at character 8: expected a value/,
    ],
    [['sync', 'watch', 'customers'], /several are called customers; name one by its id: sync_/],
  ];

  for (const [args, expected] of cases) {
    const outcome = await heddle(args, environment);
    assert.equal(outcome.code, 1, args.join(' '));
    assert.match(outcome.stderr, expected);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wid } from '../../../testing/simulators/workday/tenant.ts';
import { matches } from '../../filters/matches.ts';
import { filterOf, makeWorkday, openWorkday, readAll } from './testing/place.ts';

const cursorField = 'Last_Updated';
const two = ['Employee_ID', cursorField];

test('collections are told with readable fields, and references by id and name', async () => {
  const workday = await makeWorkday({ records: 30 });
  const session = await openWorkday(workday);

  const names = (await session.objects({ limit: 20, search: 'job' })).map(({ name }) => name);
  const { fields, key, cursorFields } = await session.describe('Workers');
  const jobs = await session.describe('jobs');
  const badges = await session.describe('customObjects/v1/badges');
  const typeOf = (wanted: string, within = fields) => {
    const field = within.find(({ name }) => name === wanted);
    return [field?.type.kind, field?.nativeType];
  };

  assert.deepEqual(names, ['jobChangeReasons', 'jobFamilies', 'jobProfiles', 'jobs']);
  assert.deepEqual([key, cursorFields], [['id'], []]);
  const organization = 'primaryJob.supervisoryOrganization';
  assert.deepEqual(typeOf(`${organization}.id`), ['text', 'reference to supervisoryOrganizations']);
  assert.deepEqual(typeOf(`${organization}.descriptor`), ['text', 'text']);
  // It is not documented, but there.
  assert.deepEqual(typeOf('primaryJob.location.country.descriptor'), ['text', 'text']);
  assert.deepEqual(typeOf('additionalJobs'), ['jsonb', 'list']);
  assert.deepEqual(typeOf('nextPayPeriodStartDate', jobs.fields), ['date', 'date']);
  assert.deepEqual(typeOf('worker.id', jobs.fields), ['text', 'reference to workers']);
  assert.deepEqual(typeOf('level', badges.fields), ['int8', 'int8']);
  assert.deepEqual(typeOf('colour.shade', badges.fields), ['text', 'text']);
  assert.ok(fields.every(({ name, isWritable }) => !name.includes('href') && !isWritable));
  await assert.rejects(session.describe('bicycles'), { kind: 'missing' });
  await assert.rejects(session.describe('staffing/v6/bicycles'), { kind: 'missing' });
});

test('everything is read once, and a reading goes on where it was', async () => {
  const workday = await makeWorkday({ records: 450 });
  const session = await openWorkday(workday);
  const fields = ['workerId', 'primaryJob.location.descriptor', 'workerType.descriptor'];

  const whole = await readAll(session, 'workers', { fields });
  const first = await readAll(session, 'workers', { fields, batchesMax: 2 });
  const position = first.position as string;
  const rest = await readAll(session, 'workers', { fields, position });
  const again = await readAll(session, 'workers', { position: whole.position as string });

  assert.equal(whole.rows.length, 450);
  assert.deepEqual(whole.rows[1], ['000002', 'Zürich', 'Contingent Worker']);
  assert.deepEqual([...first.rows, ...rest.rows], whole.rows);
  assert.equal(first.rows.length, 199);
  assert.equal(again.rows.length, 0);
});

test('what moves in a list while it is read comes all the same, and once', async () => {
  const movements: Record<
    string,
    (tenant: Awaited<ReturnType<typeof makeWorkday>>['tenant']) => void
  > = {
    'one is renamed, from behind to before': (tenant) => tenant.put(400, { name: 'Aa' }),
    'one leaves before': (tenant) => tenant.remove(3),
    'one comes before': (tenant) => tenant.put(900, { name: 'Ab' }),
    'two change places': (tenant) => {
      tenant.put(2, { name: 'Zz' });
      tenant.put(401, { name: 'Ac' });
    },
    'one leaves and one moves': (tenant) => {
      tenant.remove(5);
      tenant.put(402, { name: 'Ad' });
    },
    'many leave': (tenant) => {
      for (let nth = 0; nth < 150; nth += 1) tenant.remove(nth);
    },
  };
  for (const [what, move] of Object.entries(movements)) {
    const workday = await makeWorkday({ records: 450 });
    const session = await openWorkday(workday);
    await session.describe('workers');
    let pages = 0;
    workday.hook = ({ path }) => {
      if (path.endsWith('/workers')) pages += 1;
      if (pages === 3) move(workday.tenant);
      return undefined;
    };

    const { rows, position } = await readAll(session, 'workers', { fields: ['id'] });

    const read = new Set(rows.flat());
    assert.equal(read.size, rows.length, `${what}: each once`);
    const passedOver = workday.tenant.listed.filter(({ nth }) => !read.has(wid('a', nth)));
    assert.deepEqual(passedOver, [], what);
    assert.equal(position, '{"isEnd":true}');
  }
});

test('a place is kept only as long as nothing has moved: else everything is read again', async () => {
  const workday = await makeWorkday({ records: 450 });
  const session = await openWorkday(workday);
  const fields = ['id'];
  const first = await readAll(session, 'workers', { fields, batchesMax: 2 });
  workday.tenant.put(400, { name: 'Aa' });

  const rest = await readAll(session, 'workers', { fields, position: first.position as string });

  const read = new Set([...first.rows, ...rest.rows].flat());
  assert.equal(read.size, 450);
  assert.ok(rest.rows.length >= 450 - first.rows.length);
});

test('a list that changes each time is given up, to be tried again', async () => {
  const workday = await makeWorkday({ records: 250 });
  const session = await openWorkday(workday);
  await session.describe('workers');
  let nth = 1_000;
  workday.hook = () => {
    nth += 1;
    workday.tenant.put(nth, { name: `A ${nth}` });
    return undefined;
  };

  await assert.rejects(readAll(session, 'workers'), { kind: 'retry', message: /5 times/ });
});

test('an API that does not say how many there are is read to its end', async () => {
  const workday = await makeWorkday({ records: 250 });
  const session = await openWorkday(workday);
  await session.describe('workers');
  const workers = workday.tenant.collection('staffing/v6/workers');
  workday.hook = ({ path, search }) => {
    if (!path.endsWith('/workers')) return undefined;
    const offset = Number(new URLSearchParams(search).get('offset'));
    const data = workers?.page(offset, offset + 100);
    return { status: 200, body: { total: offset === 0 ? 250 : 0, data } };
  };

  const { rows } = await readAll(session, 'workers', { fields: ['id'] });

  assert.equal(new Set(rows.flat()).size, 250);
  assert.equal(rows.length, 250);
});

test('a part is read by keys, and by a cursor from one value to another', async () => {
  const workday = await makeWorkday({ records: 60 });
  const session = await openWorkday(workday);
  const position = '{"isEnd":true}';

  const workers = await readAll(session, 'workers', {
    ...{ fields: ['id'], position },
    part: { keys: [[wid('a', 3)], [wid('a', 59)], ['unknown'], ['..']] },
  });
  const ordered = await readAll(session, 'workers', {
    ...{ fields: ['id'], position },
    part: { from: wid('a', 10), to: wid('a', 12) },
  });
  const entries = await readAll(session, 'Headcount', {
    ...{ fields: two, position },
    part: { keys: [['000004'], ['nobody']] },
  });
  const timed = await readAll(session, 'Headcount', {
    ...{ fields: two, cursorField, position },
    part: { from: '2024-01-01T00:00:10Z', to: '2024-01-01T00:00:12Z' },
  });

  assert.deepEqual(workers.rows.flat(), [wid('a', 3), wid('a', 59)]);
  assert.equal(ordered.rows.length, 3);
  assert.deepEqual(
    entries.rows.map(([id]) => id),
    ['000004'],
  );
  assert.deepEqual(timed.rows.length, 3);
  assert.deepEqual(
    new Set([workers, entries, timed].map((one) => one.position)),
    new Set([position]),
  );
});

test('records are asked for in pages, with a filter that is decided here', async () => {
  const workday = await makeWorkday({ records: 1_060 });
  const session = await openWorkday(workday);
  for (const [object, text] of [
    ['workers', "primaryJob.businessTitle = 'Title 3'"],
    ['Headcount', 'Is_Manager = true AND Base_Pay > 100'],
  ] as const) {
    const filter = await filterOf(session, object, text);
    const all = await readAll(session, object);
    const collect = async (more: object) => {
      const rows = [];
      let cursor: string | undefined;
      do {
        const asked = { object, limit: 300, ...more, ...(cursor === undefined ? {} : { cursor }) };
        const answer = await session.query(asked);
        rows.push(...answer.rows);
        cursor = answer.nextCursor;
      } while (cursor !== undefined);
      return rows;
    };

    const listed = await collect({});
    const filtered = await collect({ filter });
    const { remaining } = await session.read({
      ...{ object, filter, key: [], batchBytes: 1, batchRows: 1 },
      signal: new AbortController().signal,
    });

    assert.deepEqual(listed, all.rows);
    assert.deepEqual(filtered, all.rows.filter(matches(filter)));
    assert.ok(filtered.length > 10 && remaining === filter);
    await assert.rejects(
      session.query({ object, limit: 1, orderBy: [{ field: 'id', descending: false }] }),
      { kind: 'request', field: 'order_by' },
    );
  }
});

test('terminated workers are asked for when they are wanted', async () => {
  const workday = await makeWorkday({ records: 3 });
  const config = { include_terminated_workers: true };
  const session = await openWorkday(workday, { config });

  await readAll(session, 'workers');
  await readAll(session, 'jobs');

  const asked = workday.heard.filter(({ search }) => search.includes('includeTerminatedWorkers'));
  assert.ok(asked.length > 0 && asked.every(({ path }) => path.endsWith('/workers')));
});

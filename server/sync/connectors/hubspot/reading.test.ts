import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../../filters/check.ts';
import { parseFilter } from '../../filters/parse.ts';
import { makeHubspot, openHubspot, readAll } from './testing/place.ts';

const hubspot = await makeHubspot({ records: 1_050 });
const session = await openHubspot(hubspot);
const contacts = hubspot.type('contacts');

test('the objects of an account are told, with their fields in readable types', async () => {
  const names = (await session.objects({ limit: 100 })).map(({ name }) => name);
  const { fields, key, cursorFields } = await session.describe('Contact');
  const cars = await session.describe('cars');

  for (const name of ['contacts', 'companies', 'deals', 'tickets', 'cars']) {
    assert.ok(names.includes(name), name);
  }
  assert.ok(names.includes('contacts_to_companies'));
  const types = Object.fromEntries(fields.map(({ name, type }) => [name, type.kind]));
  assert.deepEqual(
    [fields[0]?.name, key, cursorFields],
    ['hs_object_id', key, ['lastmodifieddate']],
  );
  assert.deepEqual(
    ['hs_object_id', 'visits', 'birthday', 'seen_at', 'is_customer', 'level', 'email'].map(
      (name) => types[name],
    ),
    ['int8', 'numeric', 'date', 'timestamptz', 'boolean', 'text', 'text'],
  );
  assert.equal(fields.find(({ name }) => name === 'lastmodifieddate')?.isWritable, false);
  assert.deepEqual(cars.cursorFields, ['hs_lastmodifieddate']);
  await assert.rejects(session.describe('bicycles'), { kind: 'missing' });
});

test('everything is read once, and a reading goes on where it was', async () => {
  const fields = ['hs_object_id', 'email', 'visits', 'birthday', 'is_customer', 'lastmodifieddate'];

  const whole = await readAll(session, 'contacts', { fields });
  const first = await readAll(session, 'contacts', { fields, batchesMax: 4 });
  const rest = await readAll(session, 'contacts', { fields, position: first.position as string });
  const again = await readAll(session, 'contacts', { fields, position: whole.position as string });

  assert.equal(whole.rows.length, 1_050);
  assert.deepEqual(whole.rows[7], [
    ...[String([...contacts.records.keys()][7]), 'person7@company.example', '7', '1980-02-29'],
    ...['f', '2024-01-01 00:00:07+00'],
  ]);
  assert.deepEqual([...first.rows, ...rest.rows], whole.rows);
  assert.equal(again.rows.length, 0);
});

test('properties that are too many for an address are asked for after it', async () => {
  const few = await makeHubspot({ records: 250 });
  const own = few.type('contacts');
  const many = Array.from({ length: 300 }, (_, nth) => `a_property_of_ours_with_number_${nth}`);
  for (const name of many) own.properties.push({ name, label: name, type: 'string' });
  for (const record of own.records.values())
    record.properties[many[299] as string] = `x${record.id}`;
  const opened = await openHubspot(few);

  const listed = await readAll(opened, 'contacts');
  const since = JSON.stringify({ since: '2024-01-01T00:00:00.000Z' });
  const asked = { cursorField: 'lastmodifieddate', position: since };
  const found = await readAll(opened, 'contacts', asked);

  const at = listed.fields.findIndex(({ name }) => name === many[299]);
  for (const { rows } of [listed, found]) {
    assert.equal(rows.length, 250);
    assert.ok(rows.every((row) => row[at] === `x${row[0]}`));
  }
});

test('what was changed is read once, ties and late ones too', async () => {
  const own = await makeHubspot({ records: 500 });
  const opened = await openHubspot(own);
  const type = own.type('contacts');
  const asked = { cursorField: 'lastmodifieddate', fields: ['hs_object_id', 'firstname'] };
  const first = await readAll(opened, 'contacts', asked);
  const records = [...type.records.values()];
  const at = Date.now();
  // 450 of one moment, over several pages, and one that comes to be seen later than its time.
  for (const record of records.slice(0, 450)) record.updatedAt = at;
  const changed = await readAll(opened, 'contacts', {
    ...asked,
    position: first.position as string,
  });
  const late = records[480]!;
  late.updatedAt = at - 60_000;
  const later = await readAll(opened, 'contacts', {
    ...asked,
    position: changed.position as string,
  });
  const nothing = await readAll(opened, 'contacts', {
    ...asked,
    position: later.position as string,
  });

  assert.equal(first.rows.length, 500);
  const idsOf = ({ rows }: { rows: readonly (readonly unknown[])[] }) =>
    rows.map(([id]) => Number(id));
  assert.deepEqual(
    idsOf(changed).sort(),
    records.slice(0, 450).map(({ id }) => id),
  );
  assert.deepEqual(idsOf(later), [late.id]);
  assert.deepEqual(idsOf(nothing), []);
});

test('a reading of what was changed that is broken off goes on within a moment of many', async () => {
  const own = await makeHubspot({ records: 900 });
  const opened = await openHubspot(own);
  const at = Date.now();
  const records = [...own.type('contacts').records.values()];
  for (const [nth, record] of records.entries()) record.updatedAt = nth < 700 ? at : at + nth;
  const asked = { cursorField: 'lastmodifieddate', fields: ['hs_object_id'] };
  const ids: number[] = [];
  let position: string | undefined = JSON.stringify({ since: '2024-01-01T00:00:00.000Z' });

  for (let nth = 0; nth < 50; nth += 1) {
    const read = await readAll(opened, 'contacts', { ...asked, position, batchesMax: 1 });
    ids.push(...read.rows.map(([id]) => Number(id)));
    position = read.position as string;
    if (!('at' in JSON.parse(position))) break;
  }

  assert.equal(new Set(ids).size, 900);
  assert.equal(ids.length, 900);
});

test('25,000 that were changed, 12,000 of them in one millisecond, are all read once', async () => {
  const own = await makeHubspot({ records: 25_000 });
  const opened = await openHubspot(own);
  const at = Date.now();
  const records = [...own.type('contacts').records.values()];
  for (const [nth, record] of records.entries()) {
    record.updatedAt = at + (nth < 6_000 ? nth % 50 : nth < 18_000 ? 50 : nth);
  }
  const position = JSON.stringify({ since: new Date(at - 1_000).toISOString() });

  const read = await readAll(opened, 'contacts', {
    ...{ cursorField: 'lastmodifieddate', fields: ['hs_object_id', 'lastmodifieddate'], position },
  });

  assert.equal(read.rows.length, 25_000);
  assert.equal(new Set(read.rows.map(([id]) => id)).size, 25_000);
});

test('contacts are not asked for by the time of the others, and nothing where something is found is an error', async () => {
  const own = await makeHubspot({ records: 10 });
  const opened = await openHubspot(own);
  const wrong = readAll(opened, 'contacts', { cursorField: 'hs_lastmodifieddate' });

  await assert.rejects(wrong, { kind: 'request', field: 'cursor_field' });
  own.hook = ({ path }) =>
    path.endsWith('/search') ? { status: 200, body: { total: 7, results: [] } } : undefined;
  const asked = { cursorField: 'lastmodifieddate' };
  await assert.rejects(readAll(opened, 'contacts', asked), { kind: 'retry', message: /finds 7/ });
});

test('a part is read: of a time, and by keys', async () => {
  const fields = ['hs_object_id', 'email'];
  const [first, second] = [...contacts.records.values()];
  const part = { from: '2024-01-01T00:00:10Z', to: '2024-01-01T00:00:19Z' };

  const asked = { fields, cursorField: 'lastmodifieddate', part, position: '{"since":"kept"}' };
  const ofTime = await readAll(session, 'contacts', asked);
  const keys = [[String(first?.id)], [String(second?.id)], ['1']];
  const byId = await readAll(session, 'contacts', { fields, part: { keys } });
  const byEmail = await readAll(session, 'contacts', {
    ...{ fields, key: ['email'], part: { keys: [['person5@company.example']] } },
  });

  assert.deepEqual(
    ofTime.rows.map(([, email]) => email),
    Array.from({ length: 10 }, (_, nth) => `person${nth + 10}@company.example`),
  );
  assert.equal(ofTime.position, '{"since":"kept"}');
  assert.deepEqual(byId.rows.map(([id]) => Number(id)).sort(), [first?.id, second?.id].sort());
  assert.equal(byEmail.rows[0]?.[1], 'person5@company.example');
});

test('old forms of values are read, and what is no value of its type sets aside its record', async () => {
  const own = await makeHubspot({ records: 4 });
  const [first, second, third, fourth] = [...own.type('contacts').records.values()];
  first!.properties = { birthday: '1732838400000', seen_at: '1732868561954', visits: '1e3' };
  second!.properties = { birthday: '1732868561954' };
  third!.properties = { visits: 'many' };
  fourth!.properties = { visits: '', firstname: '', level: 'gold;silver' };
  const fields = ['hs_object_id', 'birthday', 'seen_at', 'visits', 'firstname', 'level'];

  const { rows, unread } = await readAll(await openHubspot(own), 'contacts', { fields });

  assert.deepEqual(
    rows.map(([, ...cells]) => cells),
    [
      ['2024-11-29', '2024-11-29 08:22:41.954+00', '1000', null, null],
      [null, null, null, null, 'gold;silver'],
    ],
  );
  assert.deepEqual(
    unread.map(({ row, field }) => [row[0], field]),
    [
      [String(second?.id), 'birthday'],
      [String(third?.id), 'visits'],
    ],
  );
});

test('records that HubSpot cannot give just now are not taken for missing ones', async () => {
  const own = await makeHubspot({ records: 40 });
  const opened = await openHubspot(own);
  await opened.describe('contacts');
  const error = { status: 'error', category: 'INTERNAL_ERROR', message: 'No.', context: {} };
  const at = new Date().toISOString();
  const answer = { status: 'COMPLETE', results: [], startedAt: at, completedAt: at };
  own.hook = ({ path }) =>
    path.endsWith('/batch/read')
      ? { status: 207, body: { ...answer, numErrors: 1, errors: [error] } }
      : undefined;

  const keys = [['10000001']];
  await assert.rejects(readAll(opened, 'contacts', { part: { keys } }), { kind: 'retry' });
  await assert.rejects(readAll(opened, 'contacts_to_companies'), { kind: 'retry' });
});

test('records are shown in pages, and in an order', async () => {
  const object = 'contacts';
  const met: unknown[] = [];
  let cursor: string | undefined;
  do {
    const given = cursor === undefined ? {} : { cursor };
    const answer = await session.query({ object, fields: ['hs_object_id'], limit: 130, ...given });
    met.push(...answer.rows.map(([id]) => id));
    cursor = answer.nextCursor;
  } while (cursor !== undefined);
  const orderBy = [{ field: 'visits', descending: true }];
  const ordered = await session.query({ object, fields: ['visits'], orderBy, limit: 3 });
  const next = { cursor: ordered.nextCursor as string };
  const further = await session.query({ object, fields: ['visits'], orderBy, limit: 2, ...next });
  const byText = session.query({
    object,
    orderBy: [{ field: 'email', descending: false }],
    limit: 1,
  });

  assert.equal(new Set(met).size, 1_050);
  assert.equal(met.length, 1_050);
  assert.deepEqual(ordered.rows.flat(), ['1049', '1048', '1047']);
  assert.deepEqual(further.rows.flat(), ['1046', '1045']);
  await assert.rejects(byText, { kind: 'request', field: 'order_by' });
});

for (const [text, expected, isSearched] of [
  ["visits >= 100 AND visits < 120 AND level = 'gold'", 6, true],
  ["visits IN (1, 2, 3) OR email = 'person9@company.example'", 4, true],
  ["email = 'PERSON9@company.example'", 0, true],
  ['NOT (visits < 1040 OR is_customer = TRUE)', 5, true],
  ["visits > 5 AND firstname LIKE 'First 10%'", 61, true],
  ["firstname != 'First 3'", 1_049, false],
  ['seen_at IS NULL AND visits <= 9', 10, true],
  ["birthday = '1980-02-29' AND visits BETWEEN 3 AND 4", 2, true],
  ['visits = 1 OR visits = 2 OR visits = 3 OR visits = 4 OR visits = 5 OR visits = 6', 6, false],
] as const) {
  test(`a filter is decided as SQL would: ${text}`, async () => {
    const { fields } = await session.describe('contacts');
    const filter = check(parseFilter(text), fields);
    const names = fields.map(({ name }) => name);

    const before = hubspot.heard.length;
    const reading = await readAll(session, 'contacts', { fields: names, filter });
    const paths = hubspot.heard.slice(before).map(({ path }) => path);
    const met: unknown[] = [];
    let cursor: string | undefined;
    do {
      const given = cursor === undefined ? {} : { cursor };
      const answer = await session.query({
        object: 'contacts',
        fields: ['email'],
        filter,
        limit: 50,
        ...given,
      });
      met.push(...answer.rows.map(([email]) => email));
      cursor = answer.nextCursor;
    } while (cursor !== undefined);

    assert.equal(met.length, expected);
    assert.equal(new Set(met).size, expected);
    assert.ok(reading.rows.length >= expected);
    assert.equal(
      paths.every((path) => path.endsWith('/search')),
      isSearched,
    );
  });
}

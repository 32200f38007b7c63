import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batch } from '../batch.ts';
import type { Field, Session, WriteRequest } from '../connector.ts';
import { missing } from '../outcomes.ts';
import { makeHubspot, openHubspot } from './testing/place.ts';

const text = { kind: 'text' } as const;

function fieldsOf(types: Record<string, Field['type']>): Field[] {
  return Object.entries(types).map(([name, type]) => {
    return { name, type, nativeType: type.kind, isNullable: true, isWritable: true };
  });
}

async function writerOf(session: Session, request: Partial<WriteRequest>) {
  return session.write({
    ...{ object: 'contacts', fields: [], key: ['email'], mode: 'upsert', delete: 'hard' },
    ...{ onSchemaChange: 'ignore', metadata: false, isAnew: false },
    state: { syncId: 'sync_1', runId: 'run_1', fence: 1 },
    signal: new AbortController().signal,
    ...request,
  });
}

const mailed = fieldsOf({ email: text, firstname: text, birthday: text });
const rowsOf = (count: number, from = 0) =>
  Array.from({ length: count }, (_, nth) => [
    ...[`new${nth + from}@company.example`, `Name ${nth + from}`, '1990-05-06'],
  ]);

test('of 1,000 records one is refused, whichever way HubSpot says so', async () => {
  for (const isTraced of [true, false]) {
    const hubspot = await makeHubspot({ records: 10 });
    hubspot.tellsApart = isTraced;
    const session = await openHubspot(hubspot);
    const writer = await writerOf(session, { fields: mailed });
    const rows = rowsOf(1_000);
    rows[457] = ['not an address', 'Bad', '1990-05-06'];
    rows[999] = ['new3@company.example', 'Last of two', '1990-05-06'];

    const outcomes = [];
    for (let from = 0; from < 1_000; from += 500) {
      outcomes.push(await writer.write(Batch.ofRows(rows.slice(from, from + 500))));
    }

    const [first, second] = outcomes;
    assert.deepEqual([first?.written, first?.skipped], [499, 0]);
    assert.deepEqual([second?.written, second?.skipped, second?.rejected], [500, 0, []]);
    assert.deepEqual(
      first?.rejected.map(({ index, field }) => [index, field]),
      [[457, 'email']],
    );
    assert.match(first?.rejected[0]?.reason ?? '', /INVALID_EMAIL/);
    assert.ok(!first?.rejected[0]?.reason.includes('not an address'));
    assert.match(first?.rejected[0]?.said ?? '', /not an address is invalid/);
    const contacts = hubspot.type('contacts');
    assert.equal(contacts.records.size, 10 + 998);
    assert.equal(
      contacts.find('new3@company.example', 'email')?.properties.firstname,
      'Last of two',
    );
  }
});

test('of two records with one key the last one counts, also where HubSpot takes keys for one', async () => {
  const hubspot = await makeHubspot({ records: 1 });
  const writer = await writerOf(await openHubspot(hubspot), { fields: mailed });
  const rows = [
    ...rowsOf(3),
    ['new1@company.example', 'Second', null],
    ['NEW2@company.example', 'Third', null],
  ];

  const { written, skipped, rejected } = await writer.write(Batch.ofRows(rows));

  assert.deepEqual([written, skipped, rejected], [4, 1, []]);
  const contacts = hubspot.type('contacts');
  const named = (email: string) => contacts.find(email, 'email')?.properties.firstname;
  assert.deepEqual(
    [named('new1@company.example'), named('new2@company.example')],
    ['Second', 'Third'],
  );
});

test('a conflict refuses a batch as a whole: the guilty record is found', async () => {
  const hubspot = await makeHubspot({ records: 50 });
  const session = await openHubspot(hubspot);
  const writer = await writerOf(session, { fields: mailed, mode: 'append', key: [] });
  const rows = rowsOf(100);
  rows[77] = ['person7@company.example', 'Taken', '1990-05-06'];

  const { written, rejected } = await writer.write(Batch.ofRows(rows));

  assert.equal(written, 99);
  assert.deepEqual(
    rejected.map(({ index }) => index),
    [77],
  );
  assert.match(rejected[0]?.reason ?? '', /CONFLICT/);
  assert.equal(hubspot.type('contacts').records.size, 149);
});

test('an answer that says nothing of a record is no success', async () => {
  const hubspot = await makeHubspot({ records: 1 });
  const session = await openHubspot(hubspot);
  const upserting = await writerOf(session, { fields: mailed });
  const adding = await writerOf(session, { fields: mailed, mode: 'append', key: [] });
  const at = new Date().toISOString();
  const empty = { status: 'COMPLETE', results: [], startedAt: at, completedAt: at };
  hubspot.hook = () => ({ status: 200, body: empty });

  const silent = await upserting.write(Batch.ofRows(rowsOf(4)));
  hubspot.hook = () => ({ status: 201, body: empty });
  const added = await adding.write(Batch.ofRows(rowsOf(4)));
  const asked = hubspot.heard.filter(({ path }) => path.endsWith('/batch/create')).length;

  for (const { written, rejected } of [silent, added]) {
    assert.deepEqual([written, rejected.length], [0, 4]);
    assert.match(rejected[0]?.reason ?? '', /not known to be written/);
  }
  // What may have been made is not made again.
  assert.equal(asked, 1);
});

test('values arrive as they are, or their record is set aside', async () => {
  const hubspot = await makeHubspot({ records: 1 });
  const fields = fieldsOf({
    ...{ email: text, birthday: { kind: 'timestamptz' }, seen_at: { kind: 'timestamptz' } },
    ...{ visits: { kind: 'numeric' }, is_customer: { kind: 'boolean' }, lastmodifieddate: text },
  });
  const writer = await writerOf(await openHubspot(hubspot), { fields });
  const good = [
    'a@company.example',
    null,
    '2024-02-29 12:00:00.123+00',
    '12345678901234567890.5',
    't',
    'x',
  ];

  const taken = await writer.write(
    Batch.ofRows([
      good,
      ['b@company.example', '2020-11-30 20:36:01.954+00', null, null, null, null],
      ['c@company.example', null, '2024-02-29 12:00:00.123456+00', null, null, null],
      ['d@company.example', null, 'infinity', null, null, null],
      ['e@company.example', null, null, 'NaN', null, null],
      [null, null, null, '1', null, null],
    ]),
  );

  assert.deepEqual(writer.plan.skipped, ['lastmodifieddate']);
  assert.equal(taken.written, 1);
  assert.deepEqual(
    taken.rejected.map(({ index, field }) => [index, field]),
    [
      [1, 'birthday'],
      [2, 'seen_at'],
      [3, 'seen_at'],
      [4, 'visits'],
      [5, 'email'],
    ],
  );
  const contacts = hubspot.type('contacts');
  const { properties } = contacts.find('a@company.example', 'email')!;
  assert.deepEqual(
    [properties.seen_at, properties.visits, properties.is_customer],
    ['2024-02-29T12:00:00.123Z', '12345678901234567890.5', 'true'],
  );
});

test('dates arrive as they are, or their record is set aside', async () => {
  const hubspot = await makeHubspot({ records: 1 });
  const fields = fieldsOf({ email: text, birthday: { kind: 'date' } });
  const dated = await writerOf(await openHubspot(hubspot), { fields });
  const days = await dated.write(
    Batch.ofRows([
      ['f@company.example', '1969-07-20'],
      ['g@company.example', '0044-03-15 BC'],
    ]),
  );

  assert.equal(days.written, 1);
  assert.deepEqual(
    days.rejected.map(({ field }) => field),
    ['birthday'],
  );
  const found = hubspot.type('contacts').find('f@company.example', 'email');
  assert.equal(found?.properties.birthday, '1969-07-20');
});

test('a number that HubSpot keeps as another is told', async () => {
  const hubspot = await makeHubspot({ records: 1 });
  hubspot.roundsNumbers = true;
  const fields = fieldsOf({ email: text, visits: { kind: 'numeric' } });
  const writer = await writerOf(await openHubspot(hubspot), { fields });

  const { written, rejected } = await writer.write(
    Batch.ofRows([
      ['a@company.example', '12345678901234567890.5'],
      ['b@company.example', '1.50'],
      ['c@company.example', null],
    ]),
  );

  assert.equal(written, 2);
  assert.deepEqual(
    rejected.map(({ index, field }) => [index, field]),
    [[0, 'visits']],
  );
});

test('what HubSpot cannot do is said before anything is written', async () => {
  const hubspot = await makeHubspot({ records: 1 });
  const session = await openHubspot(hubspot);

  const unknown = () => writerOf(session, { fields: fieldsOf({ email: text, nickname: text }) });
  const keyless = () => writerOf(session, { fields: mailed, key: ['firstname'] });
  const mirrored = () => writerOf(session, { fields: mailed, mode: 'mirror' });
  const marked = () => writerOf(session, { fields: mailed, metadata: true });

  await assert.rejects(unknown(), {
    kind: 'request',
    message: /"nickname"/,
    field: 'field_mappings',
  });
  await assert.rejects(keyless(), { kind: 'request', message: /"email"/, field: 'key' });
  await assert.rejects(mirrored(), { kind: 'request', field: 'mode' });
  await assert.rejects(marked(), { kind: 'request', field: 'destination.metadata' });
});

test('records are written one by one: made, changed, found again and archived', async () => {
  const hubspot = await makeHubspot({ records: 5 });
  const session = await openHubspot(hubspot);
  const contacts = hubspot.type('contacts');
  const known = [...contacts.records.values()][0]!;
  const fields = fieldsOf({ hs_object_id: { kind: 'int8' }, firstname: text });
  const byId = { object: 'contacts', key: ['hs_object_id'], fields };
  const byMail = { object: 'contacts', key: ['email'], fields: fieldsOf({ email: text }) };

  const rows = [['z@company.example']];
  const made = await session.apply({ ...byMail, operation: 'insert', rows });
  const again = await session.apply({ ...byMail, operation: 'upsert', rows });
  const changed = await session.apply({
    ...{ ...byId, operation: 'update' },
    rows: [
      [String(known.id), 'Ann'],
      ['99', 'Nobody'],
    ],
  });
  const gone = await session.apply({
    ...{ ...byMail, operation: 'delete' },
    rows: [['z@company.example'], ['nobody@company.example']],
  });

  assert.equal(made[0]?.id, again[0]?.id);
  assert.deepEqual(changed, [{ id: String(known.id) }, missing]);
  assert.equal(known.properties.firstname, 'Ann');
  assert.deepEqual(gone, [{ id: made[0]?.id }, missing]);
  assert.notEqual(contacts.records.get(Number(made[0]?.id))?.archivedAt, undefined);
});

test('associations are made and ended', async () => {
  const hubspot = await makeHubspot({ records: 20 });
  const session = await openHubspot(hubspot);
  const { fields, key } = await session.describe('contacts_to_deals');
  const [contact] = [...hubspot.type('contacts').records.keys()];
  const [deal, other] = [...hubspot.type('deals').records.keys()];
  const row = (to: unknown) => [String(contact), String(to), 'HUBSPOT_DEFINED', '4', null];
  const asked = { object: 'contacts_to_deals', key, fields };

  const made = await session.apply({
    ...asked,
    operation: 'upsert',
    rows: [row(deal), row(other), row(7)],
  });
  const ended = await session.apply({ ...asked, operation: 'delete', rows: [row(other)] });

  assert.deepEqual(
    made.map(({ error }) => error === undefined),
    [true, true, false],
  );
  assert.deepEqual(ended, [{}]);
  const left = hubspot.account.associations(
    hubspot.type('contacts'),
    hubspot.type('deals'),
    contact!,
  );
  assert.deepEqual(
    left.map(({ to }) => to),
    [deal],
  );
});

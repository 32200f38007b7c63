import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberOf } from '../../../testing/simulators/sap/properties.ts';
import type { FieldType } from '../../values/types.ts';
import { Batch } from '../batch.ts';
import type { ApplyRequest, Field, Session, WriteRequest } from '../connector.ts';
import { makeSap, openSap } from './testing/place.ts';

const versions = ['v2', 'v4'] as const;
const text = { kind: 'text' } as const;

function fieldsOf(types: Record<string, FieldType>): Field[] {
  return Object.entries(types).map(([name, type]) => {
    return { name, type, nativeType: type.kind, isNullable: true, isWritable: true };
  });
}

const partner = fieldsOf({
  ...{ BusinessPartner: text, Name: text, Category: text },
  ...{ Credit: { kind: 'numeric' }, CreatedOn: { kind: 'date' } },
});
const key = ['BusinessPartner'];

async function writerOf(session: Session, request: Partial<WriteRequest> = {}) {
  return session.write({
    ...{ object: 'BusinessPartners', fields: partner, key, mode: 'upsert', delete: 'hard' },
    ...{ onSchemaChange: 'ignore', metadata: false, isAnew: false },
    state: { syncId: 'sync_1', runId: 'run_1', fence: 1 },
    signal: new AbortController().signal,
    ...request,
  });
}

function rowsOf(count: number): (string | null)[][] {
  return Array.from({ length: count }, (_, nth) => [
    ...[numberOf(nth), `Written ${nth}`, '1', '12.5', '2024-02-29'],
  ]);
}

test('of 1,000 records one is refused; some are there, others are made', async () => {
  for (const version of versions) {
    const sap = await makeSap({ records: 300 });
    const session = await openSap(sap, { version });
    const writer = await writerOf(session);
    const rows = rowsOf(1_000);
    rows[457] = [numberOf(457), 'Secret name', '9', '1', null];
    rows[999] = [numberOf(3), 'Last of two', '2', null, null];

    const first = await writer.write(Batch.ofRows(rows.slice(0, 500)));
    const second = await writer.write(Batch.ofRows(rows.slice(500)));

    assert.deepEqual([first.written, first.skipped], [499, 0]);
    assert.deepEqual([second.written, second.skipped, second.rejected], [500, 0, []]);
    const [rejected] = first.rejected;
    assert.deepEqual([rejected?.index, rejected?.field], [457, 'Category']);
    assert.match(rejected?.reason ?? '', /refuses the value of "Category" \(BP\/003\)/);
    assert.match(rejected?.said ?? '', /unknown/);
    const { entities } = sap.service.set('BusinessPartners');
    assert.equal(entities.size, 998);
    const [old, made, last] = [0, 998, 3].map((nth) => entities.get(`["${numberOf(nth)}"]`));
    assert.deepEqual(
      [old?.Name, Number(old?.Credit), old?.CreatedOn, old?.Visits],
      ['Written 0', 12.5, '2024-02-29', null],
    );
    assert.equal(made?.Name, 'Written 998');
    assert.deepEqual([last?.Name, last?.Credit, last?.Visits], ['Last of two', null, 3]);
  }
});

test('a session that has ended is begun anew once, and its cookie goes along', async () => {
  for (const version of versions) {
    const sap = await makeSap({ records: 3 });
    const session = await openSap(sap, { version });
    const writer = await writerOf(session);
    const passes = () =>
      sap.heard.filter(({ path }) => path.endsWith('/0001/') || path.endsWith('PARTNER/'));

    await writer.write(Batch.ofRows(rowsOf(2)));
    sap.endSessions();
    const { written } = await writer.write(Batch.ofRows(rowsOf(2)));

    assert.equal(written, 2);
    assert.equal(passes().length, 2);
    assert.equal(sap.heard.filter(({ status }) => status === 403).length, 1);
    sap.hook = ({ path }) =>
      path.endsWith('$batch')
        ? { status: 403, headers: { 'x-csrf-token': 'Required' } }
        : undefined;
    await assert.rejects(writer.write(Batch.ofRows(rowsOf(2))), { kind: 'configuration' });
    assert.equal(passes().length, 3);
  }
});

test('a token of OAuth that ends in the middle of writing is renewed', async () => {
  const sap = await makeSap({ records: 3 });
  const session = await openSap(sap, { credentials: sap.oauth });
  const writer = await writerOf(session);

  await writer.write(Batch.ofRows(rowsOf(2)));
  sap.tokens.clear();
  const { written } = await writer.write(Batch.ofRows(rowsOf(150)));

  assert.equal(written, 150);
  assert.equal(sap.service.set('BusinessPartners').entities.size, 150);
});

test('records with keys of two parts are changed, made and deleted, whatever is in them', async () => {
  for (const version of versions) {
    const sap = await makeSap({ records: 3 });
    const session = await openSap(sap, { version });
    const address = fieldsOf({ AddressID: text, City: text, BusinessPartner: text });
    const apply = (operation: ApplyRequest['operation'], rows: (string | null)[][]) =>
      session.apply({
        ...{ object: 'PartnerAddresses', operation, fields: address, rows },
        key: ['BusinessPartner', 'AddressID'],
      });
    const { entities } = sap.service.set('PartnerAddresses');

    const changed = await apply('upsert', [
      ['A/1', 'Köln, (West)', numberOf(0)],
      ["B'2,x", 'New', 'ö=&?#%'],
    ]);
    const again = await apply('update', [
      ["B'2,x", 'Newer', 'ö=&?#%'],
      ['none', 'None', numberOf(0)],
      [null, 'None', numberOf(0)],
    ]);
    const city = entities.get(JSON.stringify(['ö=&?#%', "B'2,x"]))?.City;
    const deleted = await apply('delete', [["B'2,x", null, 'ö=&?#%']]);

    assert.deepEqual(changed, [
      { id: `BusinessPartner='${numberOf(0)}',AddressID='A/1'` },
      { id: "BusinessPartner='ö=&?#%',AddressID='B''2,x'" },
    ]);
    assert.deepEqual(
      again.map(({ error }) => error),
      [undefined, 'There is no such record.', 'The field "AddressID" must not be empty.'],
    );
    assert.equal(city, 'Newer');
    assert.deepEqual(
      deleted.map(({ error }) => error),
      [undefined],
    );
    assert.equal(entities.size, 2);
    assert.equal([...entities.values()][0]?.City, 'Köln, (West)');
  }
});

test('a record without a number is given one, and what is there already is not made again', async () => {
  for (const version of versions) {
    const sap = await makeSap({ records: 3 });
    const session = await openSap(sap, { version });
    const fields = fieldsOf({ BusinessPartner: text, Name: text });

    const results = await session.apply({
      ...{ object: 'BusinessPartners', operation: 'insert', key, fields },
      rows: [
        [null, 'Numbered'],
        [numberOf(1), 'Twice'],
        [null, 'x'.repeat(41)],
      ],
    });

    assert.match(results[0]?.id ?? '', /^\d{10}$/);
    assert.match(results[1]?.error ?? '', /refuses the record \(BP\/002\)/);
    assert.match(results[2]?.error ?? '', /"Name".*40/);
    assert.equal(sap.changes.length, 2);
  }
});

test('what cannot be written is told before', async () => {
  for (const version of versions) {
    const sap = await makeSap({ records: 3 });
    const session = await openSap(sap, { version });
    const stamped = [...partner, ...fieldsOf({ LastChangedAt: { kind: 'timestamptz' } })];
    const entry = { object: 'AuditEntries', fields: fieldsOf({ EntryUuid: text }) };

    const { plan } = await writerOf(session, { fields: stamped });

    assert.deepEqual(plan.skipped, ['LastChangedAt']);
    const refused = { kind: 'request' };
    await assert.rejects(writerOf(session, { key: ['Name'] }), { ...refused, field: 'key' });
    await assert.rejects(writerOf(session, { mode: 'mirror' }), { ...refused, field: 'mode' });
    await assert.rejects(writerOf(session, { ...entry, key: ['EntryUuid'] }), {
      ...{ kind: 'request', message: /does not allow/ },
    });
    await assert.rejects(
      writerOf(session, { fields: fieldsOf({ BusinessPartner: text, Nme: text }) }),
      {
        ...{ kind: 'request', message: /"Nme"/ },
      },
    );
    assert.equal(sap.changes.length, 0);
  }
});

test('of a record of which nothing is said it is not said that it was written', async () => {
  const sap = await makeSap({ records: 3 });
  const session = await openSap(sap, { version: 'v4' });
  const writer = await writerOf(session, { mode: 'append' });
  const only = 'content-type: application/http\r\n\r\nHTTP/1.1 201 Created\r\n\r\n';
  await writer.write(Batch.ofRows([['8', 'Eight', '1', null, null]]));
  sap.hook = ({ path }) =>
    path.endsWith('$batch')
      ? {
          status: 200,
          headers: { 'content-type': 'multipart/mixed; boundary=B' },
          text: `--B\r\n${only}--B--\r\n`,
        }
      : undefined;

  const { written, rejected } = await writer.write(Batch.ofRows(rowsOf(3)));

  assert.equal(written, 1);
  assert.deepEqual(
    rejected.map(({ index, reason }) => [index, reason]),
    [1, 2].map((index) => [index, 'SAP did not say what became of the record.']),
  );
});

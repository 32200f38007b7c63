import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberOf, startMicros } from '../../../testing/simulators/sap/properties.ts';
import { matches } from '../../filters/matches.ts';
import { filterOf, makeSap, openSap, readAll } from './testing/place.ts';

const versions = ['v2', 'v4'] as const;
const cursorField = 'LastChangedAt';
const two = ['BusinessPartner', 'LastChangedAt'];

test('the sets of a service are told, with their fields in readable types', async () => {
  const sap = await makeSap({ records: 3 });
  for (const version of versions) {
    const session = await openSap(sap, { version });

    const names = (await session.objects({ limit: 10 })).map(({ name }) => name);
    const { fields, key, cursorFields } = await session.describe('businesspartners');
    const addresses = await session.describe('PartnerAddresses');

    assert.deepEqual(names, ['AuditEntries', 'BusinessPartners', 'PartnerAddresses']);
    assert.deepEqual(key, ['BusinessPartner']);
    assert.deepEqual(cursorFields, ['CreatedOn', 'LastChangedAt']);
    assert.deepEqual(
      fields.map(({ type }) => type),
      [
        { kind: 'varchar', length: 10 },
        { kind: 'varchar', length: 40 },
        { kind: 'varchar', length: 1 },
        ...[{ kind: 'boolean' }, { kind: 'numeric', precision: 15, scale: 2 }, { kind: 'int4' }],
        ...[{ kind: 'int8' }, { kind: 'float8' }, { kind: 'date' }, { kind: 'time' }],
        ...[{ kind: 'uuid' }, { kind: 'text' }, { kind: 'timestamptz' }],
      ],
    );
    assert.equal(fields.at(-1)?.isWritable, false);
    assert.deepEqual(addresses.key, ['BusinessPartner', 'AddressID']);
    assert.equal(
      addresses.fields[0]?.nativeType,
      'Edm.String(10) of BusinessPartnerType.BusinessPartner',
    );
    await assert.rejects(session.describe('Bicycles'), { kind: 'missing' });
  }
});

test('everything is read once, whoever cuts the pages, and a reading goes on where it was', async () => {
  for (const version of versions) {
    for (const pageSize of [70, 5_000]) {
      const sap = await makeSap({ records: 250, pageSize });
      const session = await openSap(sap, { version });

      const whole = await readAll(session, 'BusinessPartners', { batchRows: 100 });
      const first = await readAll(session, 'BusinessPartners', { batchRows: 100, batchesMax: 2 });
      const position = first.position as string;
      const rest = await readAll(session, 'BusinessPartners', { batchRows: 100, position });
      const again = await readAll(session, 'BusinessPartners', {
        position: whole.position as string,
      });

      assert.equal(whole.rows.length, sap.service.set('BusinessPartners').entities.size);
      assert.deepEqual(whole.rows[7], [
        ...[numberOf(7), 'Partner 7', '1', 't', '7.25', '7', '1755445060952000000', '1.75'],
        ...['1980-02-29', '14:00:00', '00000000-0000-4000-8000-000000000008', null],
        '2024-01-01 00:00:07+00',
      ]);
      assert.deepEqual([...first.rows, ...rest.rows], whole.rows);
      assert.equal(again.rows.length, 0);
      assert.deepEqual(
        sap.heard.filter(({ status }) => status !== 200),
        [],
      );
    }
  }
});

test('records whose keys have two parts, or no order, are read in full, too', async () => {
  for (const version of versions) {
    const sap = await makeSap({ records: 240, pageSize: 50 });
    const session = await openSap(sap, { version });

    const addresses = await readAll(session, 'PartnerAddresses', { batchRows: 40 });
    const some = await readAll(session, 'PartnerAddresses', { batchRows: 40, batchesMax: 2 });
    const rest = await readAll(session, 'PartnerAddresses', { position: some.position as string });
    const entries = await readAll(session, 'AuditEntries');
    const begun = await readAll(session, 'AuditEntries', { batchesMax: 2 });
    const ended = await readAll(session, 'AuditEntries', { position: begun.position as string });

    assert.equal(new Set(addresses.rows.map((row) => row.join())).size, 120);
    assert.deepEqual([...some.rows, ...rest.rows], addresses.rows);
    assert.equal(new Set(entries.rows.map(([id]) => id)).size, 240);
    assert.deepEqual([...begun.rows, ...ended.rows], entries.rows);
  }
});

test('what is new is read once: many changes of one millisecond, late ones, and none twice', async () => {
  for (const version of versions) {
    const sap = await makeSap({ records: 300, pageSize: 60 });
    const { service } = sap;
    const session = await openSap(sap, { version });
    const read = async (position?: string, batchesMax?: number) =>
      readAll(session, 'BusinessPartners', {
        ...{ fields: two, cursorField, batchRows: 50 },
        ...(position === undefined ? {} : { position }),
        ...(batchesMax === undefined ? {} : { batchesMax }),
      });

    const first = await read();
    const none = await read(first.position);
    const tie = startMicros + 3_600_000_000;
    for (let nth = 0; nth < 180; nth += 1) {
      // All within one millisecond, of which the second version shows no more.
      const LastChangedAt = tie + ((nth * 7) % 1_000);
      service.change('BusinessPartners', { BusinessPartner: numberOf(nth), LastChangedAt });
    }
    const begun = await read(none.position, 2);
    const rest = await read(begun.position);
    const late = numberOf(1_000);
    service.change('BusinessPartners', {
      ...{ BusinessPartner: late, Name: 'Late', LastChangedAt: tie - 60_000_000 },
    });
    const last = await read(rest.position);

    assert.equal(first.rows.length, 300);
    assert.equal(none.rows.length, 0);
    const changed = [...begun.rows, ...rest.rows].map(([number]) => number);
    assert.deepEqual([changed.length, new Set(changed).size], [180, 180]);
    assert.deepEqual(
      last.rows.map(([number]) => number),
      [late],
    );
  }
});

test('what is new is found by days, and by times that are finer than microseconds', async () => {
  for (const version of versions) {
    const sap = await makeSap({ records: 240, pageSize: 60 });
    const session = await openSap(sap, { version });
    const fields = ['BusinessPartner'];
    for (const [object, by] of [
      ['BusinessPartners', 'CreatedOn'],
      ['PartnerAddresses', 'ChangedAt'],
    ] as const) {
      const asked = { fields, cursorField: by, batchRows: 50 };
      const first = await readAll(session, object, asked);
      const position = first.position as string;
      const changed = { CreatedOn: '2024-05-06', AddressID: 'A/1' };
      for (const nth of [10, 12]) {
        sap.service.change(object, { BusinessPartner: numberOf(nth), ...changed });
      }

      const second = await readAll(session, object, { ...asked, position });
      const third = await readAll(session, object, {
        ...asked,
        position: second.position as string,
      });

      const numbers = first.rows.map(([number]) => number);
      assert.equal(new Set(numbers).size, object === 'BusinessPartners' ? 240 : 120);
      assert.deepEqual(second.rows.flat().sort(), [numberOf(10), numberOf(12)]);
      assert.equal(third.rows.length, 0);
    }
    const { fields: own } = await session.describe('PartnerAddresses');
    const kind = version === 'v2' ? 'timestamptz' : 'text';
    assert.equal(own.find(({ name }) => name === 'ChangedAt')?.type.kind, kind);
  }
});

test('a service that answers fewer than were asked for, and does not say so, loses nothing', async () => {
  const sap = await makeSap({ records: 250 });
  const { service } = sap;
  const session = await openSap(sap, { version: 'v2' });
  service.capsAt = 40;

  const all = await readAll(session, 'BusinessPartners', { fields: two });
  const first = await readAll(session, 'BusinessPartners', { fields: two, cursorField });
  const LastChangedAt = startMicros + 3_600_000_000;
  for (let nth = 0; nth < 120; nth += 1) {
    service.change('BusinessPartners', { BusinessPartner: numberOf(nth), LastChangedAt });
  }
  const asked = { fields: two, cursorField, position: first.position as string };
  const changed = await readAll(session, 'BusinessPartners', asked);

  for (const [{ rows }, count] of [
    [all, 250],
    [first, 250],
    [changed, 120],
  ] as const) {
    assert.deepEqual([rows.length, new Set(rows.map(([number]) => number)).size], [count, count]);
  }
});

test('a part is read by keys, by the time of a change, and by a key from one to another', async () => {
  for (const version of versions) {
    const sap = await makeSap({ records: 60, pageSize: 20 });
    const session = await openSap(sap, { version });
    const position = '{"isEnd":true}';
    const asked = { fields: two, position };

    const keys = [[numberOf(3)], [numberOf(59)], ['unknown']];
    const chosen = await readAll(session, 'BusinessPartners', { ...asked, part: { keys } });
    const times = { from: '2024-01-01T00:00:10Z', to: '2024-01-01T00:00:12Z' };
    const timed = await readAll(session, 'BusinessPartners', {
      ...asked,
      cursorField,
      part: times,
    });
    const bounds = { from: numberOf(50), to: numberOf(54) };
    const between = await readAll(session, 'BusinessPartners', { ...asked, part: bounds });
    const pair = [[numberOf(4), 'A/1']];
    const address = await readAll(session, 'PartnerAddresses', { part: { keys: pair } });

    assert.deepEqual(chosen.rows.map(([number]) => number).sort(), [numberOf(3), numberOf(59)]);
    assert.deepEqual(timed.rows.length, 3);
    assert.equal(between.rows.length, 5);
    assert.equal(address.rows.length, 1);
    assert.equal(timed.position, position);
  }
});

test('a filter finds what it would find here, and goes along where it can', async () => {
  for (const version of versions) {
    const sap = await makeSap({ records: 120, pageSize: 1_000 });
    const { service } = sap;
    const odd = { BusinessPartner: "O'Neil", Name: "100% O'Neil", Category: null, Visits: null };
    service.change('BusinessPartners', { ...odd, LastChangedAt: startMicros + 5_000_400 });
    const session = await openSap(sap, { version });
    const all = await readAll(session, 'BusinessPartners');
    const filters = [
      "Name = 'Partner 5'",
      "Name != 'Partner 5'",
      "Name LIKE 'Partner 1%' OR Name LIKE '100\\%%'",
      "BusinessPartner = 'O''Neil'",
      'Visits != 7',
      'NOT (Visits > 20)',
      'Visits IS NULL',
      'Visits IS NOT NULL AND Credit BETWEEN 20 AND 30.25',
      'Visits IN (1, 2, 77)',
      'Visits NOT IN (1, 2, 77)',
      "LastChangedAt = '2024-01-01T00:00:05Z'",
      "LastChangedAt > '2024-01-01T00:00:05Z' AND IsBlocked = true",
      "LastChangedAt <= '2024-01-01T00:00:05Z'",
      "CreatedOn = '1980-02-29' AND OpensAt < '15:00'",
      'Points = 1755445060952000000',
      "Remark IS NULL AND Category = '1'",
      'Rating < 3',
    ];

    for (const text of filters) {
      const filter = await filterOf(session, 'BusinessPartners', text);
      const { rows, remaining } = await readAll(session, 'BusinessPartners', { filter });
      const keep = remaining ? matches(remaining) : () => true;

      assert.deepEqual(rows.filter(keep), all.rows.filter(matches(filter)), `${version}: ${text}`);
    }
    const asked = await filterOf(session, 'BusinessPartners', 'Visits > 100');
    const few = await readAll(session, 'BusinessPartners', { filter: asked });
    assert.equal(few.remaining, undefined);
    assert.equal(few.rows.length, 18);
  }
});

test('records are asked for in pages, in an order, and with a filter that is decided here', async () => {
  for (const version of versions) {
    const sap = await makeSap({ records: 90, pageSize: 25 });
    const session = await openSap(sap, { version });
    const collect = async (object: string, more: object) => {
      const rows = [];
      let cursor: string | undefined;
      do {
        const asked = { object, limit: 20, ...more, ...(cursor === undefined ? {} : { cursor }) };
        const answer = await session.query(asked);
        rows.push(...answer.rows);
        cursor = answer.nextCursor;
      } while (cursor !== undefined);
      return rows;
    };
    const fields = ['Name'];
    const orderBy = [{ field: 'Credit', descending: true }];
    const filter = await filterOf(session, 'BusinessPartners', "Name LIKE '%7'");

    const listed = await collect('BusinessPartners', { fields });
    const ordered = await collect('BusinessPartners', { fields, orderBy });
    const filtered = await collect('BusinessPartners', { fields, filter });
    const entries = await collect('AuditEntries', {});

    const names = Array.from({ length: 90 }, (_, nth) => `Partner ${nth}`);
    assert.deepEqual(listed.flat(), names);
    assert.deepEqual(ordered.flat(), names.toReversed());
    assert.deepEqual(
      filtered.flat(),
      names.filter((name) => name.endsWith('7')),
    );
    assert.equal(new Set(entries.map(([id]) => id)).size, 90);
    assert.equal(entries.length, 90);
  }
});

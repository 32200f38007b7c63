import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { field } from '../../../testing/simulators/salesforce/objects.ts';
import type { Salesforce } from '../../../testing/simulators/salesforce/simulator.ts';
import { check } from '../../filters/check.ts';
import { matches } from '../../filters/matches.ts';
import { parseFilter } from '../../filters/parse.ts';
import type { Session } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { makeOrg, openOrg, readAll, readBatches } from './testing/org.ts';

const failing =
  (kind: ConnectorError['kind'], text = '') =>
  (error: unknown) =>
    error instanceof ConnectorError && error.kind === kind && error.message.includes(text);

const org = await makeOrg(1_200);
const session = await openOrg(org);

/** The names of accounts that pass a filter, decided where the connector says. */
async function namesBy(of: Session, filter: string): Promise<string[]> {
  const { fields } = await of.describe('Account');
  const checked = check(parseFilter(filter), fields);
  const { remaining, rows } = await readAll(of, 'Account', { filter: checked });
  const passes = remaining ? matches(remaining) : () => true;
  const place = fields.findIndex(({ name }) => name === 'Name');
  return rows.filter(passes).map((row) => String(row[place]));
}

/** Makes an account and answers its id. */
function makeAccount({ org: data }: Salesforce, values: Record<string, string | boolean | null>) {
  const object = data.object('Account');
  assert.ok(object);
  return String(data.insert(object, { Name: 'Made', ...values }).Id);
}

suite('discovery', () => {
  test('shows components in place of compound fields, types, and what references lead to', async () => {
    const names = (await session.objects({ limit: 3 })).map(({ name }) => name);
    const { fields, key, cursorFields } = await session.describe('Account');
    const lead = await session.describe('Lead');

    assert.deepEqual(names, ['Account', 'ActivityFieldHistory', 'Contact']);
    assert.deepEqual(key, ['Id']);
    assert.deepEqual(cursorFields, ['SystemModstamp', 'LastModifiedDate', 'CreatedDate']);
    const shown = new Map(fields.map((one) => [one.name, one]));
    assert.equal(shown.has('BillingAddress') || shown.has('Place__c'), false);
    assert.ok(shown.has('BillingStreet') && shown.has('Place__Latitude__s'));
    assert.deepEqual(shown.get('AnnualRevenue')?.type, { kind: 'numeric' });
    assert.deepEqual(shown.get('Next_Call__c')?.type, { kind: 'timestamptz' });
    assert.equal(shown.get('SystemModstamp')?.isWritable, false);
    const [owner, ownerType] = ['OwnerId', 'Owner.Type'].map((name) =>
      lead.fields.find((one) => one.name === name),
    );
    assert.equal(owner?.nativeType, 'reference(Group, User)');
    assert.equal(ownerType?.isWritable, false);
  });

  test('an object that is not there is missing, whatever it is called', async () => {
    for (const name of ['Nothing', '../limits', '']) {
      await assert.rejects(session.describe(name), failing('missing'));
    }
  });
});

suite('everything', () => {
  test('comes page by page, and as it is', async () => {
    org.rest.pageSize = 500;
    const fields = ['Id', 'Name', 'AnnualRevenue', 'Active__c', 'Next_Call__c', 'Opens__c'];
    const { rows, unread, position } = await readAll(session, 'Account', { fields });

    assert.deepEqual([rows.length, unread.length], [1_200, 0]);
    assert.deepEqual(rows[999]?.slice(1), [
      'Account 999 100%_sure',
      '12487500',
      'f',
      '2024-03-31 01:30:00+00',
      '08:30:00',
    ]);
    assert.equal(position, '{"isEnd":true}');
    assert.deepEqual((await readAll(session, 'Account', { position })).rows, []);
  });

  test('comes by jobs as it comes by pages, every field of it', async () => {
    const config = { bulk_read_from: 1 };
    org.bulk.pageSize = 170;
    const bulk = await openOrg(org, { config });
    const [jobs] = [org.bulk.jobs.length];
    for (const object of ['Account', 'Contact', 'Lead', 'ActivityFieldHistory']) {
      const pages = await readAll(session, object);
      const results = await readAll(bulk, object);

      assert.ok(pages.rows.length > 0 && results.unread.length === 0);
      assert.deepEqual(results.rows, pages.rows);
    }
    // The last of them is no object of jobs.
    assert.equal(org.bulk.jobs.length - jobs, 3);
    const reading = await bulk.read({
      ...{ object: 'Lead', key: ['Id'], batchBytes: 1, batchRows: 1 },
      signal: new AbortController().signal,
    });
    assert.equal(reading.estimate, 1_200);
  });

  test('by jobs ends badly where it is not said whether more follows, or the job is gone', async () => {
    const own = await makeOrg(40);
    own.bulk.pageSize = 10;
    const opened = await openOrg(own, { config: { bulk_read_from: 1 } });
    const csv = { 'content-type': 'text/csv' };
    own.trouble({ of: /results$/, answer: { status: 200, headers: csv, text: '"Id"\n' } });
    const asked = { fields: ['Id'] };
    await assert.rejects(readAll(opened, 'Lead', asked), failing('retry', 'whether more'));

    const { batches } = await readBatches(opened, 'Lead', asked, 2);
    own.bulk.forget();
    const { position } = batches.at(-1) ?? {};
    assert.ok(position !== undefined);
    const rest = readAll(opened, 'Lead', { ...asked, position });
    await assert.rejects(rest, failing('request', 'full_refresh'));
  });

  test('goes on with a job that takes long, and with a new one where that has ended badly', async () => {
    for (const more of [{}, { cursorField: 'SystemModstamp' }]) {
      const own = await makeOrg(15);
      const opened = await openOrg(own, { config: { bulk_read_from: 1, bulk_minutes: 0.001 } });
      const asked = { fields: ['Id'], ...more };
      const { batches } = await readBatches(opened, 'Lead', asked, 1);
      const { position } = batches[0] ?? {};
      assert.ok(position !== undefined);
      own.bulk.end = 'InProgress';
      const waiting = readAll(opened, 'Lead', { ...asked, position });
      await assert.rejects(waiting, failing('retry', 'has not ended'));
      own.bulk.end = 'JobComplete';
      const ended = await readAll(opened, 'Lead', { ...asked, position });
      own.bulk.forget();
      const anew = await readAll(opened, 'Lead', { ...asked, position });

      assert.deepEqual([ended.rows.length, anew.rows.length], [15, 15]);
      assert.deepEqual(own.bulk.jobs, ['query JobComplete']);
    }
  });

  test('has as many fields as there are, more than an address has room for', async () => {
    const own = await makeOrg(30);
    for (let nth = 0; nth < 700; nth += 1) {
      own.org.addField('Account', field(`Quite_A_Long_Name_${nth}__c`, 'string', { length: 20 }));
    }
    const opened = await openOrg(own);
    for (const more of [{}, { cursorField: 'SystemModstamp' }]) {
      const { rows, fields } = await readAll(opened, 'Account', more);

      assert.deepEqual([rows.length, fields.length > 700], [30, true]);
    }
    const page = opened.query({ object: 'Account', limit: 1 });
    await assert.rejects(page, failing('request', 'name those'));
    const { fields } = await opened.describe('Account');
    const filter = check(parseFilter("Name LIKE 'Account _1 %'"), fields);
    const some = await opened.query({ object: 'Account', fields: ['Phone'], filter, limit: 9 });
    assert.deepEqual(some.rows, [['+1 555 000011'], ['+1 555 000021']]);
  });

  test('a reference to one of several says to which, and keeps its id', async () => {
    const { rows } = await readAll(session, 'Lead', { fields: ['OwnerId', 'Owner.Type'] });

    assert.equal(rows.length, 1_200);
    const said = new Set(rows.map(([id, type]) => `${String(id).slice(0, 3)} ${type}`));
    assert.deepEqual([...said].sort(), ['005 User', '00G Group']);
  });

  test('goes on after any batch', async () => {
    const { batches } = await readBatches(session, 'Contact', { batchRows: 300 }, 2);
    const { position } = batches.at(-1) ?? {};
    assert.ok(position !== undefined);
    const rest = await readAll(session, 'Contact', { position });

    const ids = [...batches, ...rest.batches].flatMap(({ rows }) => rows.map(([id]) => id));
    assert.deepEqual([ids.length, new Set(ids).size], [1_200, 1_200]);
  });

  test('fewer records than were found fail the read', async () => {
    const records = [{ attributes: {}, Id: '0015g00000000000AA' }];
    const body = { totalSize: 3, done: true, records };
    org.trouble({ of: /\/query$/, answer: { status: 200, body }, after: 1 });

    const reading = readAll(session, 'User', { fields: ['Id'] });
    await assert.rejects(reading, failing('retry', '1 of the 3'));
  });

  test('a number keeps all its digits, in pages and in jobs', async () => {
    const own = await makeOrg(0);
    for (const Score__c of ['9007199254740993', '0.1000000000000000055', '-12500000']) {
      makeAccount(own, { Score__c });
    }
    for (const bulk_read_from of [1_000, 1]) {
      const opened = await openOrg(own, { config: { bulk_read_from } });
      const { rows } = await readAll(opened, 'Account', { fields: ['Score__c'] });

      const exact = ['9007199254740993', '0.1000000000000000055', '-12500000'];
      assert.deepEqual(rows.flat(), exact);
    }
  });

  test('a field that was made meanwhile is seen by the next session', async () => {
    const own = await makeOrg(1);
    const before = await (await openOrg(own)).describe('Account');
    own.org.addField('Account', field('New__c', 'string', { length: 20 }));
    const after = await (await openOrg(own)).describe('Account');

    assert.deepEqual(
      after.fields.map(({ name }) => name).filter((name) => name.includes('New')),
      ['New__c'],
    );
    assert.equal(after.fields.length, before.fields.length + 1);
  });
});

suite('filters', () => {
  test('mean what they mean everywhere, whatever the org would find', async () => {
    const own = await makeOrg(0);
    const odd = `O'Brien \\ %_ "x"`;
    for (const Name of [odd, odd.toUpperCase(), `' OR Name != '`, 'abc', 'ABC', 'a%c']) {
      makeAccount(own, { Name, Industry: Name === 'abc' ? null : Name, AnnualRevenue: '10' });
    }
    makeAccount(own, { Name: 'poor', AnnualRevenue: null });
    const opened = await openOrg(own);
    const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

    const found = (filter: string) => namesBy(opened, filter);
    assert.deepEqual(await found(`Name = ${quoted(odd)}`), [odd]);
    assert.deepEqual(await found(`Name = ${quoted(`' OR Name != '`)}`), [`' OR Name != '`]);
    assert.deepEqual(await found(`Name = 'abc'`), ['abc']);
    assert.deepEqual(await found(`Name LIKE 'a\\%c'`), ['a%c']);
    assert.deepEqual(await found(`Name LIKE '%\\\\ \\%\\_%'`), [odd, odd.toUpperCase()]);
    assert.deepEqual(await found(`Name IN ('ABC', 'no')`), ['ABC']);
    // What is null is not known to be different.
    assert.deepEqual(await found(`Industry != 'ABC' AND Name LIKE 'a%'`), ['a%c']);
    assert.deepEqual(await found(`NOT (AnnualRevenue > 5 OR Name = 'poor')`), []);
    assert.deepEqual(await found(`NOT (AnnualRevenue > 50) AND Name < 'B'`), [
      `' OR Name != '`,
      'ABC',
    ]);
    assert.deepEqual(await found('AnnualRevenue IS NULL'), ['poor']);
    assert.deepEqual(await found(`Id = 'no id' OR AnnualRevenue IS NULL`), ['poor']);
  });

  test('are decided by the org where they mean the same there', async () => {
    const { fields } = await session.describe('Account');
    const exact = [
      "SystemModstamp >= '2016-09-13T15:31:37.000+02:00'",
      "Founded__c > '1950-01-01' AND NumberOfEmployees IN (60, 61)",
      'Active__c = true AND NOT (AnnualRevenue < 5 OR AnnualRevenue IS NULL)',
    ];
    for (const filter of exact) {
      const checked = check(parseFilter(filter), fields);
      const { remaining, rows } = await readAll(session, 'Account', { filter: checked });

      assert.equal(remaining, undefined, filter);
      assert.ok(rows.length > 0, filter);
    }
  });
});

suite('a page of records', () => {
  test('is filtered, ordered and gone on from', async () => {
    const { fields } = await session.describe('Account');
    const filter = check(parseFilter("Name LIKE 'Account 1%'"), fields);
    const orderBy = [{ field: 'AnnualRevenue', descending: true }];
    const asked = { object: 'Account', fields: ['Name'], filter, orderBy, limit: 250 };
    const first = await session.query(asked);
    assert.ok(first.nextCursor !== undefined);
    const second = await session.query({ ...asked, cursor: first.nextCursor });

    const names = [...first.rows, ...second.rows].map(([name]) => String(name));
    assert.deepEqual([first.rows.length, names.length, new Set(names).size], [250, 311, 311]);
    assert.match(names[0] ?? '', /^Account 1199 /);
    await assert.rejects(session.query({ ...asked, cursor: 'x' }));
    const unordered = { ...asked, orderBy: [{ field: 'Description', descending: false }] };
    await assert.rejects(session.query(unordered), failing('request', 'Description'));
  });
});

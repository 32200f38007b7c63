import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Salesforce } from '../../../testing/simulators/salesforce/simulator.ts';
import type { Session } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { makeOrg, openOrg } from './testing/org.ts';
import { given, write } from './testing/write.ts';

const failing =
  (kind: ConnectorError['kind'], text = '') =>
  (error: unknown) =>
    error instanceof ConnectorError && error.kind === kind && error.message.includes(text);

/** The account of an external id. */
function accountOf({ org }: Salesforce, key: string) {
  return org.all('Account').find(({ External_Id__c }) => External_Id__c === key);
}

const id = given('External_Id__c');
const ways = { collections: 100_000, 'a bulk job': 1 };

for (const [way, bulk_write_from] of Object.entries(ways)) {
  suite(`written by ${way}`, () => {
    const config = { bulk_write_from };

    test('one bad record among a thousand is set aside, and the others are there', async () => {
      const org = await makeOrg(500);
      const session = await openOrg(org, { config });
      const rows = Array.from({ length: 1_000 }, (_, nth) => [
        `A-${nth}`,
        nth === 613 ? 'x'.repeat(256) : `New ${nth}`,
      ]);
      const done = await write(session, { fields: [id, given('Name')], rows });

      assert.deepEqual([done.written, done.skipped], [999, 0]);
      const [{ index, field, reason, said } = { index: -1, reason: '' }, ...others] = done.rejected;
      assert.deepEqual([index, field, others.length], [613, 'Name', 0]);
      assert.equal(reason, 'Salesforce refuses the record (STRING_TOO_LONG).');
      assert.match(said ?? '', /too large/);
      assert.equal(org.org.all('Account').length, 999);
      assert.equal(accountOf(org, 'A-999')?.Name, 'New 999');
      assert.equal(accountOf(org, 'A-0')?.Name, 'New 0');
      assert.equal(org.bulk.jobs.length, way === 'collections' ? 0 : 1);
    });

    test('what is empty is cleared, whichever record comes first', async () => {
      const org = await makeOrg(3);
      const session = await openOrg(org, { config });
      const fields = [id, given('Phone'), given('Founded__c', 'date')];
      const rows = [
        ['A-0', null, '2001-02-03'],
        ['A-1', '', null],
        ['A-2', '#N/A', '2001-02-03'],
      ];
      const done = await write(session, { fields, rows });

      assert.deepEqual([done.written, done.rejected], [3, []]);
      const phones = ['A-0', 'A-1', 'A-2'].map((key) => accountOf(org, key)?.Phone);
      assert.deepEqual(phones, [null, null, '#N/A']);
      const founded = ['A-0', 'A-1'].map((key) => accountOf(org, key)?.Founded__c);
      assert.deepEqual(founded, ['2001-02-03', null]);
    });

    test('values arrive as they are', async () => {
      const org = await makeOrg(0);
      const session = await openOrg(org, { config });
      const fields = [
        ...[id, given('Name'), given('Score__c', 'numeric'), given('Active__c', 'boolean')],
        ...[given('Next_Call__c', 'timestamptz'), given('Opens__c', 'time')],
        ...[given('Description'), given('NumberOfEmployees', 'int8')],
      ];
      const text = 'a "quoted", one\nand two\\';
      const rows = [
        ['k', "O'Brien", '0.125', 't', '2024-03-31 01:30:00+00', '08:30:00.25', text, '42'],
      ];
      const done = await write(session, { fields, rows });

      assert.deepEqual(done.rejected, []);
      const { Id: _, ...kept } = accountOf(org, 'k') ?? {};
      assert.deepEqual(
        [kept.Name, kept.Score__c, kept.Active__c, kept.Next_Call__c, kept.Opens__c],
        ["O'Brien", '0.125', true, '2024-03-31T01:30:00.000Z', '08:30:00.250Z'],
      );
      assert.deepEqual([kept.Description, kept.NumberOfEmployees], [text, '42']);
    });

    test('records without a key are made anew, and those that are refused are told', async () => {
      const org = await makeOrg(0);
      const session = await openOrg(org, { config });
      const rows = [['one'], ['two'], [null], ['two'], [null]];
      const done = await write(session, { fields: [given('Name')], rows, mode: 'append' });

      assert.equal(done.written, 3);
      assert.deepEqual(
        done.rejected.map(({ index, field }) => [index, field]),
        [
          [2, 'Name'],
          [4, 'Name'],
        ],
      );
      assert.deepEqual(
        org.org.all('Account').map(({ Name }) => Name),
        ['one', 'two', 'two'],
      );
    });
  });
}

suite('a record', () => {
  test('is set aside where a value would be rounded, cut, moved or emptied in silence', async () => {
    const org = await makeOrg(1);
    const session = await openOrg(org);
    const cases = [
      [given('Founded__c', 'timestamptz'), '2022-03-25 09:00:00+09', 'date with a time'],
      [given('Next_Call__c', 'timestamptz'), '2022-03-25 09:00:00.5+00', 'to the second'],
      [given('Next_Call__c', 'timestamptz'), 'infinity', 'to the second'],
      [given('Score__c', 'numeric'), '0.12345678901234567890', 'more digits'],
      [given('NumberOfEmployees', 'numeric'), '1.5', 'fraction'],
      [given('Active__c', 'boolean'), null, 'checkbox'],
      [given('Opens__c', 'time'), '08:30:00.000001', 'millisecond'],
      [given('Name'), ' blank', 'blanks'],
    ] as const;
    for (const [field, cell, reason] of cases) {
      const done = await write(session, { fields: [id, field], rows: [['A-0', cell]] });

      assert.deepEqual([done.written, done.rejected.length], [0, 1], field.name);
      assert.equal(done.rejected[0]?.field, field.name);
      assert.match(done.rejected[0]?.reason ?? '', new RegExp(reason));
    }
    const [before] = (await makeOrg(1)).org.all('Account');
    assert.equal(accountOf(org, 'A-0')?.Name, before?.Name);
  });

  test('whose key is empty, comes again, or differs in case only is told apart', async () => {
    const org = await makeOrg(0);
    const session = await openOrg(org);
    const rows = [
      ['k', 'first'],
      [null, 'without'],
      ['K', 'other case'],
      ['k', 'last'],
    ];
    const done = await write(session, { fields: [id, given('Name')], rows });

    assert.deepEqual([done.written, done.skipped], [1, 1]);
    assert.deepEqual(
      done.rejected.map(({ index }) => index),
      [1, 2],
    );
    assert.equal(accountOf(org, 'k')?.Name, 'last');
  });

  test('that somebody else changes just then is sent again', async () => {
    const org = await makeOrg(2);
    const session = await openOrg(org);
    const error = { statusCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain', fields: [] };
    const body = [
      { success: false, errors: [error] },
      { success: true, id: '0015g00000000002AA', errors: [] },
    ];
    org.trouble({ of: /PATCH .*composite/, answer: { status: 200, body } });
    const rows = [
      ['A-0', 'New'],
      ['A-1', 'Newer'],
    ];
    const done = await write(session, { fields: [id, given('Name')], rows });

    assert.deepEqual([done.written, done.rejected], [2, []]);
    assert.equal(accountOf(org, 'A-0')?.Name, 'New');
    assert.notEqual(accountOf(org, 'A-1')?.Name, 'Newer');
  });
});

suite('an object', () => {
  const refused = (session: Session, names: readonly string[], more = {}) =>
    write(session, { fields: names.map((name) => given(name)), rows: [], ...more });

  test('is not written to by fields and keys that it does not have, and says what it has', async () => {
    const session = await openOrg(await makeOrg(0));

    await assert.rejects(
      refused(session, ['External_Id__c', 'BillingAddress']),
      failing('request', 'BillingStreet, BillingCity'),
    );
    await assert.rejects(
      refused(session, ['External_Id__c', 'Nothing']),
      failing('request', '"Nothing"'),
    );
    await assert.rejects(
      refused(session, ['Name'], { key: ['Name'] }),
      failing('request', 'Id, External_Id__c'),
    );
    await assert.rejects(
      refused(session, ['Name'], { object: 'User', mode: 'append' }),
      failing('configuration', 'may not insert'),
    );
    const { plan } = await refused(session, ['External_Id__c', 'SystemModstamp']);
    assert.deepEqual(plan.skipped, ['SystemModstamp']);
    assert.deepEqual(plan.statements, ['upsert by External_Id__c Account']);
  });

  test('is changed by ids, of records that are there', async () => {
    const org = await makeOrg(1);
    const session = await openOrg(org);
    const [account] = org.org.all('Account');
    const rows = [
      [String(account?.Id), 'by id'],
      ['0015g00000zzzzzAAA', 'nobody'],
    ];
    const fields = [given('Id'), given('Name')];
    const done = await write(session, { fields, rows, key: ['Id'] });

    assert.deepEqual([done.written, done.rejected.map(({ index }) => index)], [1, [1]]);
    assert.equal(org.org.all('Account')[0]?.Name, 'by id');
  });
});

suite('a bulk job', () => {
  const config = { bulk_write_from: 1, bulk_read_from: 1, bulk_minutes: 0.001 };
  const asked = { fields: [id, given('Name')], rows: [['A-0', 'New']] };

  test('that ends badly, or not in time, fails the run and no record', async () => {
    const org = await makeOrg(1);
    const session = await openOrg(org, { config });
    const ends = [
      ['Aborted', 'configuration', 'was aborted'],
      ['Failed', 'configuration', 'has failed'],
      ['InProgress', 'retry', 'has not ended'],
    ] as const;
    for (const [end, kind, said] of ends) {
      org.bulk.end = end;
      await assert.rejects(write(session, asked), failing(kind, said));
      const reading = async () => {
        const request = { object: 'Account', key: ['Id'], batchBytes: 1_000, batchRows: 10 };
        const { batches } = await session.read({ ...request, signal: AbortSignal.timeout(60_000) });
        for await (const batch of batches) assert.equal(batch.count, 0);
      };
      await assert.rejects(reading(), failing(kind, said));
    }
    const left = org.bulk.jobs.filter((job) => job.endsWith('InProgress'));
    assert.deepEqual(left, ['query InProgress']);
    org.bulk.end = 'JobComplete';
    assert.equal((await write(session, asked)).written, 1);
  });

  test('is ended with the run', async () => {
    const org = await makeOrg(1);
    const session = await openOrg(org, { config: { bulk_write_from: 1 } });
    org.bulk.end = 'InProgress';
    const controller = new AbortController();
    const writing = write(session, { ...asked, signal: controller.signal });
    const isPolled = () => org.heard.some((said) => /^GET .*ingest/.test(said));
    while (!isPolled()) await new Promise((done) => setImmediate(done));
    controller.abort();

    await assert.rejects(writing, { name: 'AbortError' });
    assert.deepEqual(org.bulk.jobs, ['upsert Aborted']);
  });
});

suite('one by one', () => {
  test('records are inserted, changed and deleted, by ids and by their own key', async () => {
    const org = await makeOrg(2);
    const session = await openOrg(org);
    const fields = [id, given('Name')];
    const apply = (
      operation: 'insert' | 'upsert' | 'update' | 'delete',
      ...rows: (string | null)[][]
    ) => session.apply({ object: 'Account', operation, key: ['External_Id__c'], fields, rows });

    const [inserted, refused] = await apply('insert', ['new', 'New'], ['other', null]);
    assert.match(inserted?.id ?? '', /^001/);
    assert.match(refused?.error ?? '', /REQUIRED_FIELD_MISSING.*Name/);
    const [updated, missing] = await apply('update', ['a-0', 'Changed'], ['none', 'x']);
    assert.equal(updated?.id, accountOf(org, 'A-0')?.Id);
    assert.match(missing?.error ?? '', /no such record/);
    const [deleted] = await apply('delete', ['A-1', null]);
    assert.match(deleted?.id ?? '', /^001/);
    assert.deepEqual(
      org.org.all('Account').map(({ Name }) => Name),
      ['Changed', 'New'],
    );
  });
});

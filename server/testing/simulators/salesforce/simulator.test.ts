import assert from 'node:assert/strict';
import { createPrivateKey, sign } from 'node:crypto';
import { after, suite, test } from 'node:test';
import jsforce from 'jsforce';
import { type Salesforce, startSalesforce } from './simulator.ts';

const simulator = await startSalesforce({ records: 500 });
after(() => simulator.end());
const connection = await connect(simulator);

function assertionOf({ signIn }: Salesforce): string {
  const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 120;
  const claims = { iss: signIn.consumerKey, sub: signIn.username, exp };
  const head = `${text({ alg: 'RS256' })}.${text({ ...claims, aud: 'https://login.salesforce.com' })}`;
  const signature = sign('sha256', Buffer.from(head), createPrivateKey(signIn.privateKey));
  return `${head}.${signature.toString('base64url')}`;
}

async function connect(to: Salesforce) {
  const made = new jsforce.Connection({ loginUrl: to.url, version: '65.0' });
  await made.authorize({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: assertionOf(to),
  });
  return made;
}

suite("the vendor's own client", () => {
  test('signs in by a key and by a secret, and is refused with another one', async () => {
    const { consumerKey: clientId, consumerSecret } = simulator.signIn;
    const open = (clientSecret: string) =>
      new jsforce.Connection({
        oauth2: { loginUrl: simulator.url, clientId, clientSecret },
      }).authorize({ grant_type: 'client_credentials' });

    assert.equal(connection.instanceUrl, simulator.url);
    assert.match((await open(consumerSecret)).organizationId, /^00D/);
    await assert.rejects(open('another'), /invalid client credentials/);
  });

  test('hears what objects and fields there are', async () => {
    const { sobjects } = await connection.describeGlobal();
    const { fields } = await connection.describe('Lead');

    const names = ['Account', 'Contact', 'Lead', 'User', 'Group', 'ActivityFieldHistory'];
    assert.deepEqual(
      sobjects.map(({ name }) => name),
      names,
    );
    const owner = fields.find(({ name }) => name === 'OwnerId');
    assert.deepEqual(owner?.referenceTo, ['Group', 'User']);
  });

  test('pages through all that a query finds', async () => {
    simulator.rest.pageSize = 200;
    const first = await connection.query('SELECT Id, Owner.Type FROM Lead');
    const second = await connection.queryMore(String(first.nextRecordsUrl));
    const third = await connection.queryMore(String(second.nextRecordsUrl));

    assert.deepEqual([first.totalSize, first.done, third.done], [500, false, true]);
    const read = [first, second, third].flatMap(({ records }) => records);
    assert.equal(new Set(read.map(({ Id }) => Id)).size, 500);
    assert.deepEqual([...new Set(read.map(({ Owner }) => Owner.Type))].sort(), ['Group', 'User']);
    const { totalSize } = await connection.query(
      "SELECT Id FROM Account WHERE Name LIKE '%o\\'brien' AND Industry != 'Technology'",
    );
    assert.equal(totalSize, 54);
    await assert.rejects(
      async () => connection.query('SELECT Nothing FROM Lead'),
      /No such column/,
    );
  });

  test('writes collections, in which each record has its own result', async () => {
    const rows = [
      { External_Id__c: 'A-1', Name: 'First', Founded__c: null },
      { External_Id__c: 'new', Name: 'Second', Phone: '5'.repeat(41) },
    ];
    const [first, second] = await connection.sobject('Account').upsert(rows, 'External_Id__c');

    assert.equal(first?.success, true);
    assert.equal(second?.success, false);
    const [found] = await connection
      .sobject('Account')
      .find({ External_Id__c: 'a-1' }, ['Name', 'Founded__c']);
    assert.deepEqual([found?.Name, found?.Founded__c], ['First', null]);
  });

  test('reads and writes by bulk jobs', async () => {
    const stream = await connection.bulk2.query('SELECT Id, Email FROM Contact', {
      pollInterval: 10,
    });
    const read = await stream.toArray();
    const loaded = await connection.bulk2.loadAndWaitForResults({
      object: 'Contact',
      operation: 'upsert',
      externalIdFieldName: 'External_Id__c',
      input: [
        { External_Id__c: 'C-1', LastName: 'One' },
        { External_Id__c: 'C-x', LastName: null },
      ],
      pollInterval: 10,
    });

    assert.equal(read.length, 500);
    assert.equal(loaded.successfulResults.length, 1);
    assert.match(String(loaded.failedResults[0]?.sf__Error), /^REQUIRED_FIELD_MISSING/);
  });

  test('meets the troubles that a test makes', async () => {
    simulator.trouble({ of: /query/, answer: { status: 503, text: 'busy' } });
    const again = await connection.query('SELECT COUNT() FROM User');
    simulator.signIn.expire();

    assert.equal(again.totalSize, 1);
    await assert.rejects(async () => connection.query('SELECT Id FROM User'), /Session expired/);
  });
});

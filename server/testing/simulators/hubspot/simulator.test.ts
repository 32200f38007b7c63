import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client } from '@hubspot/api-client';
import { startHubspot } from './simulator.ts';

const hubspot = await startHubspot({ records: 250 });
after(() => hubspot.end());
const client = new Client({ accessToken: hubspot.accessToken, basePath: hubspot.url });
const { crm } = client;

test('the client of HubSpot lists the records, their properties and the custom objects', async () => {
  const { results: schemas } = await crm.schemas.coreApi.getAll();
  const { results: properties } = await crm.properties.coreApi.getAll('contacts');
  const all = await crm.contacts.getAll(100, undefined, ['email', 'visits']);
  const cars = await crm.objects.basicApi.getPage('2-1001', 5, undefined, ['plate']);

  assert.deepEqual(
    schemas.map(({ name, objectTypeId }) => [name, objectTypeId]),
    [['cars', '2-1001']],
  );
  assert.equal(properties.find(({ name }) => name === 'email')?.hasUniqueValue, true);
  assert.equal(all.length, 250);
  assert.equal(new Set(all.map(({ id }) => id)).size, 250);
  assert.equal(all[7]?.properties.email, 'person7@company.example');
  assert.equal(cars.results[0]?.properties.plate, 'B 0');
  assert.equal(cars.paging?.next?.after, cars.results.at(-1)?.id);
});

test('the client searches, in the limits of HubSpot', async () => {
  const filters = [{ propertyName: 'visits', operator: 'GTE' as const, value: '200' }];
  const search = (more: object) =>
    crm.contacts.searchApi.doSearch({ filterGroups: [{ filters }], limit: 20, ...more } as never);

  const found = await search({ sorts: ['-visits'], properties: ['visits'] });
  const silent = await crm.contacts.searchApi.doSearch({
    filterGroups: [
      { filters: [{ propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: '0' }] },
    ],
  } as never);

  assert.equal(found.total, 50);
  assert.equal(found.results[0]?.properties.visits, '249');
  assert.deepEqual([silent.total, silent.results.length], [0, 0]);
  await assert.rejects(search({ after: '9990' }), { code: 400 });
  const burst = await Promise.allSettled(Array.from({ length: 12 }, () => search({})));
  const refused = burst.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  assert.ok(refused.length >= 7, `${refused.length} are refused`);
  assert.equal(refused[0].code, 429);
  assert.equal(refused[0].body.policyName, 'SECONDLY');
});

test('the client writes batches, of which some may fail', async () => {
  const inputs = [
    {
      objectWriteTraceId: 'a',
      properties: { email: 'new@company.example', birthday: '2001-02-28' },
    },
    { objectWriteTraceId: 'b', properties: { birthday: '1606768561954' } },
  ];

  const created = await crm.contacts.batchApi.create({ inputs } as never);
  const conflicting = { inputs: [{ properties: { email: 'fine@company.example' } }, inputs[0]] };
  await assert.rejects(crm.contacts.batchApi.create(conflicting as never), { code: 409 });
  const upserted = await crm.contacts.batchApi.upsert({
    inputs: [
      { id: 'new@company.example', idProperty: 'email', properties: { visits: '3' } },
      { id: 'newer@company.example', idProperty: 'email', properties: { visits: '4' } },
    ],
  } as never);

  assert.equal(created.results.length, 1);
  assert.equal('numErrors' in created && created.numErrors, 1);
  assert.deepEqual('errors' in created && created.errors?.[0]?.context, {
    objectWriteTraceId: ['b'],
  });
  assert.equal(hubspot.type('contacts').find('fine@company.example', 'email'), undefined);
  assert.deepEqual(upserted.results.map((one) => '_new' in one && one._new).sort(), [false, true]);
  await crm.contacts.batchApi.archive({ inputs: [{ id: upserted.results[0]?.id as string }] });
  const archived = await crm.contacts.basicApi.getPage(100, undefined, [], [], [], true);
  assert.deepEqual(
    archived.results.map(({ id }) => id),
    [upserted.results[0]?.id],
  );
});

test('the client reads and makes associations', async () => {
  const { results } = await crm.contacts.basicApi.getPage(2);
  const [one, other] = results as unknown as [{ id: string }, { id: string }];
  const deal = [...hubspot.type('deals').records.keys()][0] as number;

  const read = await crm.associations.v4.batchApi.getPage('contacts', 'companies', {
    inputs: [{ id: one.id }, { id: other.id }],
  });
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 4 }];
  const made = { inputs: [{ _from: { id: one.id }, to: { id: String(deal) }, types }] };
  await crm.associations.v4.batchApi.create('contacts', 'deals', made as never);
  const [back] = hubspot.account.associations(
    hubspot.type('deals'),
    hubspot.type('contacts'),
    deal,
  );

  assert.deepEqual(read.results.map(({ _from }) => _from.id).sort(), [one.id, other.id].sort());
  assert.equal(read.results[0]?.to[0]?.associationTypes[0]?.typeId, 1);
  assert.equal(back?.to, Number(one.id));
});

test('the client is told of a wrong token, and of a type that is not there', async () => {
  const stranger = new Client({ accessToken: 'wrong', basePath: hubspot.url });

  await assert.rejects(stranger.crm.contacts.basicApi.getPage(1), { code: 401 });
  await assert.rejects(crm.objects.basicApi.getPage('2-9999', 1), { code: 404 });
});

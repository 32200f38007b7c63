import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeHubspot, openHubspot } from '../../connectors/hubspot/testing/place.ts';
import { makeOrg, openOrg } from '../../connectors/salesforce/testing/org.ts';
import { makePostgres, makeSqlite } from '../../connectors/testing/place.ts';
import type { Json } from '../../values/types.ts';
import { enrichCompany } from './company.ts';
import { describeObject } from './finding.ts';
import { standardFields, standardKey } from './standard.ts';

test('a lead of Salesforce is filled from its account, by domain, else by name', async () => {
  const org = await makeOrg(3);
  const account = org.org.object('Account')!;
  const add = (given: Record<string, string>) => org.org.insert(account, given);
  add({
    Name: 'Acme',
    Website: 'https://www.Acme.example',
    Industry: 'Banking',
    AnnualRevenue: '7000000',
    BillingCity: 'Bern',
  });
  add({ Name: 'Not Acme', Website: 'notacme.example.com', Industry: 'Wrong' });
  add({ Name: 'Free', Website: 'gmail.com', Industry: 'Wrong' });
  add({ Name: 'Twin', Industry: 'Wrong' });
  add({ Name: 'Twin', Industry: 'Wrong' });
  add({ Name: 'Branch', Website: 'shared.example', Industry: 'Branch' });
  add({ Name: 'Head', Website: 'www.shared.example/', Industry: 'Head' });
  const session = await openOrg(org);
  const enrich = (record: Json) => enrichCompany(record, { session, object: 'Lead' });

  const lead = {
    LastName: 'Byron',
    Company: 'Acme Inc',
    Email: 'ada@acme.example',
    Industry: 'Technology',
  };
  assert.deepEqual(await enrich(lead), {
    ...lead,
    Website: 'https://www.Acme.example',
    AnnualRevenue: '7000000',
    City: 'Bern',
  });
  const named = { Company: 'acme', Email: 'ada@gmail.com', Industry: '' };
  assert.deepEqual(await enrich(named), named, 'names are equal as they are written');
  const exactly = { Company: 'Acme', Email: 'ada@gmail.com', Industry: '' };
  assert.equal(Object(await enrich(exactly)).Industry, 'Banking');
  for (const record of [
    { Company: 'Twin', Industry: null },
    { Company: 'Else', Email: 'a@shared.example', Industry: null },
    { Company: 'Else', Email: 'a@gmail.com', Industry: null },
    { Company: '', Email: 'a@nowhere.example', Industry: null },
    { Industry: null },
  ]) {
    assert.deepEqual(await enrich(record), record);
  }
  const head = { Company: 'Head', Email: 'a@shared.example', Industry: null };
  assert.equal(Object(await enrich(head)).Industry, 'Head');
});

test('a contact of HubSpot is filled from its company', async () => {
  const hubspot = await makeHubspot({ records: 1 });
  const companies = hubspot.type('companies');
  companies.create({
    name: 'Acme',
    domain: 'acme.example',
    industry: 'Banking',
    numberofemployees: '12',
  });
  const session = await openHubspot(hubspot);
  const record = { email: 'ada@acme.example', industry: null };

  const enriched = await enrichCompany(record, { session, object: 'contacts' });

  const expected = {
    email: 'ada@acme.example',
    industry: 'Banking',
    numemployees: '12',
    company: 'Acme',
  };
  assert.deepEqual(enriched, expected);
});

test('a table of companies serves, too, and who has none is asked in vain', async () => {
  const postgres = await makePostgres();
  await postgres.run(`create table people (id int primary key, email text, company text, city text);
    create table organizations (id int primary key, name text, website text, city text);
    insert into organizations values (1, 'Acme', 'http://acme.example', 'Bern')`);
  const sqlite = await makeSqlite();
  try {
    const record = { id: 1, email: 'ada@acme.example', company: null };
    const session = await postgres.open();
    const enriched = await enrichCompany(record, { session, object: 'people' });
    assert.deepEqual(enriched, { id: 1, email: 'ada@acme.example', company: 'Acme', city: 'Bern' });
    await session.close();
    const other = await sqlite.open();
    assert.deepEqual(await enrichCompany(record, { session: other, object: 'people' }), record);
    await other.close();
  } finally {
    await postgres.end();
    await sqlite.end();
  }
});

test('objects are found by what other systems call them', async () => {
  const hubspot = await openHubspot(await makeHubspot({ records: 1 }));
  const org = await openOrg(await makeOrg(1));

  assert.equal((await describeObject(hubspot, 'Contact')).name, 'contacts');
  assert.equal((await describeObject(hubspot, 'Account')).name, 'companies');
  assert.equal((await describeObject(org, 'companies')).name, 'Account');
  assert.equal((await describeObject(org, 'contacts')).name, 'Contact');
  await assert.rejects(describeObject(hubspot, 'Nothing'), /HubSpot has no object "Nothing"/);
});

test("the document's lead becomes a contact of HubSpot", async () => {
  const org = await openOrg(await makeOrg(1));
  const hubspot = await openHubspot(await makeHubspot({ records: 1 }));
  const from = { provider: 'salesforce', object: (await describeObject(org, 'Lead')).name };
  const { name: object, fields, key } = await describeObject(hubspot, 'Contact');
  const lead = {
    Id: '1',
    LastName: 'Byron',
    Company: 'Acme',
    Email: 'ada@acme.example',
    AnnualRevenue: '6000000.00',
    Status: 'Open',
  };

  const written = standardFields(from, { provider: 'hubspot', object, fields, key }, lead);

  assert.deepEqual(written, {
    email: 'ada@acme.example',
    lastname: 'Byron',
    company: 'Acme',
    annualrevenue: '6000000.00',
  });
  assert.deepEqual(
    standardKey({ provider: 'hubspot', object, fields, key }, Object.keys(written)),
    ['email'],
  );
});

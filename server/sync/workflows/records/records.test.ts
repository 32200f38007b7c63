import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field } from '../../connectors/connector.ts';
import type { FieldType } from '../../values/types.ts';
import { hostOf, isFreeMail, mailDomainOf } from './domains.ts';
import { isSameObject, kindOf } from './meanings.ts';
import { howToWrite, standardFields, standardKey } from './standard.ts';

const fieldsOf = (types: Record<string, FieldType['kind']>, own: readonly string[] = []): Field[] =>
  Object.entries(types).map(([name, kind]) => ({
    name,
    type: { kind } as FieldType,
    nativeType: kind,
    isNullable: true,
    isWritable: !own.includes(name),
  }));
const contacts = {
  provider: 'hubspot',
  object: 'contacts',
  key: ['hs_object_id'],
  fields: fieldsOf(
    {
      hs_object_id: 'int8',
      email: 'text',
      firstname: 'text',
      lastname: 'text',
      company: 'text',
      phone: 'text',
      jobtitle: 'text',
      annualrevenue: 'numeric',
      zip: 'text',
      score: 'numeric',
      createdate: 'timestamptz',
    },
    ['hs_object_id', 'createdate'],
  ),
};
const lead = {
  Id: '00Q1',
  FirstName: 'Ada',
  LastName: 'Byron',
  Name: 'Ada Byron',
  Company: 'Acme',
  Email: 'ada@acme.example',
  Phone: null,
  MobilePhone: ' ',
  Title: 'CTO',
  AnnualRevenue: '6000000.00',
  Address: { city: 'Bern' },
  PostalCode: '3000',
  OwnerId: '0051',
  CreatedDate: '2026-11-30T09:00:00Z',
  Score__c: 5,
  Nothing__c: 'x',
};
const from = { provider: 'salesforce', object: 'Lead' };

test("a lead of Salesforce becomes a contact of HubSpot's, by its mail address", () => {
  const fields = standardFields(from, contacts, lead);

  assert.deepEqual(fields, {
    email: 'ada@acme.example',
    firstname: 'Ada',
    lastname: 'Byron',
    company: 'Acme',
    jobtitle: 'CTO',
    annualrevenue: '6000000.00',
    zip: '3000',
    score: 5,
  });
  assert.deepEqual(standardKey(contacts, Object.keys(fields)), ['email']);
  assert.deepEqual(standardKey(contacts, ['firstname']), []);
});

test("a patient becomes a contact of Salesforce's", () => {
  const patient = {
    id: 5,
    first_name: 'Ada',
    last_name: 'Byron',
    email: 'ada@home.example',
    phone: '+41',
    zip_code: '3000',
    dob: '1990-01-01',
  };
  const salesforce = {
    provider: 'salesforce',
    object: 'Contact',
    key: ['Id'],
    fields: fieldsOf(
      {
        Id: 'text',
        FirstName: 'text',
        LastName: 'text',
        Email: 'text',
        MailingPostalCode: 'text',
        Birthdate: 'date',
      },
      ['Id'],
    ),
  };
  assert.deepEqual(
    standardFields({ provider: 'scheduling', object: 'patients' }, salesforce, patient),
    {
      Email: 'ada@home.example',
      FirstName: 'Ada',
      LastName: 'Byron',
      MailingPostalCode: '3000',
      Birthdate: '1990-01-01',
    },
  );
});

test('an account becomes a company, and a lead tells of its own', () => {
  const companies = {
    provider: 'hubspot',
    object: 'companies',
    key: ['hs_object_id'],
    fields: fieldsOf({ name: 'text', domain: 'text', city: 'text', numberofemployees: 'numeric' }),
  };
  const account = {
    Name: 'Acme',
    Website: 'https://www.acme.example/x',
    BillingCity: 'Bern',
    NumberOfEmployees: 7,
  };
  assert.deepEqual(
    standardFields({ provider: 'salesforce', object: 'Account' }, companies, account),
    {
      name: 'Acme',
      domain: 'acme.example',
      city: 'Bern',
      numberofemployees: 7,
    },
  );
  assert.deepEqual(standardFields(from, companies, lead), { name: 'Acme', domain: 'acme.example' });
  const private_ = { ...lead, Email: 'ada@gmail.com' };
  assert.deepEqual(standardFields(from, companies, private_), { name: 'Acme' });
  assert.deepEqual(standardKey(companies, ['name', 'domain']), ['domain']);
  assert.deepEqual(standardKey(companies, ['name']), []);
  assert.deepEqual(standardKey({ ...companies, provider: 'postgres' }, ['name', 'domain']), []);
});

test('a table gets what has the names of its columns, and the key that it has', () => {
  const people = {
    provider: 'postgres',
    object: 'crm.people',
    key: ['id'],
    fields: fieldsOf({
      id: 'text',
      full_name: 'text',
      email_address: 'text',
      created_date: 'timestamptz',
    }),
  };
  const fields = standardFields(from, people, lead);

  assert.deepEqual(fields, {
    full_name: 'Ada Byron',
    email_address: 'ada@acme.example',
    id: '00Q1',
    created_date: '2026-11-30T09:00:00Z',
  });
  assert.deepEqual(standardKey(people, Object.keys(fields)), ['id']);
  const numbered = { ...people, fields: fieldsOf({ id: 'int4', email: 'text', name: 'text' }) };
  const { Name: _, ...unnamed } = lead;
  const other = standardFields(from, numbered, unnamed);
  assert.deepEqual(other, { email: 'ada@acme.example', name: 'Ada Byron' });
  assert.deepEqual(standardKey(numbered, Object.keys(other)), ['email']);
});

test('what is not said of a write is an upsert, or an insert where nothing is found again', () => {
  const ways = [{}, { operation: null, key: null }, { operation: 'upsert', key: [] }] as const;
  for (const way of ways) {
    const upsert = { operation: 'upsert', key: ['email'] };
    assert.deepEqual(howToWrite(way, contacts, ['email', 'firstname']), upsert);
  }
  assert.deepEqual(howToWrite({ key: ['score'] }, contacts, []), {
    operation: 'upsert',
    key: ['score'],
  });
  const insert = { operation: 'insert', key: ['hs_object_id'] };
  assert.deepEqual(howToWrite({}, contacts, ['firstname']), insert);
  for (const operation of ['upsert', 'update', 'delete'] as const) {
    assert.deepEqual(howToWrite({ operation }, contacts, ['firstname']), {
      problem:
        'contacts has nothing by which a record is found again: name a key, or write hs_object_id.',
    });
  }
});

test('what is hostile to a map is a field like any other', () => {
  const record = JSON.parse(
    '{"__proto__":{"email":"a@b.c"},"constructor":"x","email":"d@e.example"}',
  );
  const to = { ...contacts, fields: fieldsOf({ email: 'text', x: 'text' }) };
  to.fields[1] = { ...to.fields[1]!, name: 'constructor' };

  assert.deepEqual(standardFields(from, to, record), { email: 'd@e.example', constructor: 'x' });
  assert.deepEqual(standardFields(from, contacts, null), {});
  assert.deepEqual(standardFields(from, contacts, ['x']), {});
});

test('objects are known by their aliases', () => {
  for (const name of ['Lead', 'contacts', 'Contact', 'patients', 'crm.people', 'Customers']) {
    assert.equal(kindOf(name), 'person', name);
  }
  for (const name of ['Account', 'companies', 'Company', 'public.organizations']) {
    assert.equal(kindOf(name), 'company', name);
  }
  for (const name of ['appointments', 'deals', 'AccountHistory'])
    assert.equal(kindOf(name), 'other');
  assert.ok(isSameObject('Contact', 'contacts'));
  assert.ok(isSameObject('companies', 'Account'));
  assert.ok(!isSameObject('Lead', 'contacts'));
});

test('the domain of a company is read from what people write', () => {
  assert.equal(mailDomainOf(' Ada@Acme.example '), 'acme.example');
  assert.equal(mailDomainOf('ada@MÜNCHEN.example'), 'xn--mnchen-3ya.example');
  assert.equal(mailDomainOf('ada'), undefined);
  assert.equal(mailDomainOf(5), undefined);
  assert.equal(hostOf('https://www.Acme.example:8080/about?x'), 'acme.example');
  assert.equal(hostOf('acme.example'), 'acme.example');
  assert.equal(hostOf('not a host'), undefined);
  assert.equal(hostOf('http://127.0.0.1/'), undefined);
  assert.ok(isFreeMail('gmail.com') && isFreeMail('gmx.de') && !isFreeMail('acme.example'));
});

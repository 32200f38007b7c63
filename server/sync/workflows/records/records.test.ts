import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { AppError } from '../../../runtime/errors.ts';
import type { Field } from '../../connectors/connector.ts';
import { Sandbox } from '../../transforms/sandbox/sandbox.ts';
import { parseExactly } from '../../values/exact-json.ts';
import type { FieldType, Json } from '../../values/types.ts';
import { scopeOf } from '../templates/scope.ts';
import { hostOf, isFreeMail, mailDomainOf } from './domains.ts';
import { isSameObject, kindOf } from './meanings.ts';
import { standardFields, standardKey } from './standard.ts';
import { checkTransform, runCode, TransformError, transformRecord } from './transform.ts';

const sandbox = new Sandbox({ processes: 1 });
after(() => sandbox.close());

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

test('a patient becomes a contact, a contact a lead, an account a company, and back', () => {
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

const trigger = {
  type: 'api_call',
  connection_id: null,
  object: 'Lead',
  record: null,
  fired_at: 'now',
};
const transform = (config: Parameters<typeof transformRecord>[0], record: Json) => {
  const scope = scopeOf({ trigger, record, steps: {}, objectName: 'Lead' });
  return transformRecord(config, { record, scope, objectName: 'Lead', organization: 1, sandbox });
};

test('a record is changed in the order jsonata, rename, set, remove, and then enriched', async () => {
  const config = {
    jsonata: '$merge([$, {"Total": A + B}])',
    rename: { A: 'B', B: 'A', Total: 'Sum' },
    set: {
      Text: '{{Lead.A}}/{{record.B}} = {{Lead.Sum}}',
      n: '{{Lead.Sum}}',
      B: '{{Lead.A}}',
      gone: '{{Lead.No}}',
    },
    remove: ['A', 'nothing'],
    enrich_company_data: true,
  };

  const { record, missing } = await transform(config, { A: 1, B: 2 });

  assert.deepEqual(record, { B: 2, Sum: 3, Text: '2/1 = 3', n: 3, gone: null });
  assert.deepEqual(missing, ['Lead.No']);
});

test('numbers that JavaScript can not hold come out as they went in', async () => {
  const record = parseExactly('{"n":12345678901234567890,"deep":{"n":0.12345678901234567890}}');

  const made = await transform(
    { jsonata: '$merge([$, {"m": deep.n}])', set: { k: '{{Lead.n}}' } },
    record,
  );

  assert.equal(
    JSON.stringify(made.record),
    '{"n":12345678901234567890,"deep":{"n":0.12345678901234567890},"m":0.12345678901234567890,"k":12345678901234567890}',
  );
});

test('what is no record, or more than one, ends the step with a reason', async () => {
  await assert.rejects(transform({ jsonata: '[$, $]' }, { a: 1 }), (error: Error) => {
    assert.ok(error instanceof TransformError);
    assert.match(error.message, /answered 2 records: a workflow goes on with one/);
    return true;
  });
  await assert.rejects(transform({ jsonata: 'nothing' }, { a: 1 }), /answered no record/);
  await assert.rejects(transform({ jsonata: '$error("so")' }, { a: 1 }), TransformError);
  await assert.rejects(transform({ set: { a: 1 } }, null), /There is no record/);
  const work = {
    organization: 1,
    key: 'k',
    type: 'javascript',
    code: 'module.exports = () => { for (;;); }',
  } as const;
  await assert.rejects(runCode(sandbox, work, { a: 1 }), /longer than \d+ ms/);
});

test('a transform is looked at before there is a record', () => {
  const at = {
    member: 'actions[0].config',
    fields: ['A', 'B'],
    scope: { objectName: 'Lead', steps: [] },
  };
  const refusalOf = (config: Parameters<typeof checkTransform>[0]) => {
    try {
      checkTransform(config, at);
    } catch (error) {
      assert.ok(error instanceof AppError);
      return error.message;
    }
    return assert.fail('nothing was refused');
  };

  const fields = checkTransform(
    { rename: { A: 'C' }, set: { D: '{{Lead.C}} {{trigger.record.A}}', E: [1] }, remove: ['B'] },
    at,
  );

  assert.deepEqual(fields, ['C', 'D', 'E']);
  assert.equal(checkTransform({ jsonata: '$', set: { x: '{{Lead.Any}}' } }, at), undefined);
  assert.match(
    refusalOf({ rename: { A: 'C' }, set: { D: { deep: ['{{Lead.A}}'] } } }),
    /^actions\[0\]\.config\.set\.D\.deep\[0\]: at character 1: there is no "A" in Lead/,
  );
  assert.match(
    refusalOf({ rename: { A: 'X', B: 'X' } }),
    /^actions\[0\]\.config\.rename: two fields/,
  );
  assert.match(
    refusalOf({ set: { x: '{{' } }),
    /^actions\[0\]\.config\.set\.x: at character 1: the tag/,
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batch } from '../batch.ts';
import type { ApplyRequest, Field } from '../connector.ts';
import { missing } from '../outcomes.ts';
import { makeHubspot, openHubspot } from './testing/place.ts';

const fields = ['domain', 'name'].map((name): Field => {
  return { name, type: { kind: 'text' }, nativeType: 'string', isNullable: true, isWritable: true };
});
const asked = { object: 'companies', key: ['domain'], fields } as const;

async function make() {
  const hubspot = await makeHubspot({ records: 0 });
  const session = await openHubspot(hubspot);
  const companies = hubspot.type('companies');
  const apply = (operation: ApplyRequest['operation'], ...rows: (string | null)[][]) =>
    session.apply({ ...asked, operation, rows });
  const namesOf = () =>
    [...companies.records.values()].map(({ properties, archivedAt }) =>
      archivedAt === undefined ? `${properties.domain} ${properties.name}` : 'archived',
    );
  return { hubspot, session, companies, apply, namesOf };
}

test('a company is found again by its domain, however that is written, and made where there is none', async () => {
  const { companies, apply, namesOf } = await make();
  const imported = companies.create({ domain: 'www.Old.example', name: 'Old' });

  const first = await apply('upsert', ['acme.example', 'Acme'], ['old.example', 'Older']);
  const second = await apply('upsert', ['https://www.ACME.example/about', 'Acme Ltd']);
  const changed = await apply('update', ['acme.example', 'Acme Inc'], ['other.example', 'Other']);

  assert.deepEqual([first[1]?.id, second[0]?.id], [String(imported.id), first[0]?.id]);
  assert.deepEqual(changed, [{ id: first[0]?.id }, missing]);
  assert.deepEqual(namesOf(), ['www.Old.example Older', 'acme.example Acme Inc']);

  const gone = await apply('delete', ['acme.example', null], ['other.example', null]);

  assert.deepEqual(gone, [{ id: first[0]?.id }, missing]);
  assert.deepEqual(namesOf(), ['www.Old.example Older', 'archived']);
});

test('what is no domain, or that of several companies, is refused by itself', async () => {
  const { companies, apply, namesOf } = await make();
  for (const name of ['One', 'Two']) companies.create({ domain: 'twice.example', name });

  const answers = await apply(
    'upsert',
    ['twice.example', 'Three'],
    ['https://', 'None'],
    [null, 'Empty'],
    ['acme.example', 'Acme'],
  );

  assert.deepEqual(
    answers.map(({ error = '' }) => error.replace(/[,:].*/, '')),
    [
      'HubSpot has several companies with this domain',
      'The field "domain"',
      'The field "domain"',
      '',
    ],
  );
  assert.deepEqual(namesOf(), ['twice.example One', 'twice.example Two', 'acme.example Acme']);
});

test('in one run a company is made once, also where a search does not find it yet', async () => {
  const { hubspot, session, namesOf } = await make();
  hubspot.hook = ({ path }) =>
    path.endsWith('/search') ? { status: 200, body: { total: 0, results: [] } } : undefined;
  const writer = await session.write({
    ...{ ...asked, mode: 'upsert', delete: 'hard', onSchemaChange: 'ignore', metadata: false },
    ...{ isAnew: false, state: { syncId: 'sync_1', runId: 'run_1', fence: 1 } },
    signal: new AbortController().signal,
  });
  const many = Array.from({ length: 250 }, (_, nth) => [`c${nth}.example`, `Company ${nth}`]);

  const written = [
    await writer.write(Batch.ofRows([...many, ['www.c7.example', 'Seven']])),
    await writer.write(Batch.ofRows([['c8.example', 'Eight']])),
  ];

  assert.deepEqual(
    written.map((one) => [one.written, one.rejected]),
    [
      [251, []],
      [1, []],
    ],
  );
  assert.equal(namesOf().length, 250);
  assert.deepEqual(namesOf().slice(7, 9), ['c7.example Seven', 'c8.example Eight']);
});

test('of many companies all are found, with as few searches as fit', async () => {
  const { hubspot, companies, apply } = await make();
  const domains = Array.from({ length: 90 }, (_, nth) => `${'long'.repeat(12)}${nth}.example`);
  for (const domain of domains) companies.create({ domain, name: 'Before' });

  const answers = await apply('upsert', ...domains.map((domain) => [domain, 'After']));

  assert.ok(answers.every(({ error }) => error === undefined));
  assert.equal(companies.records.size, 90);
  const searches = hubspot.heard.filter(({ path }) => path.endsWith('/search'));
  assert.ok(searches.length < 10, String(searches.length));
});

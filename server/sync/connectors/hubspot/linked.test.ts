import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeHubspot, openHubspot, readAll } from './testing/place.ts';

test('associations are read on their own, all of them', async () => {
  const own = await makeHubspot({ records: 300 });
  const opened = await openHubspot(own);
  const companies = own.type('companies');
  const [company, other] = [...companies.records.values()];
  const people = [...own.type('contacts').records.values()];
  // More than one answer has for one record, and one between two with two labels.
  for (let nth = 0; nth < 600; nth += 1) {
    const record = own.type('contacts').create({ firstname: `More ${nth}` });
    own.account.associate(
      { type: own.type('contacts'), record },
      { type: companies, record: company! },
    );
  }
  own.account.associate(
    { type: own.type('contacts'), record: people[1]! },
    { type: companies, record: other! },
    { typeId: 7, category: 'USER_DEFINED', label: 'Employer' },
  );

  const forth = await readAll(opened, 'contacts_to_companies');
  const back = await readAll(opened, 'companies_to_contacts');
  const shown = await opened.query({ object: 'companies_to_contacts', limit: 5 });

  const pairsOf = (rows: typeof forth.rows, turn: boolean) =>
    rows
      .map(([from, to, category, type]) =>
        [turn ? to : from, turn ? from : to, category, type].join(),
      )
      .sort();
  assert.equal(forth.rows.length, 901);
  assert.deepEqual(pairsOf(forth.rows, false), pairsOf(back.rows, true));
  assert.ok(forth.rows.some((row) => row[4] === 'Employer' && row[3] === '7'));
  assert.equal(shown.rows.length, 5);
  assert.ok(shown.nextCursor);
});

test('what is archived, or merged into another, is told as there no more', async () => {
  const own = await makeHubspot({ records: 350 });
  const opened = await openHubspot(own);
  const type = own.type('contacts');
  const records = [...type.records.values()];
  for (const { id } of records.slice(0, 150)) type.archive(String(id));
  type.merge(records[200]!, records[201]!);
  type.merge(records[200]!, records[202]!);

  const gone = await readAll(opened, 'archived_contacts');
  const part = await readAll(opened, 'archived_contacts', { batchesMax: 1 });
  const position = part.position as string;
  const further = await readAll(opened, 'archived_contacts', { position });
  const left = await readAll(opened, 'contacts', { fields: ['hs_object_id'] });

  assert.equal(gone.rows.length, 152);
  assert.ok(gone.rows.slice(0, 150).every(([, at, into]) => at !== null && into === null));
  assert.deepEqual(gone.rows.slice(150), [
    [String(records[201]?.id), null, String(records[200]?.id)],
    [String(records[202]?.id), null, String(records[200]?.id)],
  ]);
  assert.deepEqual([...part.rows, ...further.rows], gone.rows);
  assert.equal(left.rows.length, 198);
});

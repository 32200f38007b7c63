import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { makeDatabase } from './testing/database.ts';
import { makeFolder } from './testing/folder.ts';
import { complaintOf, heddle, heddleJson } from './testing/heddle.ts';
import { makePractice } from './testing/practice.ts';

const database = await makeDatabase({ after });
const environment = {
  DATABASE_URL: database.url,
  HEDDLE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
};
const run = <T = Record<string, unknown>>(...args: string[]) => heddleJson<T>(args, environment);

async function refusalOf(...args: string[]): Promise<string> {
  const outcome = await heddle(args, environment);
  assert.equal(outcome.code, 1, outcome.stdout);
  return complaintOf(outcome);
}

test('a practice is listed, shown and changed', async () => {
  const { organization, practice } = await makePractice(environment);
  const at = ['--id', practice.id];

  const list = await run<{ id: string }[]>('practice', 'list', '--organization', organization);
  const changed = await run(
    ...['practice', 'change', ...at, '--name', 'Elm', '--email', 'desk@elm.example'],
    ...['--country', 'UK', '--hold-minutes', '20', '--website', 'elm.example'],
    ...['--phone', '01632 960123 x7'],
  );
  const emptied = await run('practice', 'change', ...at, '--email', '', '--country', '');
  const shown = await run('practice', 'show', ...at);

  assert.deepEqual(
    list.map(({ id }) => id),
    [practice.id],
  );
  assert.partialDeepStrictEqual(changed, {
    ...{ id: practice.id, organization, name: 'Elm', email: 'desk@elm.example', country: 'GB' },
    hold_minutes: 20,
    phone: '+44 1632 960123 ext. 7',
    locations: [{ name: 'Maple Street', website: 'https://elm.example' }],
  });
  assert.deepEqual(emptied, { ...changed, email: null, country: null });
  assert.deepEqual(shown, emptied);
});

test('a location is added, changed and removed', async () => {
  const { practice } = await makePractice(environment);
  const place = ['practice', 'location'];

  const added = await run(
    ...[...place, 'add', '--practice', practice.id, '--name', 'Annex'],
    ...['--timezone', 'America/Denver', '--street-address', '1 Elm Street', '--city', 'Denver'],
  );
  const changed = await run(...place, 'change', '--id', String(added.id), '--zip', '80014');
  const removed = await run(...place, 'remove', '--id', String(added.id));
  const { locations } = await run<{ locations: object[] }>('practice', 'show', '--id', practice.id);
  const last = await refusalOf(...place, 'remove', '--id', practice.locations[0]?.id ?? '');

  assert.partialDeepStrictEqual(added, {
    ...{ name: 'Annex', timezone: 'America/Denver', street_address: '1 Elm Street' },
    ...{ secondary_address: '', city: 'Denver', state: '', zip: '', website: '' },
  });
  assert.deepEqual(changed, { ...added, zip: '80014' });
  const ended = { bookings_withdrawn: 0, series_ended: 0 };
  assert.deepEqual(removed, { id: added.id, name: 'Annex', ...ended });
  assert.equal(locations.length, 1);
  assert.match(last, /location: Maple Street is the last one of the practice/);
});

test('a form is loaded from a file, and a wrong one is refused with all that is wrong', async (t) => {
  const { practice } = await makePractice(environment);
  const file = `${await makeFolder(t)}.json`;
  const load = ['form', 'load', '--practice', practice.id, file];
  const field = { name: 'allergies', label: 'Allergies', type: 'long_text' };

  const missing = await refusalOf(...load);
  await writeFile(file, JSON.stringify({ title: 'Intake', fields: [field] }));
  const loaded = await run(...load);
  await writeFile(file, JSON.stringify({ fields: [field, { ...field, type: 'colour', x: 1 }] }));
  const wrong = await refusalOf(...load);

  assert.match(missing, /\.json cannot be read: ENOENT/);
  assert.partialDeepStrictEqual(loaded, {
    ...{ practice: practice.id, title: 'Intake', fields: [{ ...field, required: false }] },
  });
  assert.match(wrong, /title: is required\. fields\.1\.type: must be one of text, choice/);
  assert.match(wrong, /fields\.1\.x: is not a member of a field\. fields\.1\.name: "allergies"/);
});

test('what is no name, address, country, website or zone is refused', async () => {
  const { practice } = await makePractice(environment);
  const change = ['practice', 'change', '--id', practice.id];
  const location = ['practice', 'location', 'change', '--id', practice.locations[0]?.id ?? ''];
  const cases: [string[], RegExp][] = [
    [[...change, '--name', '\u200b'], /name: must not be blank/],
    [[...change, '--email', 'desk@'], /email: must be an e-mail address/],
    [[...change, '--country', 'XX'], /country: "XX" is not the code of a country/],
    [[...change, '--hold-minutes', '0'], /hold_minutes: must be a whole number from 1 to 1440/],
    [[...change, '--website', 'javascript:alert(1)'], /website: must be the address of a website/],
    [[...location, '--timezone', 'Mars/Olympus'], /location: "Mars\/Olympus" is no IANA time zone/],
    [['practice', 'show', '--id', 'zzzzz'], /practice: there is no practice zzzzz/],
    [['practice', 'doctor', 'remove', '--id', 'zzzzz'], /doctor: there is no doctor zzzzz/],
  ];

  for (const [args, expected] of cases) assert.match(await refusalOf(...args), expected);
});

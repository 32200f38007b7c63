import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeDatabase } from '../testing/database.ts';
import { complaintOf, heddle, heddleJson } from '../testing/heddle.ts';
import { makePractice } from '../testing/practice.ts';

const database = await makeDatabase({ after });
const environment = {
  DATABASE_URL: database.url,
  HEDDLE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
};
const run = <T = Record<string, unknown>>(...args: string[]) => heddleJson<T>(args, environment);

test('a practice is listed, shown and changed', async () => {
  const { organization, practice } = await makePractice(environment);
  const at = ['--id', practice.id];

  const list = await run<{ id: string }[]>('practice', 'list', '--organization', organization);
  const changed = await run(
    ...['practice', 'change', ...at, '--name', 'Elm', '--email', 'desk@elm.example'],
    ...['--country', 'UK', '--hold-minutes', '20', '--website', 'elm.example'],
    ...['--phone', '01632 960123 x7'],
  );
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
  assert.deepEqual(shown, changed);
});

test('a location is added, and removed when nothing hangs on it', async () => {
  const { practice } = await makePractice(environment);

  const added = await run(
    ...['practice', 'location', 'add', '--practice', practice.id, '--name', 'Annex'],
    ...['--timezone', 'America/Denver', '--street-address', '1 Elm Street', '--zip', '80014'],
  );
  const removed = await run('practice', 'location', 'remove', '--id', String(added.id));

  assert.partialDeepStrictEqual(added, {
    ...{ name: 'Annex', timezone: 'America/Denver', street_address: '1 Elm Street' },
    ...{ secondary_address: '', city: '', state: '', zip: '80014', website: '' },
  });
  const ended = { bookings_withdrawn: 0, series_ended: 0 };
  assert.deepEqual(removed, { id: added.id, name: 'Annex', ...ended });
});

test('a form is loaded from a file, and one that is missing is named', async (t) => {
  const { practice } = await makePractice(environment);
  const folder = await mkdtemp(join(tmpdir(), 'heddle-form-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'form.json');
  const load = ['form', 'load', '--practice', practice.id, file];
  const field = { name: 'allergies', label: 'Allergies', type: 'long_text' };

  const missing = complaintOf(await heddle(load, environment));
  await writeFile(file, JSON.stringify({ title: 'Intake', fields: [field] }));
  const loaded = await run(...load);

  assert.match(missing, /\.json cannot be read: ENOENT/);
  assert.partialDeepStrictEqual(loaded, {
    ...{ practice: practice.id, title: 'Intake', fields: [{ ...field, required: false }] },
  });
});

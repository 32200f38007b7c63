import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../../filters/check.ts';
import { matches } from '../../filters/matches.ts';
import { parseFilter } from '../../filters/parse.ts';
import { makeHubspot, openHubspot, readAll } from './testing/place.ts';

const leaves = [
  "firstname = 'ann'",
  "firstname != 'Ann'",
  'visits > 3',
  'visits != 3',
  'visits IN (1, 4, NULL)',
  'visits IN (NULL)',
  'is_customer = TRUE',
  'seen_at IS NULL',
  "seen_at >= '2024-05-06T07:08:09.123Z'",
  "birthday <= '1990-01-01'",
  "level = 'gold'",
  "birthday < '20000-01-01'",
];

test('every filter finds what SQL would, however its parts are joined', async () => {
  const hubspot = await makeHubspot({ records: 48 });
  const session = await openHubspot(hubspot);
  for (const [nth, record] of [...hubspot.type('contacts').records.values()].entries()) {
    const of = <One>(...values: One[]) => values[nth % values.length] as One;
    record.properties = {
      ...of({}, { firstname: 'Ann' }, { firstname: 'ann' }, { firstname: 'Bo' }),
      ...of({}, { visits: String(nth % 6) }, { visits: '3' }),
      ...of({}, { is_customer: 'true' }, { is_customer: 'false' }, {}, { is_customer: 'true' }),
      ...of({ seen_at: '2024-05-06T07:08:09.123Z' }, {}, { seen_at: '2024-05-06T07:08:09.122Z' }),
      ...of({}, { birthday: '1990-01-01' }, { birthday: '1990-01-02' }, { birthday: '1969-01-01' }),
      ...of({ level: 'gold' }, { level: 'silver' }, {}),
    };
  }
  const { fields } = await session.describe('contacts');
  const names = fields.map(({ name }) => name);
  const { rows } = await readAll(session, 'contacts', { fields: names });
  const joined = leaves.flatMap((one) =>
    leaves.flatMap((other) => [
      `${one} AND NOT ${other}`,
      `NOT (${one} OR ${other})`,
      `NOT (${one} AND ${other}) OR ${one}`,
    ]),
  );

  for (const text of [...leaves, ...joined]) {
    const filter = check(parseFilter(text), fields);
    const answer = await session.query({
      object: 'contacts',
      fields: ['hs_object_id'],
      filter,
      limit: 99,
    });

    const expected = rows.filter(matches(filter)).map(([id]) => id);
    assert.deepEqual(answer.rows.map(([id]) => id).sort(), expected.sort(), text);
  }
  const refused = hubspot.heard.filter(({ status }) => status !== 200);
  assert.deepEqual(refused, []);
});

test('a filter that is too long for a search is decided here', async () => {
  const hubspot = await makeHubspot({ records: 30 });
  const session = await openHubspot(hubspot);
  const { fields } = await session.describe('contacts');
  const long = Array.from({ length: 5 }, (_, nth) => `firstname = '${'x'.repeat(190)}${nth}'`);
  const more = Array.from({ length: 12 }, () => "lastname = 'Last 3' AND email = 'x'").join(
    ' AND ',
  );

  for (const [text, expected] of [
    [`(${long.join(' OR ')} OR visits = 3)`, 1],
    [`${more}`, 0],
    [`(${long.join(' AND ')}) OR (visits < 3 AND visits >= 1)`, 2],
  ] as const) {
    const filter = check(parseFilter(text), fields);
    const { rows } = await session.query({
      object: 'contacts',
      fields: ['email'],
      filter,
      limit: 99,
    });
    assert.equal(rows.length, expected, text.slice(0, 40));
  }
});

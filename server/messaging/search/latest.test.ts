import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { makeOffice, openChat, shown, type Visitor } from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const messages = 9_000;
const page = 60;

/** A chat of many messages; the nth says `everyN` when n is a multiple of N. */
async function makeLongChat() {
  const office = await makeOffice(app);
  const chat_id = await openChat(office.ann, [office.ben]);
  const now = app.clock.now();
  await app.server.platform.database.system.transaction((tx) =>
    tx.rows(
      `insert into messaging.message (organization_id, chat_id, author_id, body, plain, created_at,
         number)
       select $1, $2, case when n % 2 = 0 then $3::bigint else $4 end, text, text,
         $5::timestamptz - make_interval(secs => 60 * ($6::int - n)), n
       from (select n, 'number ' || n || coalesce((
           select string_agg(' every' || d, '') from unnest(array[1, 2, 5, 20, 60, 700]) d
           where n % d = 0), '') || case when n < 4000 then ' ancient' else '' end as text
         from generate_series(1, $6::int) n) made`,
      [office.organization, chat_id, office.ann.user_id, office.ben.user_id, now, messages],
    ),
  );
  return { ...office, chat_id };
}

/** The numbers of the first three pages that are found; of each page, the latest first. */
async function numbersFor({ client }: Visitor, q: string, more: object = {}): Promise<number[]> {
  const numbers: number[] = [];
  for (const skip of [0, 90]) {
    const { found } = shown(await client.search({ query: { q, skip, limit: 90, ...more } }));
    for (const { excerpt } of found) {
      const text = excerpt.map((piece) => piece.text).join('');
      numbers.push(Number(/number (\d+)/.exec(text)?.[1]));
    }
  }
  const pages = [0, 1, 2].map((nth) => numbers.slice(nth * page, (nth + 1) * page));
  return pages.flatMap((one) => one.sort((first, second) => second - first));
}

/** What is to be found: the latest of those that match. */
function latest(matches: (n: number) => boolean): number[] {
  const all = Array.from({ length: messages }, (_, at) => messages - at);
  return all.filter(matches).slice(0, 3 * page);
}

const { ann, ben, zoe, chat_id } = await makeLongChat();

const cases: [string, (n: number) => boolean][] = [
  ['every1', () => true],
  ['every2', (n) => n % 2 === 0],
  ['every20', (n) => n % 20 === 0],
  ['every60', (n) => n % 60 === 0],
  ['every700', (n) => n % 700 === 0],
  ['"every2 every5"', (n) => n % 10 === 0],
  ['every5 -every2', (n) => n % 5 === 0 && n % 2 !== 0],
  ['every2 -every1', () => false],
  ['ancient', (n) => n < 4000],
  ['ancient every60', (n) => n < 4000 && n % 60 === 0],
  ['number', () => true],
  // Of several words only the last one goes on …
  ['every6 every', (n) => n % 60 === 0],
  ['every2 every6', (n) => n % 60 === 0],
  // … unless hardly a page says the others as they stand.
  ['anci every60', (n) => n < 4000 && n % 60 === 0],
];
for (const [query, matches] of cases) {
  test(`of many messages the latest are found that say ${query}`, async () => {
    assert.deepEqual(await numbersFor(ann, query), latest(matches));
  });
}

test('the same holds for what one person wrote, and in one chat', async () => {
  const byBen = await numbersFor(ann, 'every5', { author_id: ben.user_id });
  const byAnn = await numbersFor(ben, 'ancient', { author_id: ann.user_id, chat_id });

  assert.deepEqual(
    byBen,
    latest((n) => n % 5 === 0 && n % 2 !== 0),
  );
  assert.deepEqual(
    byAnn,
    latest((n) => n < 4000 && n % 2 === 0),
  );
});

test('however much others wrote, a stranger finds nothing of it', async () => {
  assert.deepEqual(await numbersFor(zoe, 'every1'), []);
  assert.deepEqual(await numbersFor(zoe, 'ancient', { chat_id }), []);
});

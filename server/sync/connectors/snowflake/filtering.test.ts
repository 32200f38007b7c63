import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../../filters/check.ts';
import { matches } from '../../filters/matches.ts';
import { parseFilter } from '../../filters/parse.ts';
import { makeAccount, openAccount, readAll } from './testing/account.ts';

const account = await makeAccount(300);
const session = await openAccount(account);
const request = { object: 'RAW.CONTACTS', key: ['ID'] };
const { fields, rows: all } = await readAll(session, request);

/** Decided in Snowflake as a whole. */
const whole = [
  'ID > 290',
  'ID IN (1, 2, NULL, 500)',
  "EMAIL = 'person.8@example.com'",
  "EMAIL != 'person.8@example.com'",
  'EMAIL IS NULL AND IS_ACTIVE = TRUE',
  'NOT (IS_ACTIVE = TRUE) OR ID < 3',
  'BALANCE >= 372.5 AND BALANCE < 374.0001',
  'SCORE BETWEEN 1 AND 1.5',
  "BORN < '1952-01-01'",
  "UPDATED_AT >= '2026-01-01T01:39:00'",
  "fullName > 'Person 98' OR \"fullName\" = 'it''s \\'",
];
/** Decided here, at least in part. */
const partly = ["EMAIL LIKE '%.9_@%' AND ID > 5", 'BALANCE = 1.00000001', 'ID = 0.5 OR ID = 7'];

for (const text of [...whole, ...partly]) {
  test(`${text} finds what it finds here`, async () => {
    const filter = check(parseFilter(text), fields);
    const isWanted = matches(filter);
    const expected = all.filter(isWanted);

    const before = account.heard.length;
    const { reading, rows } = await readAll(session, { ...request, filter });
    const page = await session.query({ object: request.object, filter, limit: 1_000 });

    const kept = reading.remaining ? rows.filter(matches(reading.remaining)) : rows;
    assert.deepEqual(kept, expected);
    assert.deepEqual(page.rows, expected);
    assert.equal(reading.remaining === undefined, whole.includes(text));
    const asked = account.heard.slice(before).filter((one) => one.includes('"CONTACTS" where'));
    assert.equal(asked.length > 0, whole.includes(text) || text.includes('AND'));
  });
}

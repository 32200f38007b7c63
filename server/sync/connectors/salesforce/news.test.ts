import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Salesforce } from '../../../testing/simulators/salesforce/simulator.ts';
import type { Session } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { makeOrg, openOrg, readAll, readBatches } from './testing/org.ts';

const cursorField = 'SystemModstamp';
const fields = ['Id', 'Name', 'SystemModstamp'];

/** What is new since a position, by name, and where it ended. */
async function newsOf(session: Session, position: string | undefined, more = {}) {
  const given = position === undefined ? {} : { position };
  const read = await readAll(session, 'Account', { fields, cursorField, ...given, ...more });
  return { names: read.rows.map(([, name]) => name), position: read.position };
}

function at(org: Salesforce, time: string): void {
  org.org.stampAt = new Date(time);
}

function insert({ org }: Salesforce, Name: string): string {
  const object = org.object('Account');
  assert.ok(object);
  return String(org.insert(object, { Name }).Id);
}

function update({ org }: Salesforce, id: string, Name: string): void {
  const object = org.object('Account');
  assert.ok(object);
  org.update(object, id, { Name });
}

for (const [way, bulk_read_from] of [
  ['pages', 10_000],
  ['a job', 1],
] as const) {
  suite(`what is new, after a first read by ${way}`, () => {
    test('comes once, also what is seen late or has the same stamp', async () => {
      const org = await makeOrg(0);
      const session = await openOrg(org, { config: { bulk_read_from } });
      at(org, '2024-05-01T10:00:00Z');
      for (const name of ['a', 'b', 'c']) insert(org, name);
      const first = await newsOf(session, undefined);
      insert(org, 'tied');
      at(org, '2024-05-01T09:56:00Z');
      insert(org, 'late');
      at(org, '2024-05-01T09:54:00Z');
      insert(org, 'too late');
      const second = await newsOf(session, first.position);
      const third = await newsOf(session, second.position);

      assert.deepEqual(first.names.sort(), ['a', 'b', 'c']);
      assert.deepEqual(second.names.sort(), ['late', 'tied']);
      assert.deepEqual(third.names, []);
    });

    test('is each change of a record', async () => {
      const org = await makeOrg(0);
      const session = await openOrg(org, { config: { bulk_read_from } });
      at(org, '2024-05-01T10:00:00Z');
      const id = insert(org, 'first');
      let { position } = await newsOf(session, undefined);
      const seen = [];
      for (const [time, name] of [
        ['2024-05-01T10:00:01Z', 'second'],
        ['2024-05-01T10:00:02Z', 'third'],
        ['2024-05-01T10:00:03Z', 'fourth'],
      ] as const) {
        at(org, time);
        update(org, id, name);
        const news = await newsOf(session, position);
        seen.push(...news.names);
        ({ position } = news);
      }

      assert.deepEqual(seen, ['second', 'third', 'fourth']);
    });
  });
}

suite('a read by a cursor', () => {
  test('goes on after any batch, also among records of one stamp', async () => {
    const org = await makeOrg(700);
    const session = await openOrg(org);
    const asked = { fields, cursorField, batchRows: 103 };
    const ids = new Set<unknown>();
    let count = 0;
    let position: string | undefined;
    for (let isOver = false; !isOver; ) {
      const given = position === undefined ? {} : { position };
      const { batches } = await readBatches(session, 'Account', { ...asked, ...given }, 2);
      for (const { rows } of batches) {
        for (const [id] of rows) ids.add(id);
        count += rows.length;
      }
      ({ position } = batches.findLast((one) => one.position !== undefined) ?? {});
      isOver = batches.length < 2;
    }

    assert.deepEqual([count, ids.size], [700, 700]);
  });

  test('goes on in a job, where what changed meanwhile comes after it', async () => {
    const org = await makeOrg(0);
    at(org, '2024-05-01T10:00:00Z');
    const ids = Array.from({ length: 50 }, (_, nth) => insert(org, `n${nth}`));
    const session = await openOrg(org, { config: { bulk_read_from: 1 } });
    const asked = { fields, cursorField, batchRows: 20 };
    const { batches } = await readBatches(session, 'Account', asked, 2);
    at(org, '2024-05-01T12:00:00Z');
    update(org, ids[40] as string, 'changed');
    const { position } = batches.at(-1) ?? {};
    assert.ok(position !== undefined);
    const rest = await readAll(session, 'Account', { ...asked, position });

    assert.match(position, /"bulk":\{"job":"\w+","locator":"\w+","read":20,"bound":/);
    const names = [...batches, ...rest.batches].flatMap(({ rows }) => rows.map(([, name]) => name));
    assert.deepEqual([names.length, names.at(-1)], [51, 'changed']);
    assert.deepEqual((await newsOf(session, rest.position)).names, []);
    assert.deepEqual(org.bulk.jobs, ['query JobComplete']);
  });

  test('begins at a value that somebody has set, and reads a part again', async () => {
    const org = await makeOrg(70);
    const session = await openOrg(org);
    const position = JSON.stringify({ value: '2024-01-01T01:00:05+01:00' });
    const { rows } = await readAll(session, 'Account', { fields, cursorField, position });
    const [id = ''] = rows[3] ?? [];
    const bounds = { from: '2024-01-01T00:00:02Z', to: '2024-01-01 00:00:03+00' };
    const part = await readAll(session, 'Account', { fields, cursorField, part: bounds });
    const keys = await readAll(session, 'Account', { fields, part: { keys: [[id]] } });

    assert.equal(rows.length, 35);
    assert.equal(part.rows.length, 14);
    assert.deepEqual(keys.rows, [rows[3]]);
  });

  test('is refused by a field that the org finds no records by, with those that can', async () => {
    const session = await openOrg(await makeOrg(11));
    const { cursorFields } = await session.describe('ActivityFieldHistory');

    assert.deepEqual(cursorFields, []);
    const refused = (error: unknown) =>
      error instanceof ConnectorError &&
      error.kind === 'request' &&
      error.field === 'cursor_field' &&
      error.message.includes('everything is read');
    await assert.rejects(readAll(session, 'ActivityFieldHistory', { cursorField }), refused);
    assert.equal((await readAll(session, 'ActivityFieldHistory')).rows.length, 2);
  });
});

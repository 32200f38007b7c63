import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExtensionObject, JsonRecord, Page } from '../protocol.ts';
import type { Target } from '../target.ts';
import type { ContractOptions } from './options.ts';

const pagesMax = 10_000;
/** So small that a few records are several pages. */
const limit = 2;

export function testRead(target: Target, { object }: ContractOptions): void {
  testPages(target, object);
  testRecords(target, object);
  if (target.can.query) testQuery(target, object);
}

function testPages(target: Target, object: string): void {
  test('read: pages lead to the end, and no cursor comes twice', async () => {
    const { pages } = await readAll(target, object, 100);

    assert.ok(pages.at(-1)!.next_cursor == null, 'the last page has no next_cursor');
  });

  test('read: a page has at most `limit` records, and pages leave nothing out', async () => {
    const whole = await readAll(target, object, 1_000);
    const { pages, records } = await readAll(target, object, limit);
    const key = (await described(target, object)).key ?? [];

    for (const page of pages) assert.ok(page.records.length <= limit, `more than limit: ${limit}`);
    assert.ok(records.length > limit, `${object} needs more than ${limit} records to be tested`);
    assert.deepEqual(namesOf(records, key), namesOf(whole.records, key));
  });

  test('read: goes on from a cursor, as often as it is asked to', async () => {
    const first = await target.read({ object, limit });
    const cursor = first.next_cursor ?? null;
    assert.ok(cursor !== null, `${object} needs more than ${limit} records to be tested`);

    const second = await target.read({ object, limit, cursor });
    const again = await target.read({ object, limit, cursor });

    assert.deepEqual(again, second);
    assert.notDeepEqual(second.records, first.records);
  });
}

function testRecords(target: Target, object: string): void {
  test('read: records hold fields that discover names, and their key', async () => {
    const { fields, key = [] } = await described(target, object);
    const names = new Set(fields.map(({ name }) => name));
    const { records } = await target.read({ object });

    for (const record of records) {
      const unknown = Object.keys(record).filter((name) => !names.has(name));
      assert.deepEqual(unknown, [], 'a record has fields that discover does not name');
      const missing = key.filter((name) => record[name] == null);
      assert.deepEqual(missing, [], 'a record has no value in a field of its key');
    }
  });

  test('read: what a filter asks for is among the answer', async () => {
    const { key = [], fields } = await described(target, object);
    const { records } = await target.read({ object });
    const field = key[0] ?? fields[0]!.name;
    const value = records.at(-1)![field];

    const found = await readAll(target, object, 1_000, [{ field, operator: '=', value }]);

    const values = found.records.map((record) => record[field]);
    assert.ok(values.includes(value), `${field} = ${JSON.stringify(value)} was not found`);
  });

  test('read: what is new is among the answer, by each of cursor_fields', async () => {
    const { cursor_fields = [] } = await described(target, object);
    const { records } = await readAll(target, object, 1_000);

    for (const field of cursor_fields) {
      const value = records.at(-1)![field];
      const found = await readAll(target, object, 1_000, [{ field, operator: '>=', value }]);
      const values = found.records.map((record) => record[field]);
      assert.ok(values.includes(value), `${field} >= ${JSON.stringify(value)} does not find it`);
    }
  });

  test('read: an object that is not there is refused', async () => {
    await assert.rejects(target.read({ object: 'there-is-no-such-object' }));
  });
}

function testQuery(target: Target, object: string): void {
  test('query: answers in the order that is asked for, at most `limit`', async () => {
    const { key = [], fields } = await described(target, object);
    const field = key[0] ?? fields[0]!.name;
    const ask = (descending: boolean) =>
      target.query({ object, limit, order_by: [{ field, descending }] });

    const [rising, falling] = [await ask(false), await ask(true)];

    assert.ok(rising.records.length <= limit && falling.records.length <= limit);
    assert.notDeepEqual(rising.records[0], falling.records[0], `order_by ${field} changes nothing`);
  });
}

/** @throws AssertionError when a cursor comes again, which would never end */
export async function readAll(
  target: Target,
  object: string,
  limit: number,
  filter: Parameters<Target['read']>[0]['filter'] = [],
): Promise<{ pages: Page[]; records: JsonRecord[] }> {
  const pages: Page[] = [];
  const seen = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: Page = await target.read({ object, limit, cursor, filter });
    pages.push(page);
    cursor = page.next_cursor ?? null;
    assert.ok(cursor === null || !seen.has(cursor), `the cursor ${cursor} comes twice`);
    if (cursor !== null) seen.add(cursor);
  } while (cursor !== null && pages.length < pagesMax);
  return { pages, records: pages.flatMap(({ records }) => records) };
}

export async function described(target: Target, name: string): Promise<ExtensionObject> {
  const { objects } = await target.discover();
  const object = objects.find((one) => one.name === name);
  assert.ok(object, `discover does not name ${name}`);
  return object;
}

/** What was read, whatever came twice and in whichever order. */
function namesOf(records: JsonRecord[], key: string[]): string[] {
  const nameOf = (record: JsonRecord) =>
    JSON.stringify(key.length > 0 ? key.map((name) => record[name]) : record);
  return [...new Set(records.map(nameOf))].sort();
}

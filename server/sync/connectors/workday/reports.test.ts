import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startMilliseconds } from '../../../testing/simulators/workday/tenant.ts';
import { entriesOf } from './entries.ts';
import type { Instance } from './instances.ts';
import { makeWorkday, openWorkday, readAll } from './testing/place.ts';

const cursorField = 'Last_Updated';
const two = ['Employee_ID', cursorField];

test('the fields of a report have its types, and every value is as it was', async () => {
  const workday = await makeWorkday({ records: 4 });
  const notes = 'Zoë said: "}], \\" {"Report_Entry":[" 😀';
  workday.tenant.put(1, { pay: '12345678901234567890.125', notes, hired: '2024-02-29-08:00' });
  workday.tenant.put(2, { hired: 'soon' });
  workday.tenant.put(3, { pay: '' });
  const session = await openWorkday(workday);

  const { fields, key, cursorFields } = await session.describe('headcount');
  const { rows, unread } = await readAll(session, 'Headcount');
  const some = await readAll(session, 'Headcount', { fields: ['Base_Pay'] });

  assert.deepEqual([key, cursorFields], [['Employee_ID'], [cursorField]]);
  assert.deepEqual(
    fields.map(({ name, type, nativeType }) => `${name} ${type.kind} ${nativeType}`),
    [
      'Employee_ID text string',
      'Worker text reference to Worker',
      'Hire_Date date date',
      'Base_Pay numeric decimal',
      'Is_Manager boolean boolean',
      'Notes text RichText',
      'Dependents_group jsonb list',
      'Last_Updated timestamptz dateTime',
    ],
  );
  assert.deepEqual(rows[1], [
    ...['000002', 'Worker 000001', '2024-02-29', '12345678901234567890.125', 'f', notes, null],
    '2024-01-01 00:00:01+00',
  ]);
  assert.match(String(rows[0]?.[6]), /^\[\{"Age": ?"7"/);
  assert.equal(rows[2]?.[3], null);
  // Nobody asked for what cannot be read.
  assert.deepEqual([some.rows.length, some.unread.length], [4, 0]);
  assert.deepEqual([unread.length, unread[0]?.field], [1, 'Hire_Date']);
  assert.ok(!String(unread[0]?.reason).includes('soon'));
});

test('a field that a report does not describe, or as another type, can be named', async () => {
  const workday = await makeWorkday({ records: 1 });
  const report = {
    ...{ owner: 'ISU_Heddle', name: 'Headcount' },
    fields: { Employee_ID: 'int4', Unseen: 'numeric' },
  };
  const session = await openWorkday(workday, { config: { reports: [report] } });

  const { rows, fields } = await readAll(session, 'Headcount', { key: [] });

  assert.equal(fields.find(({ name }) => name === 'Unseen')?.type.kind, 'numeric');
  assert.deepEqual([rows[0]?.[0], rows[0]?.at(-1)], ['1', null]);
});

test('what is new of a report is asked for by its prompt, late and equal ones once', async () => {
  const workday = await makeWorkday({ records: 400 });
  const session = await openWorkday(workday);
  const asked = { fields: two, cursorField };
  const last = startMilliseconds + 399_000;

  const first = await readAll(session, 'Headcount', asked);
  workday.tenant.put(7, { updatedAt: last });
  workday.tenant.put(500, { updatedAt: last });
  workday.tenant.put(501, { updatedAt: last - 60_000 });
  const second = await readAll(session, 'Headcount', {
    ...asked,
    position: first.position as string,
  });
  const third = await readAll(session, 'Headcount', {
    ...asked,
    position: second.position as string,
  });

  assert.equal(first.rows.length, 400);
  assert.deepEqual(second.rows.map(([id]) => id).sort(), ['000008', '000501', '000502']);
  assert.equal(third.rows.length, 0);
  const prompts = workday.heard.flatMap(({ search }) => {
    return new URLSearchParams(search).get('Updated_From') ?? [];
  });
  assert.deepEqual(prompts, ['2024-01-01T00:01:39Z', '2024-01-01T00:01:39Z']);
});

test('a report without such a prompt is read whole, and what is new found here', async () => {
  const workday = await makeWorkday({ records: 400 });
  const report = { owner: 'ISU_Heddle', name: 'Headcount', key: 'Employee_ID' };
  const session = await openWorkday(workday, { config: { reports: [report] } });
  const asked = { fields: two, cursorField };

  const first = await readAll(session, 'Headcount', asked);
  workday.tenant.put(7, { updatedAt: startMilliseconds + 400_000 });
  const second = await readAll(session, 'Headcount', {
    ...asked,
    position: first.position as string,
  });
  const value = JSON.stringify({ value: '2024-01-01T00:06:35Z' });
  const since = await readAll(session, 'Headcount', { ...asked, position: value });
  const days = await readAll(session, 'Headcount', {
    ...{ fields: two, cursorField: 'Hire_Date' },
    position: (await readAll(session, 'Headcount', { cursorField: 'Hire_Date' }))
      .position as string,
  });

  assert.deepEqual(
    second.rows.map(([id]) => id),
    ['000008'],
  );
  assert.equal(since.rows.length, 6);
  assert.equal(days.rows.length, 0);
});

test('a report is read as it comes: only its end is a place', async () => {
  const workday = await makeWorkday({ records: 2_500 });
  const session = await openWorkday(workday);

  const { batches, rows } = await readAll(session, 'Headcount', { batchRows: 400 });

  assert.equal(rows.length, 2_500);
  assert.deepEqual(
    batches.map(({ count, position }) => [count, position]),
    [...Array.from({ length: 6 }, () => [400, undefined]), [100, '{"isEnd":true}']],
  );
});

test('a report that is broken off is not over, and what is none is not read', async () => {
  const workday = await makeWorkday({ records: 2_000 });
  const session = await openWorkday(workday);
  await session.describe('Headcount');

  workday.hook = () => ({ piecesMax: 10 });
  await assert.rejects(readAll(session, 'Headcount'), { kind: 'retry' });
  const others = [
    ['{"Report_Entry":[{"Employee_ID":"1"}', 'retry'],
    ['{"Report_Entry":[{"Employee_ID":"1', 'retry'],
    ['<html></html>', 'configuration'],
    ['[{"Employee_ID":"1"}]', 'configuration'],
    ['{"other":[{"Employee_ID":"1"}]}', 'configuration'],
    ['{"Report_Entry":[{"Employee_ID":1,}]}', 'configuration'],
    ['{"Report_Entry":["1"]}', 'configuration'],
    ['', 'configuration'],
  ] as const;
  for (const [text, kind] of others) {
    workday.hook = () => ({ status: 200, text });
    await assert.rejects(readAll(session, 'Headcount'), { kind }, text);
  }
  for (const text of ['{"Report_Entry":[]}', '{}', ' {"Report_Entry" : [ ] }\n']) {
    workday.hook = () => ({ status: 200, text });
    assert.equal((await readAll(session, 'Headcount')).rows.length, 0);
  }
});

test('entries are found wherever an answer is cut', async () => {
  const entries = [{ a: 'x\\"}]{' }, { 'b"': [[{ c: '\\' }], {}] }, { d: 'Zoë 😀' }, {}];
  const bytes = Buffer.from(JSON.stringify({ Report_Entry: entries }));
  for (const size of [1, 2, 3, 7, bytes.length]) {
    async function* cut() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const found: Instance[] = [];
    for await (const entry of entriesOf(cut(), 'here')) found.push(entry);

    assert.deepEqual(found, entries);
  }
});

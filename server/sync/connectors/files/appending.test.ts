import assert from 'node:assert/strict';
import { test } from 'node:test';
import { move } from '../testing/move.ts';
import { makeFolder } from './testing/folder.ts';

const folder = await makeFolder();

test('who appends to a file that another one has changed meanwhile undoes nothing of it', async () => {
  await folder.put('shared.csv', 'id\n1\n');
  const [one, other] = [await folder.open(), await folder.open()];
  await folder.put('mine.csv', 'id\n2\n');
  await folder.put('yours.csv', 'id\n3\n');
  const appending = { into: 'shared.csv', mode: 'append' } as const;
  const mine = { from: one, to: one, object: 'mine.csv', ...appending };
  const yours = { from: other, to: other, object: 'yours.csv', ...appending };

  const beforeTheEnd = async (batch: number) => batch === 1 && move(yours);
  const late = move({ ...mine, meanwhile: beforeTheEnd });
  await assert.rejects(late, { kind: 'retry' });
  await move(mine);
  const meanwhile = async (batch: number) => batch === 1 && move({ ...yours, into: 'new.csv' });
  await assert.rejects(move({ ...mine, into: 'new.csv', meanwhile }), { kind: 'retry' });

  assert.equal(await folder.get('shared.csv'), 'id\n1\n3\n2\n');
  assert.equal(await folder.get('new.csv'), 'id\n3\n');
});

test('records that are added to a file at once all arrive', async () => {
  await folder.put('busy.csv', 'id\n0\n');
  const session = await folder.open();
  const { fields } = await session.describe('busy.csv');
  const ids = ['1', '2', '3', '4', '5', '6'];

  const results = await Promise.all(
    ids.map((id) =>
      session.apply({ object: 'busy.csv', operation: 'insert', key: [], fields, rows: [[id]] }),
    ),
  );

  assert.deepEqual(
    results.flat(),
    ids.map(() => ({})),
  );
  const lines = (await folder.get('busy.csv')).trim().split('\n');
  assert.deepEqual(lines.slice(1).sort(), ['0', ...ids]);
});

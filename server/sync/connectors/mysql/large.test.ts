import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { makeSchema } from '../testing/mariadbs.ts';
import { move } from '../testing/move.ts';

test('a record that is larger than the server takes is set aside, and the rest arrives', async () => {
  const [source, destination] = await Promise.all([makeSchema(), makeSchema()]);
  after(() => Promise.all([source.end(), destination.end()]));
  await source.admin.query(`create table large (id int primary key, word longtext);
    insert into large values (1, 'a'), (2, repeat('x', 3000000)), (3, 'c')`);
  await destination.admin.query('set global max_allowed_packet = 1048576');
  const narrow = await destination.open();

  const { rejected, written } = await move({
    from: await source.open(),
    to: narrow,
    object: 'large',
    syncId: 'large',
  });
  const { fields } = await narrow.describe('large');
  const updates = { object: 'large', operation: 'update', key: ['id'], fields } as const;
  const updated = await narrow.apply({
    ...updates,
    rows: [
      ['1', 'x'.repeat(3_000_000)],
      ['3', 'C'],
    ],
  });
  await destination.admin.query('set global max_allowed_packet = 16777216');

  assert.equal(written, 2);
  assert.deepEqual(
    rejected.map(({ index }) => index),
    [1],
  );
  assert.match(updated[0]?.error ?? '', /larger than the server takes/);
  assert.deepEqual(updated[1], { id: '3' });
});

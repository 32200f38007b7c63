import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openFragile } from '../../testing/crash.ts';

const { crash, stop } = await openFragile();
after(stop);

test('a list that was kept before PostgreSQL crashed is not answered after', async () => {
  const known = [await crash(), await crash()];

  assert.deepEqual(known, [true, true]);
});

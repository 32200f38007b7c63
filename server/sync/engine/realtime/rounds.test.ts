import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFollowing } from './testing/followed.ts';
import { playRounds } from './testing/rounds.ts';

test('whatever is written and killed, each pause finds both ends the same, in one run', async () => {
  const { killed, changes, runs } = await playRounds(await startFollowing(), 10);

  assert.ok(new Set(killed).size > 2, String(killed));
  assert.ok(changes > 100, String(changes));
  assert.deepEqual(runs, [1, 1]);
});

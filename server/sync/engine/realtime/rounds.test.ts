import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playRounds } from './testing/rounds.ts';

test('whatever is written and killed, each pause finds both ends the same', async () => {
  const played = await playRounds(10);

  assert.equal(played.rounds, 10);
  assert.ok(played.changes > 0);
});

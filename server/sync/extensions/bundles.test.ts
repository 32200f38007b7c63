import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { GuardedOutside } from '../connectors/outside.ts';
import { Bundles } from './bundles.ts';

const bundles = new Bundles();
after(() => bundles.close());

test('what one organization waits for holds up no other, and ends when nobody waits any more', async () => {
  const ending = new AbortController();
  const { signal } = ending;
  const outside = new GuardedOutside({ allowPrivateHosts: [], folder: undefined, signal });
  const of = (organization: number, code: string) =>
    bundles
      .callerOf({ organization, code, hosts: [], hidden: [] }, outside)
      .ask({ name: 'check', body: '{}', signal });
  let over = 0;
  const waiting = Array.from({ length: 5 }, () =>
    of(1, 'module.exports = { check: () => new Promise(() => {}) };').finally(() => {
      over += 1;
    }),
  );

  const answer = await of(2, 'module.exports = { check: () => ({ ok: true }) };');

  assert.deepEqual(answer, { ok: true });
  assert.equal(over, 0);
  ending.abort(new Error('given up'));
  for (const one of waiting) await assert.rejects(one, /given up/);
  await outside.close();
});

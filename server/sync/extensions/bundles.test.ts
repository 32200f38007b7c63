import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { GuardedOutside } from '../connectors/outside.ts';
import { Bundles } from './bundles.ts';

const bundles = new Bundles();
after(() => bundles.close());

function openOutside(signal: AbortSignal) {
  const outside = new GuardedOutside({ allowPrivateHosts: [], folder: undefined, signal });
  const of = (organization: number, code: string) =>
    bundles
      .callerOf({ organization, code, hosts: [], hidden: [] }, outside)
      .ask({ name: 'check', body: '{}', signal });
  return { of, close: () => outside.close() };
}

test('what one organization waits for holds up no other, and ends when nobody waits any more', async () => {
  const ending = new AbortController();
  const { signal } = ending;
  const { of, close } = openOutside(signal);
  let over = 0;
  const waiting = Array.from({ length: 5 }, () =>
    of(1, `module.exports = { check: () => new Promise((go) => setTimeout(go, 60_000)) };`).finally(
      () => {
        over += 1;
      },
    ),
  );

  const answer = await of(2, 'module.exports = { check: () => ({ ok: true }) };');

  assert.deepEqual(answer, { ok: true });
  assert.equal(over, 0);
  ending.abort(new Error('given up'));
  for (const one of waiting) await assert.rejects(one, /given up/);
  await close();
});

test('a bundle that waits for what never comes is ended at once, wherever it does so', async () => {
  const { of, close } = openOutside(new AbortController().signal);
  const never = 'new Promise(() => {})';
  const codes = [
    `module.exports = { check: () => ${never} };`,
    `module.exports = { async check() { await Promise.resolve(); await ${never}; } };`,
    `module.exports = { async check() { await new Promise((go) => setTimeout(go, 5)); await ${never}; } };`,
    `module.exports = { async check() { await fetch('https://a.example').catch(() => {}); await ${never}; } };`,
  ];

  for (const code of codes) await assert.rejects(of(1, code), /nothing settles/, code);
  const early = `await ${never}; export default { check: () => ({ ok: true }) };`;
  await assert.rejects(of(1, early), /"await" has to be within its functions/);

  const later = `module.exports = { async check() {
    for (let n = 0; n < 20; n += 1) await new Promise((go) => setTimeout(go, n % 3));
    await Promise.all([1, 2, 3].map(async (n) => { for (let m = 0; m < n; m += 1) await m; }));
    return { ok: true };
  } };`;
  assert.deepEqual(await of(1, later), { ok: true });
  await close();
});

test('a bundle that is at it when nobody waits any longer is ended with that reason', async () => {
  const { of, close } = openOutside(AbortSignal.timeout(300));

  const asked = of(
    1,
    'module.exports = { check: () => new Promise((go) => setTimeout(go, 6e4)) };',
  );

  await assert.rejects(asked, /did not answer "check" in time, and was ended/);
  await close();
});

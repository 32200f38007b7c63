import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Json } from '../../values/types.ts';
import { Sandbox } from './sandbox.ts';

const sandbox = new Sandbox({ processes: 1 });
after(() => sandbox.close());

let keys = 0;

async function run(code: string, records: Json[]) {
  keys += 1;
  const work = { organization: 1, key: `${keys}`, type: 'javascript', code, records } as const;
  return (await sandbox.run(work)).outcomes;
}

test('Nothing of a record runs when the records are done', async () => {
  const code = `const left = typeof FinalizationRegistry === 'undefined' ? undefined
      : new FinalizationRegistry(() => { for (;;); });
    module.exports = (r) => {
      for (let at = 0; left && r.id === 1 && at < 1000; at += 1) left.register({}, 1);
      return { left: typeof left, weak: typeof WeakRef, id: r.id, text: r.text };
    }`;
  const text = 'x'.repeat(1_000);
  const records = Array.from({ length: 20_000 }, (_, id) => ({ id, text }));

  const outcomes = await run(code, records);

  const none = 'undefined';
  assert.deepEqual(
    outcomes,
    records.map(({ id }) => ({ records: [{ left: none, weak: none, id, text }] })),
  );
});

test('What a record leaves to do is not held against those that come after it', async () => {
  const code = `module.exports = async (r) => {
    if (r.id !== 3) return r;
    let later = Promise.resolve();
    for (let i = 0; i < 20; i += 1) later = later.then(() => {});
    later.then(() => { for (;;); });
    return r;
  }`;
  const records = Array.from({ length: 12 }, (_, id) => ({ id }));

  const outcomes = await run(code, records);

  const failed = outcomes.flatMap((outcome, id) => ('error' in outcome ? [id] : []));
  assert.ok(failed.length <= 1 && failed.every((id) => id === 3), failed.join());
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAhead } from './ahead.ts';

/** Pages of one number each, which are asked for one by one. */
function numbers(last: number) {
  const asked: number[] = [];
  let signal: AbortSignal | undefined;
  const ask = (page: number) => async (within: AbortSignal) => {
    asked.push(page);
    signal = within;
    if (page < 0) throw new Error('this page cannot be read');
    return page;
  };
  const following = (page: number) => (page === last ? undefined : ask(page + 1));
  return { asked, ask, following, isOver: () => signal?.aborted };
}

test('while a page is worked on the next one is asked for, and none beyond', async () => {
  const { asked, ask, following } = numbers(3);
  const seen: number[][] = [];

  for await (const page of readAhead(ask(1), following)) seen.push([page, ...asked]);

  assert.deepEqual(seen, [
    [1, 1, 2],
    [2, 1, 2, 3],
    [3, 1, 2, 3],
  ]);
});

test('who stops reading breaks off the page that is on its way', async () => {
  const { ask, following, isOver } = numbers(3);

  for await (const page of readAhead(ask(1), following)) {
    assert.equal(isOver(), false);
    if (page === 1) break;
  }

  assert.equal(isOver(), true);
});

test('a page that cannot be read is told after the one before it', async () => {
  const { ask } = numbers(3);
  const seen: number[] = [];

  const reading = async () => {
    for await (const page of readAhead(ask(1), () => ask(-1))) seen.push(page);
  };

  await assert.rejects(reading, /cannot be read/);
  assert.deepEqual(seen, [1]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Feed, Told } from '../../connectors/changes.ts';
import { FeedReader, type Follower } from './reader.ts';

const idle: Told = { kind: 'idle', at: '9' };

/** A source that tells what it is given; `begins` may take its time. */
function sourceOf(told: Told[], begins: Promise<void> = Promise.resolve()) {
  const asked = Promise.withResolvers<void>();
  let stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => undefined);
  const feed = {
    keep: async () => undefined,
    begin: async () => {
      stopped = Promise.withResolvers();
      stopped.promise.catch(() => undefined);
      await begins;
    },
    next: async () => {
      const one = told.shift();
      if (one) return one;
      asked.resolve();
      return stopped.promise;
    },
    stop: async () => stopped.reject(new Error('stopped')),
  } as Partial<Feed> as Feed;
  return { feed, asked: asked.promise };
}

const followerAt = (stored: string): Follower => ({
  ...{ object: 'people', stored, isIdle: true },
  ...{ hear: () => undefined, room: () => undefined, startOver: async () => undefined },
  leaveBehind: () => undefined,
});

test('who comes later is not taken to be as far as those who were told more', async () => {
  const ending = new AbortController();
  const { feed, asked } = sourceOf([idle]);
  const reader = new FeedReader(feed, ending.signal);
  const [early, late] = [followerAt('1'), followerAt('3')];
  await reader.attach(early);
  const running = reader.run(
    async () => undefined,
    async () => undefined,
  );
  await asked;
  const before = reader.storedBy(early);

  const attaching = reader.attach(late);
  const after = reader.storedBy(late);

  assert.deepEqual([before, after], ['9', '3']);
  await attaching;
  ending.abort();
  await feed.stop();
  await running;
});

test('what ends while it begins is over, and waits for nothing more', async () => {
  const ending = new AbortController();
  const begins = Promise.withResolvers<void>();
  const { feed, asked } = sourceOf([], begins.promise);
  const reader = new FeedReader(feed, ending.signal);
  await reader.attach(followerAt('1'));
  const running = reader.run(
    async () => undefined,
    async () => undefined,
  );

  ending.abort();
  await feed.stop();
  begins.resolve();

  const outcome = await Promise.race([running.then(() => 'over'), asked.then(() => 'waits')]);
  assert.equal(outcome, 'over');
});

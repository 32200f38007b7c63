import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Parts } from './parts.ts';

const nothing = () => null;

test('what the code of one part names is loaded with all, also when it comes late', async () => {
  const parts = new Parts();
  const loaded: string[] = [];
  const arrives = Promise.withResolvers<void>();
  parts.lazy(async () => {
    await arrives.promise;
    parts.lazy(async () => {
      loaded.push('dialog');
      return { Dialog: nothing };
    }, 'Dialog');
    loaded.push('navigation');
    return { Navigation: nothing };
  }, 'Navigation');

  const whole = parts.loadAll();
  assert.deepEqual(loaded, []);
  arrives.resolve();
  await whole;

  assert.deepEqual(loaded, ['dialog', 'navigation']);
});

test('nothing is loaded before it is asked for', async () => {
  const parts = new Parts();
  let loads = 0;
  const Page = parts.lazy(async () => {
    loads++;
    return { Page: nothing };
  }, 'Page');
  assert.equal(loads, 0);

  await Page.preload();
  await parts.loadAll();

  assert.equal(loads, 1);
});

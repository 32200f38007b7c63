import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { say, shown } from '../../../server/messaging/testing/website.ts';
import { until } from '../../../server/runtime/testing/until.ts';
import { startServer } from '../../../server/testing/server.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { fillChat, makePair } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);
const count = 100_000;

const log = (page: Page) => page.getByRole('log');
const message = (page: Page, number: number) =>
  log(page).locator('article', { hasText: new RegExp(`Message ${number}(?!\\d)`) });

/** A chat of 100,000 messages, all of them read by both. */
async function makeLongChat() {
  const pair = await makePair(app, browser);
  await fillChat(app, pair, count);
  const body = { place: 'chat', place_id: pair.chatId, number: count } as const;
  shown(await pair.ann.client.markRead({ body }));
  shown(await pair.ben.client.markRead({ body }));
  return pair;
}

const { ann, ben, chatId } = await makeLongChat();

/** Numbers of the messages that the page holds, in the order in which they stand there. */
async function numbersIn(page: Page): Promise<number[]> {
  const texts = await log(page).locator('article p').allTextContents();
  return texts.map((text) => Number(/^Message (\d+)/.exec(text)?.[1])).filter(Number.isInteger);
}

/** How far a message is below the upper edge of the list. */
async function offsetOf(page: Page, number: number): Promise<number> {
  const [outer, inner] = await Promise.all([
    log(page).boundingBox(),
    message(page, number).boundingBox(),
  ]);
  assert.ok(outer && inner, `message ${number} is not there`);
  return inner.y - outer.y;
}

async function scrollTo(page: Page, top: number): Promise<void> {
  await log(page).evaluate((element, to) => element.scrollTo({ top: to }), top);
}

test('a chat of 100,000 messages opens at its end, with few of them in the page', async () => {
  await ben.page.goto(`/messages/${chatId}`);

  await message(ben.page, count).waitFor();

  const numbers = await numbersIn(ben.page);
  assert.ok(numbers.length < 60, `${numbers.length} rows`);
  assert.deepEqual(
    numbers,
    numbers.toSorted((one, other) => one - other),
  );
});

test('scrolling up loads older ones without a gap, and what is seen stays where it is', async () => {
  await ben.page.goto(`/messages/${chatId}`);
  await message(ben.page, count).waitFor();
  const held = Promise.withResolvers<void>();
  await ben.page.route('**/messages?*before=*', async (route) => {
    await held.promise;
    await route.continue();
  });

  await scrollTo(ben.page, 0);
  const oldest = count - 59;
  await message(ben.page, oldest).waitFor();
  await until('the list stands still', async () => {
    const before = await offsetOf(ben.page, oldest + 3);
    await ben.page.waitForTimeout(100);
    return before === (await offsetOf(ben.page, oldest + 3));
  });
  const before = await offsetOf(ben.page, oldest + 3);
  held.resolve();
  await message(ben.page, oldest - 1).waitFor({ state: 'attached' });
  await until(
    'all is measured',
    async () => (await log(ben.page).getAttribute('aria-busy')) === 'false',
  );
  const after = await offsetOf(ben.page, oldest + 3);
  await ben.page.unrouteAll({ behavior: 'wait' });

  assert.ok(Math.abs(after - before) <= 2, `moved from ${before} to ${after}`);
});

test('scrolling up and down again passes every message once', async () => {
  await ben.page.goto(`/messages/${chatId}`);
  await message(ben.page, count).waitFor();
  const seen = new Set<number>();
  const look = async () => {
    for (const number of await numbersIn(ben.page)) seen.add(number);
  };

  await until('400 messages have passed', async () => {
    await look();
    await log(ben.page).evaluate((element) => element.scrollBy({ top: -500 }));
    return Math.min(...seen) < count - 400;
  });
  const lowest = Math.min(...seen);
  await until('the end is there again', async () => {
    await look();
    await log(ben.page).evaluate((element) => element.scrollBy({ top: 900 }));
    return (await numbersIn(ben.page)).includes(count);
  });

  const missing = Array.from({ length: count - lowest }, (_, index) => lowest + index).filter(
    (number) => !seen.has(number),
  );
  assert.deepEqual(missing, []);
});

test('a link leads to a message in the middle, which is marked; from there both ways are open', async () => {
  const params = { chat_id: chatId };
  const page = shown(
    await ben.client.listMessages({ params, query: { around: 50_000, limit: 1 } }),
  );
  const id = page.messages[0]?.message_id as string;

  await ben.page.goto(`/${chatId}?messageID=${id}`);

  await message(ben.page, 50_000).waitFor();
  await until('it has the focus', () =>
    message(ben.page, 50_000).evaluate((element) => element === document.activeElement),
  );
  const { height = 0 } = (await log(ben.page).boundingBox()) ?? {};
  const offset = await offsetOf(ben.page, 50_000);
  assert.ok(offset > 0 && offset < height, `${offset} of ${height}`);
  for (const [step, wanted] of [[-700, 49_900] as const, [900, 50_100] as const]) {
    await until(`message ${wanted} is there`, async () => {
      await log(ben.page).evaluate((element, top) => element.scrollBy({ top }), step);
      return (await numbersIn(ben.page)).includes(wanted);
    });
  }
  await ben.page.getByRole('button', { name: 'Jump to present' }).click();
  await message(ben.page, count).waitFor();
});

test('whoever reads further up is told of new messages and not moved; one press leads there', async () => {
  await ben.page.goto(`/messages/${chatId}`);
  await message(ben.page, count).waitFor();
  await log(ben.page).evaluate((element) => element.scrollBy({ top: -900 }));
  await ben.page.getByRole('button', { name: 'Jump to present' }).waitFor();
  const [middle = 0] = (await numbersIn(ben.page)).slice(12);
  const before = await offsetOf(ben.page, middle);

  await say(ann, chatId, 'News one');
  await say(ann, chatId, 'News two');
  const button = ben.page.getByRole('button', { name: '2 new messages' });
  await button.waitFor();
  const after = await offsetOf(ben.page, middle);
  await button.click();

  await log(ben.page).getByText('News two').waitFor();
  await button.waitFor({ state: 'detached' });
  assert.ok(Math.abs(after - before) <= 2, `moved from ${before} to ${after}`);
});

test('older ones that could not be loaded are asked for again by a button', async () => {
  let isCut = true;
  await ben.page.route('**/messages?*before=*', (route) =>
    isCut ? route.fulfill({ status: 500, body: '{}' }) : route.continue(),
  );
  await ben.page.goto(`/messages/${chatId}`);
  await log(ben.page).getByText('News two').waitFor();

  await scrollTo(ben.page, 0);
  const again = ben.page.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  isCut = false;
  await again.click();

  await message(ben.page, count - 60).waitFor({ state: 'attached' });
  await ben.page.unrouteAll({ behavior: 'wait' });
});

test('beside older messages stands the time of their day, which stands above them', async () => {
  await ben.page.goto(`/messages/${chatId}`);
  await message(ben.page, count).waitFor();

  const times = await log(ben.page).locator('header:visible time').allTextContents();

  assert.ok(times.length > 0);
  assert.deepEqual(
    times.filter((time) => !/^\d{1,2}:\d{2}\s[AP]M$/.test(time)),
    [],
  );
});

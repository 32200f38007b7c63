import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { openChannel, startThread } from '../../../server/messaging/testing/website.ts';
import { until } from '../../../server/runtime/testing/until.ts';
import { startServer } from '../../../server/testing/server.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { makePair } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);

const log = (page: Page) => page.getByRole('log');
const field = (page: Page) => page.getByRole('textbox', { name: /^Message / });
const sends = '**/api/messaging/chats/*/messages';

test('what is being sent while the page is loaded again is sent afterwards, once', async () => {
  const { ann, ben, chatId } = await makePair(app, browser);
  await ann.page.goto(`/messages/${chatId}`);
  // The first arrives, but its answer does not; nothing else gets through.
  const arrived = Promise.withResolvers<void>();
  let isFirst = true;
  await ann.page.route(sends, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    if (isFirst) {
      isFirst = false;
      await route.fetch();
      arrived.resolve();
    }
    await route.abort();
  });
  await field(ann.page).fill('On its way');
  await field(ann.page).press('Enter');
  await arrived.promise;
  await field(ann.page).fill('Not there yet');
  await field(ann.page).press('Enter');
  await log(ann.page).getByText('Not there yet').waitFor();

  await ann.page.unrouteAll({ behavior: 'wait' });
  await ann.page.goto('/inbox');
  await ben.page.goto(`/messages/${chatId}`);

  await log(ben.page).getByText('Not there yet').waitFor();
  await ann.page.goto(`/messages/${chatId}`);
  await log(ann.page).getByText('Not there yet').waitFor();
  await log(ann.page).getByText('Sending…').waitFor({ state: 'detached' });
  for (const { page } of [ann, ben]) {
    const texts = await log(page).locator('article p').allTextContents();
    assert.deepEqual(texts.toSorted(), ['Not there yet', 'On its way']);
  }
});

/** Lets nothing that is sent be answered: what arrived so far. */
async function holdAnswers(page: Page): Promise<Route[]> {
  const arrived: Route[] = [];
  await page.route(/messaging\/(threads|comments|chats\/[^/]+\/messages)$/, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    await route.fetch();
    arrived.push(route);
  });
  return arrived;
}

/** As what was posted, and not as what is being sent, or was not. */
async function shownOnce(page: Page, text: string): Promise<void> {
  const said = page.locator('article', { hasText: text });
  await said.and(page.locator(':not([data-pending])')).waitFor();
  assert.equal(await said.count(), 1);
}

test('what is told of before its answer comes is shown once, also when the answer is cut off', async () => {
  const { ann, chatId } = await makePair(app, browser);
  const { page } = ann;
  const channelId = await openChannel(ann, 'general');
  const { thread_id } = await startThread(ann, channelId, 'A topic');
  for (const path of [`/${channelId}`, `/${thread_id}`, `/messages/${chatId}`]) {
    await page.goto(path);
    const arrived = await holdAnswers(page);
    const composer = page.getByRole('textbox', { name: /^(Post|Answer|Message) / });

    await composer.fill('Held back');
    await composer.press('Control+Enter');
    await shownOnce(page, 'Held back');
    const first = await until('it has arrived', () => arrived[0]);
    await first.fulfill({ status: 201, contentType: 'application/json', body: '{"th' });
    await until('it is sent again', () => arrived[1]);

    await shownOnce(page, 'Held back');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  }
});

test('what is loaded before its answer comes is shown once', async () => {
  const { ann } = await makePair(app, browser);
  const { page } = ann;
  const channelId = await openChannel(ann, 'general');
  await page.route('**/api/messaging/feed*', (route) => route.abort());
  await page.goto(`/${channelId}`);
  const arrived = await holdAnswers(page);
  const composer = page.getByRole('textbox', { name: /^Post / });

  await composer.fill('Held back');
  await composer.press('Control+Enter');
  await until('it has arrived', () => arrived[0]);
  await page.reload();
  await until('it is sent again', () => arrived[1]);

  await shownOnce(page, 'Held back');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('who signs out in one tab has left the others', async () => {
  const { ann, chatId } = await makePair(app, browser);
  await ann.page.goto(`/messages/${chatId}`);
  await field(ann.page).fill('Half a thought');
  const other = await ann.context.newPage();
  await other.goto('/settings');

  await other.getByRole('button', { name: /Ann Archer/ }).click();
  await other.getByRole('menuitem', { name: 'Sign out' }).click();
  await other.waitForURL('/sign-in');
  // Else the server ends the stream at its next look.
  await ann.context.setOffline(true);
  await ann.context.setOffline(false);

  await ann.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const { pathname, searchParams } = new URL(ann.page.url());
  assert.equal(pathname, '/sign-in');
  assert.equal(searchParams.get('return'), `/messages/${chatId}`);
});

test('a tab that is opened while something happens knows of it', async () => {
  const { ann, ben } = await makePair(app, browser);
  await ann.page.goto('/inbox');
  const link = (page: Page) => page.getByRole('link', { name: 'news' });
  const other = await ann.context.newPage();
  const loaded = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  const hold = async (route: Route) => {
    const response = await route.fetch();
    loaded.resolve();
    await told.promise;
    await route.fulfill({ response });
  };
  await other.route('**/api/messaging/home', hold, { times: 1 });
  await Promise.all([other.goto('/inbox'), loaded.promise]);

  await openChannel(ben, 'news', [ann]);
  await link(ann.page).waitFor();
  told.resolve();

  await link(other).waitFor();
});

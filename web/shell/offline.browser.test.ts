import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../../server/runtime/testing/until.ts';
import { makeOrganization } from '../../server/testing/makers.ts';
import { startServer } from '../../server/testing/server.ts';
import { openBrowser } from '../../testing/browser/browser.ts';

const app = await startServer();
const browser = await openBrowser(app);
const organization = await makeOrganization(app, 'Lakeview Group');

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const channels = (page: Page) => page.getByRole('heading', { name: 'Channels' });

async function chooseOwn(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: /people\.example/ }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** Whether the document is still the one that was marked. */
const isMarked = (page: Page) => page.evaluate(() => document.body.dataset.marked === 'yes');
async function markDocument(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.body.dataset.marked = 'yes';
  });
}

test('without a network one goes from page to page, and each goes on when it is back', async () => {
  const { page, context } = await browser.newPerson(organization);
  const loaded = ['settings', 'keys', 'search', 'new-channel'].map((name) =>
    page.waitForResponse((response) => response.url().includes(`/assets/${name}-`)),
  );
  await page.goto('/inbox');
  await Promise.all([channels(page).waitFor(), ...loaded]);
  await markDocument(page);

  await context.setOffline(true);
  await chooseOwn(page, 'Settings');
  await heading(page, 'Settings').waitFor();
  await page.getByRole('link', { name: 'Search' }).click();
  await heading(page, 'Search').waitFor();
  await page.getByRole('button', { name: 'New channel' }).click();
  await page.getByRole('dialog', { name: 'New channel' }).waitFor();
  await page.keyboard.press('Escape');
  await chooseOwn(page, 'API keys');
  await heading(page, 'API keys').waitFor();
  await page.getByText('You are offline').waitFor();
  await context.setOffline(false);

  await page.getByText('No API keys yet').waitFor();
  await page.getByText('You are offline').waitFor({ state: 'hidden' });
  assert.ok(await isMarked(page));
});

test('a page whose code is not there says so inside the shell, and goes on by itself', async () => {
  const { page, context } = await browser.newPerson(organization);
  const code = '**/assets/keys-*.js';
  await page.route(code, (route) => route.abort('internetdisconnected'));
  await page.goto('/inbox');
  await channels(page).waitFor();
  await markDocument(page);

  await context.setOffline(true);
  await chooseOwn(page, 'API keys');
  await page.getByText('The server cannot be reached; check').waitFor();
  await page.getByRole('link', { name: 'Inbox' }).waitFor();
  const stayed = await isMarked(page);
  await page.unroute(code);
  await context.setOffline(false);

  await heading(page, 'API keys').waitFor();
  assert.ok(stayed);
});

test('while the server is stopped the pages stay, and go on when it is there again', async () => {
  const first = await app.another();
  const { port } = new URL(first.url);
  const elsewhere = await openBrowser({ ...app, url: first.url });
  const { page } = await elsewhere.newPerson(organization);
  const loaded = page.waitForResponse((response) => response.url().includes('/assets/keys-'));
  await page.goto('/inbox');
  await Promise.all([channels(page).waitFor(), loaded]);
  await markDocument(page);

  await first.server.stop();
  await chooseOwn(page, 'API keys');
  await page.getByRole('alert').getByText('The server cannot be reached').waitFor();
  await page.getByRole('status').getByText('The server cannot be reached').waitFor();
  await app.another({ HEDDLE_PORT: port });

  await page.getByText('No API keys yet').waitFor();
  await page.getByRole('status').getByText('The server cannot').waitFor({ state: 'hidden' });
  assert.ok(await isMarked(page));
});

test('after an upgrade the next page comes from the server, but not while one stays', async () => {
  const { page, context } = await browser.newPerson(organization);
  await page.goto('/inbox');
  await channels(page).waitFor();
  await markDocument(page);
  let hasLooked = false;
  await page.route('**/sign-in', async (route) => {
    const response = await route.fetch();
    const html = (await response.text()).replace(
      /name="build" content="\w+"/,
      'name="build" content="next"',
    );
    await route.fulfill({ response, body: html });
    hasLooked = true;
  });

  await until('the page has looked at the website that there is', async () => {
    await context.setOffline(true);
    await page.getByText('You are offline').waitFor();
    await context.setOffline(false);
    await page.getByText('You are offline').waitFor({ state: 'hidden' });
    return hasLooked;
  });
  const stayed = await isMarked(page);
  await page.getByRole('link', { name: 'Search' }).click();
  await heading(page, 'Search').waitFor();

  await until('the page is another document', async () => !(await isMarked(page)));
  assert.ok(stayed);
});

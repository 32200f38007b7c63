import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../server/runtime/testing/until.ts';
import { makeOrganization } from '../../server/testing/makers.ts';
import { startServer } from '../../server/testing/server.ts';
import { openBrowser, phone } from '../../testing/browser/browser.ts';

const app = await startServer();
const browser = await openBrowser(app);
const organization = await makeOrganization(app, 'Lakeview Group');
const { page, complaints, member } = await browser.newPerson(organization, { role: 'owner' });

test('a page has its title, and the content has the focus after going there', async () => {
  await page.goto('/settings');
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();

  await page.getByRole('link', { name: 'Inbox' }).click();

  await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
  await until(
    'the title is that of the page',
    async () => (await page.title()) === 'Inbox · Heddle',
  );
  await until('the content has the focus', () =>
    page.evaluate(() => document.activeElement?.id === 'main'),
  );
  assert.equal(
    await page.getByRole('link', { name: 'Inbox' }).getAttribute('aria-current'),
    'page',
  );
});

test('the first tab stop leads past the navigation', async () => {
  await page.goto('/settings');
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();

  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => document.activeElement?.textContent);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');

  assert.equal(first, 'Skip to content');
  assert.ok(await page.evaluate(() => document.activeElement?.closest('main') !== null));
});

test('keys lead to pages, and do nothing while one types', async () => {
  await page.goto('/settings');
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('');

  await name.pressSequentially('g i/?');
  const typed = await name.inputValue();
  await name.blur();
  await page.getByRole('link', { name: 'Inbox' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('i');

  await page.waitForURL('/inbox');
  assert.equal(typed, 'g i/?');
});

test('the help lists the keys, which can be turned off', async () => {
  await page.goto('/settings');
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await help.getByText('Inbox', { exact: true }).waitFor();
  await help.getByLabel('Single-key shortcuts').uncheck();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await page.keyboard.press('Control+k');

  await page.waitForURL('/search');
  await page.evaluate(() => localStorage.clear());
});

test('the theme follows the system, until another is chosen, which is remembered', async () => {
  const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/settings');
  await until('the page is dark', async () => (await scheme()) === 'dark');

  await page.getByRole('button', { name: member.email }).click();
  await page.getByRole('menuitemradio', { name: 'Light' }).click();
  await until('the page is light', async () => (await scheme()) === 'light');
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();

  assert.equal(await scheme(), 'light');
  await page.evaluate(() => localStorage.clear());
  await page.emulateMedia({ colorScheme: 'light' });
});

test('on a phone the navigation is a drawer, which going somewhere closes', async () => {
  await page.setViewportSize(phone);
  await page.goto('/settings');
  const navigation = page.getByRole('navigation', { name: 'Main' });
  const isClosed = () => navigation.evaluate((element) => element.hasAttribute('inert'));
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  const closedAtFirst = await isClosed();

  await page.getByRole('button', { name: 'Open navigation' }).click();
  await page.getByRole('link', { name: 'Inbox' }).click();

  await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
  await until('the drawer is closed', isClosed);
  assert.ok(closedAtFirst);

  await page.getByRole('button', { name: 'Open navigation' }).click();
  await page.getByRole('link', { name: 'Inbox' }).click();

  await until('it is closed, though nobody has gone anywhere', isClosed);
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('what could not be loaded says so, and is asked for again', async () => {
  const lost = await browser.newPerson(organization);
  let isLost = true;
  await lost.page.route('**/api/messaging/home', (route) =>
    isLost ? route.abort() : route.continue(),
  );
  await lost.page.goto('/settings');
  await lost.page.getByRole('alert').getByText('The server cannot be reached').waitFor();

  const asked = lost.page.waitForRequest('**/api/messaging/home');
  await lost.page.getByRole('button', { name: 'Try again' }).click();
  await asked;
  isLost = false;

  await lost.page.getByRole('heading', { name: 'Channels' }).waitFor();
});

test('without a network the page says so, and is no higher than the window for it', async () => {
  const away = await browser.newPerson(organization);
  await away.page.goto('/inbox');
  await away.page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();

  await away.context.setOffline(true);

  await away.page.getByText('You are offline').waitFor();
  const tooHigh = await away.page.evaluate(
    () => document.documentElement.scrollHeight - window.innerHeight,
  );
  assert.ok(tooHigh <= 0, `${tooHigh} pixels`);
  await away.context.setOffline(false);
  await away.page.getByText('You are offline').waitFor({ state: 'hidden' });
});

test('a URL that is no page says so, signed in or not', async () => {
  const stranger = await browser.newVisitor();

  const answer = await stranger.page.goto('/nowhere');
  await stranger.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await page.goto('/inbox/1');
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();

  assert.equal(answer?.status(), 404);
});

test('an id that names nothing is asked for once, and again when one comes back to it', async () => {
  const guest = await browser.newPerson(organization);
  let asked = 0;
  guest.page.on('request', (request) => {
    asked += request.url().endsWith('/names/11111111111') ? 1 : 0;
  });
  await guest.page.goto('/11111111111');
  await guest.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await guest.page.getByRole('heading', { name: 'Channels' }).waitFor();
  const askedFirst = asked;

  await guest.page.getByRole('link', { name: 'Inbox' }).click();
  await guest.page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
  await guest.page.goBack();
  await guest.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();

  assert.equal(askedFirst, 1);
  await until('it is asked for again', () => asked > 1);
  assert.equal(asked, 2);
});

test('long names are cut off, and nothing has to be scrolled sideways, from 360 px on', async () => {
  const long = await makeOrganization(app, `The very ${'long '.repeat(12)}group`);
  const guest = await browser.newPerson(
    long,
    { name: `${'Wolfeschlegelsteinhausen'.repeat(4)}`, role: 'owner' },
    { viewport: { width: 360, height: 640 } },
  );

  for (const path of ['/settings', '/settings/members', '/settings/organization', '/inbox']) {
    await guest.page.goto(path);
    await guest.page.getByRole('heading', { level: 1 }).waitFor();
    const overflow = () =>
      guest.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

    await until(`${path} fits`, async () => (await overflow()) <= 0);
  }
});

test('nothing of this was worth a word on the console, and the policy held', () => {
  assert.deepEqual(
    complaints.filter((text) => !/status of 404/.test(text)),
    [],
  );
});

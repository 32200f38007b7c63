import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import {
  answer,
  openChannel,
  shown,
  startThread,
} from '../../../server/messaging/testing/website.ts';
import { until } from '../../../server/runtime/testing/until.ts';
import { makeOrganization } from '../../../server/testing/makers.ts';
import { startServer } from '../../../server/testing/server.ts';
import { axeFindsNothing } from '../../../testing/browser/axe.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { browse } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);

const field = (page: Page) => page.getByRole('textbox', { name: /^Post to/ });
const threads = (page: Page) => page.getByRole('list', { name: 'Threads' });

async function openOffice() {
  const organization = await makeOrganization(app);
  const ann = await browse(app, browser, organization, 'Ann Archer');
  const ben = await browse(app, browser, organization, 'Ben Brook');
  const channelId = await openChannel(ann, 'general', [ben]);
  return { organization, ann, ben, channelId };
}

test('a thread is there at once, and once, whatever becomes of the network', async () => {
  const { ann, channelId } = await openOffice();
  const { page } = ann;
  await page.goto(`/${channelId}`);
  await field(page).waitFor();
  let tries = 0;
  await page.route('**/api/messaging/threads', async (route) => {
    tries += 1;
    // First nothing arrives; then it arrives, and the answer is lost.
    if (tries === 1) return route.abort();
    if (tries === 2) {
      await route.fetch();
      return route.abort();
    }
    return route.continue();
  });

  await field(page).fill('Only once');
  await field(page).press('Control+Enter');
  await threads(page).getByText('Only once').waitFor();
  await page.locator('[data-pending]').waitFor({ state: 'detached' });

  assert.equal(await threads(page).getByText('Only once').count(), 1);
  const params = { channel_id: channelId };
  assert.equal(shown(await ann.client.listThreads({ params })).threads.length, 1);
});

test('what could not be sent says so, and is tried again, edited or discarded', async () => {
  const { ann, channelId } = await openOffice();
  const { page } = ann;
  await page.goto(`/${channelId}`);
  const post = async (text: string) => {
    await field(page).fill(text);
    await field(page).press('Control+Enter');
    await page.getByRole('article', { name: 'Not sent' }).getByText(text).waitFor();
  };
  await page.route('**/api/messaging/threads', (route) =>
    route.fulfill({
      status: 500,
      json: { ok: false, error: 'internal_error', message: 'Broken.' },
    }),
  );

  await post('To be discarded');
  assert.match((await page.getByRole('alert').textContent()) ?? '', /Not sent\. Broken\./);
  await page.getByRole('button', { name: 'Discard' }).click();
  await post('To be edited');
  await page.getByRole('button', { name: 'Edit' }).click();
  assert.equal(await field(page).inputValue(), 'To be edited');
  await post('To be sent');
  await page.unroute('**/api/messaging/threads');
  await page.getByRole('button', { name: 'Try again' }).click();

  await threads(page)
    .getByRole('link', { name: /open the thread: To be sent/ })
    .waitFor();
  const { threads: kept } = shown(
    await ann.client.listThreads({ params: { channel_id: channelId } }),
  );
  assert.deepEqual(
    kept.map(({ blocks }) => blocks[0]),
    ['To be sent'],
  );
});

test('what came since is above a line, and the channel is read once it was looked at', async () => {
  const { ann, ben, channelId } = await openOffice();
  const unread = async () => {
    const { readings } = shown(await ann.client.listReadings());
    return readings.find(({ place_id }) => place_id === channelId)?.unread;
  };
  const old = await startThread(ben, channelId, 'Read long ago');
  await ann.page.goto(`/${channelId}`);
  await until('it is read', async () => (await unread()) === 0);
  await ann.page.goto('/inbox');
  await startThread(ben, channelId, 'New one');
  await ann.page.getByRole('link', { name: /general.*1 unread/ }).waitFor();

  await ann.page.getByRole('link', { name: /general/ }).click();
  await threads(ann.page).getByText('New above').waitFor();
  await until('all is read', async () => (await unread()) === 0);
  const card = threads(ann.page).locator('article', { hasText: 'Read long ago' });
  await card.getByRole('button', { name: 'More' }).click();
  await ann.page.getByRole('menuitem', { name: 'Mark as unread from here' }).click();

  await until('both are unread', async () => (await unread()) === 2);
  assert.equal(old.number, 1);
});

test('threads are gone through, opened and answered by keys alone', async () => {
  const { ann, ben, channelId } = await openOffice();
  await startThread(ben, channelId, 'Older');
  await startThread(ben, channelId, 'Newer');
  const { page } = ann;
  await page.goto(`/${channelId}`);
  await threads(page).getByText('Newer').waitFor();

  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.keyboard.press('o');
  await page.getByRole('heading', { level: 1, name: 'Newer' }).waitFor();
  await page.goBack();
  await threads(page).getByText('Older').waitFor();
  await page.keyboard.press('c');
  await page.keyboard.type('By keys');
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Escape');
  await threads(page)
    .getByRole('link', { name: /open the thread: By keys/ })
    .waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('r');

  const answerField = page.getByRole('textbox', { name: 'Answer the thread' });
  await until('the cursor is there', () =>
    answerField.evaluate((one) => one === document.activeElement),
  );
});

test('a channel is opened, described, joined, made private and left', async () => {
  const { organization, ann } = await openOffice();
  const cleo = await browse(app, browser, organization, 'Cleo Carter');
  const { page } = ann;
  await page.goto('/inbox');
  await page.getByRole('button', { name: 'New channel' }).click();
  await page.getByLabel('Name').fill('sterile goods');
  await page.getByLabel('Members can add people and change the description').uncheck();
  await page.getByRole('button', { name: 'Open channel' }).click();
  await page.getByRole('heading', { level: 1, name: 'sterile goods' }).waitFor();
  await page.getByRole('heading', { name: 'Nothing was posted here yet' }).waitFor();
  const path = new URL(page.url()).pathname;

  await cleo.page.goto(path);
  await cleo.page.getByRole('button', { name: 'Join' }).click();
  await cleo.page.getByRole('button', { name: 'Join' }).waitFor({ state: 'detached' });
  await page.getByText('2 members').waitFor();
  await page.getByRole('button', { name: 'Members and settings' }).click();
  await page.getByRole('button', { name: 'Remove Cleo Carter' }).waitFor();
  await axeFindsNothing(page);
  const mayChange = page.getByLabel('Members can add people and change the description');
  assert.equal(await mayChange.isChecked(), false);
  await page.getByLabel('What it is about').fill('All that is wrapped');
  await page.getByLabel('Only the people who are added to it').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Private · 2 members · All that is wrapped').waitFor();
  await page.getByRole('button', { name: 'Remove Cleo Carter' }).click();
  await page.getByText('They will no longer see what is posted here').waitFor();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();

  await cleo.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await page
    .getByRole('combobox', { name: 'Add somebody' })
    .or(page.getByLabel('Add somebody'))
    .first()
    .fill('Cleo');
  await page.getByRole('option', { name: 'Cleo Carter' }).click();
  await page.getByRole('button', { name: 'Remove Cleo Carter' }).waitFor();
  await page.getByRole('button', { name: 'Leave the channel' }).click();
  await page.getByRole('button', { name: 'Leave', exact: true }).click();
  await page.getByRole('link', { name: /sterile goods/ }).waitFor({ state: 'detached' });
  await cleo.page.reload();
  await cleo.page.getByRole('heading', { level: 1, name: 'sterile goods' }).waitFor();
});

test('a channel that somebody else opened is found among all of them, and joined', async () => {
  const { organization, ann } = await openOffice();
  const channelId = await openChannel(ann, 'sterile goods');
  const { page, complaints } = await browse(app, browser, organization, 'Cleo Carter');
  await page.goto(`/${channelId}`);
  await page.getByRole('button', { name: 'Members and settings' }).click();
  await page.getByText('Join the channel to change what it is about').waitFor();
  await page.keyboard.press('Escape');
  await page.goto('/inbox');

  await page.getByRole('button', { name: 'All channels' }).click();
  await page.getByLabel('Find a channel').fill('STERILE');
  await axeFindsNothing(page);
  await page.getByRole('button', { name: 'Join sterile goods' }).click();
  await page.getByText('Joined').waitFor();
  await page
    .getByRole('dialog')
    .getByRole('link', { name: /sterile goods/ })
    .click();

  await page.getByRole('heading', { level: 1, name: 'sterile goods' }).waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'sterile goods' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('a profile leads to a chat; a failing channel can be tried again', async () => {
  const { ann, ben, channelId } = await openOffice();
  const { page } = ann;
  await page.goto(`/${ben.user_id}`);
  await page.getByRole('button', { name: 'Message' }).click();
  await page.getByRole('textbox', { name: /Message/ }).waitFor();
  await startThread(ben, channelId, 'There after all');
  await page.route('**/threads?*', (route) =>
    route.fulfill({ status: 400, json: { ok: false, error: 'invalid_request', message: 'No.' } }),
  );

  await page.goto(`/${channelId}`);
  await page.getByRole('heading', { name: 'This could not be loaded' }).waitFor();
  await page.unroute('**/threads?*');
  await page.getByRole('button', { name: 'Try again' }).click();

  await threads(page).getByText('There after all').waitFor();
});

test('axe finds nothing in a channel', async () => {
  const { ann, ben, channelId } = await openOffice();
  const long = await startThread(ann, channelId, `# Title\n\n${'words '.repeat(300)}`);
  await answer(ben, long.thread_id, 'Indeed');
  await startThread(ben, channelId, `<@${ann.user_id}> שלום, *see* https://example.com`);
  await ann.page.goto(`/${channelId}`);
  await threads(ann.page).getByText('שלום').waitFor();

  await axeFindsNothing(ann.page, 'channel');
  await ann.page.goto(`/${ben.user_id}`);
  await ann.page.getByRole('button', { name: 'Message' }).waitFor();
  await axeFindsNothing(ann.page);
  assert.deepEqual(ann.complaints, []);
});

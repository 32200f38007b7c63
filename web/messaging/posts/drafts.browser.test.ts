import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import sharp from 'sharp';
import { openChannel, startThread } from '../../../server/messaging/testing/website.ts';
import { until } from '../../../server/runtime/testing/until.ts';
import { makeOrganization } from '../../../server/testing/makers.ts';
import { startServer } from '../../../server/testing/server.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { browse } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);

const field = (page: Page) => page.getByRole('textbox', { name: /^Post to/ });
const threads = (page: Page) => page.getByRole('list', { name: 'Threads' });
const posted = (page: Page) => threads(page).locator('article:not([data-pending])');

async function openOffice() {
  const organization = await makeOrganization(app);
  const ann = await browse(app, browser, organization, 'Ann Archer');
  const channelId = await openChannel(ann, 'general');
  const otherId = await openChannel(ann, 'other');
  return { ann, page: ann.page, channelId, otherId };
}

test('a draft is kept for its place until it is sent', async () => {
  const { page, channelId, otherId } = await openOffice();
  await page.goto(`/${channelId}`);
  await field(page).fill('Half a thought');

  await page.goto(`/${otherId}`);
  await field(page).waitFor();
  assert.equal(await field(page).inputValue(), '');
  await page.goto(`/${channelId}`);
  await field(page).waitFor();
  assert.equal(await field(page).inputValue(), 'Half a thought');
  await field(page).press('Control+Enter');
  await posted(page).getByText('Half a thought').waitFor();
  await page.reload();
  await posted(page).getByText('Half a thought').waitFor();

  assert.equal(await field(page).inputValue(), '');
});

test('what goes on in another tab goes on here, and what is sent there is gone here', async () => {
  const { ann, page, channelId } = await openOffice();
  const other = await ann.context.newPage();
  for (const tab of [page, other]) {
    await tab.goto(`/${channelId}`);
    await field(tab).waitFor();
  }
  const holds = (text: string) =>
    until(`there is "${text}"`, async () => (await field(other).inputValue()) === text);

  await field(page).fill('Half a thought');
  await holds('Half a thought');
  await field(page).press('Control+Enter');
  await posted(other).getByText('Half a thought').waitFor();
  await holds('');

  assert.equal(await field(page).inputValue(), '');
});

test('an edit that is left stays until it is saved or cancelled', async () => {
  const { ann, page, channelId } = await openOffice();
  await startThread(ann, channelId, 'As it was');
  await page.goto(`/${channelId}`);
  const edit = page.getByRole('textbox', { name: 'Edit' });
  const unsaved = page.getByRole('button', { name: 'Unsaved edit: continue' });
  const begin = async () => {
    await posted(page).getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
  };

  await begin();
  await edit.fill('As it might be');
  await page.getByRole('link', { name: 'other' }).click();
  await page.getByRole('textbox', { name: 'Post to other' }).waitFor();
  await page.goBack();
  await unsaved.click();
  assert.equal(await edit.inputValue(), 'As it might be');
  await edit.press('Escape');
  await begin();
  assert.equal(await edit.inputValue(), 'As it was');
  await edit.fill('As it is');
  await page.reload();
  await unsaved.click();
  await edit.press('Control+Enter');
  await posted(page).getByText('As it is').waitFor();

  assert.equal(await unsaved.count(), 0);
});

/** Writes a post with a picture, which does not arrive before the request goes on. */
async function beginUpload(page: Page): Promise<Route> {
  const held = Promise.withResolvers<Route>();
  await page.route('**/api/messaging/files', (route) => held.resolve(route));
  const background = { r: 31, g: 119, b: 113 };
  const drawing = sharp({ create: { width: 40, height: 30, channels: 3, background } });
  const buffer = await drawing.png().toBuffer();
  await field(page).fill('The way:');
  const chosen = { name: 'map.png', mimeType: 'image/png', buffer };
  await page.locator('input[type=file]').first().setInputFiles(chosen);
  return held.promise;
}

test('an upload goes on while one is at another place', async () => {
  const { page, channelId } = await openOffice();
  await page.goto(`/${channelId}`);
  const uploads = page.getByRole('list', { name: 'Uploads' });
  const route = await beginUpload(page);
  await page.getByRole('link', { name: 'other' }).click();
  await page.getByRole('textbox', { name: 'Post to other' }).waitFor();
  assert.equal(await uploads.count(), 0);
  const arrived = page.waitForResponse('**/api/messaging/files');
  await route.continue();
  await arrived;
  await page.goBack();
  await uploads.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Post', exact: true }).click();

  await posted(page).getByText('The way:').waitFor();
  await posted(page).getByRole('img', { name: 'map.png' }).waitFor();
});

test('a page is left only after a question while a file is under way', async () => {
  const { page, channelId } = await openOffice();
  await page.goto(`/${channelId}`);
  await beginUpload(page);

  const [question] = await Promise.all([
    page.waitForEvent('dialog'),
    page.close({ runBeforeUnload: true }),
  ]);
  await question.dismiss();
  await page.getByRole('button', { name: 'Cancel map.png' }).click();
  await Promise.all([page.waitForEvent('close'), page.close({ runBeforeUnload: true })]);

  assert.equal(question.type(), 'beforeunload');
});

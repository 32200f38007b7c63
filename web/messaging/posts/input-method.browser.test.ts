import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { openChannel } from '../../../server/messaging/testing/website.ts';
import { startServer } from '../../../server/testing/server.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { makePair } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);
const { ann, ben, chatId } = await makePair(app, browser);

const log = (page: Page) => page.getByRole('log');
const field = (page: Page) => page.getByRole('textbox', { name: /^Message / });

/** The key that ends a composition, as Safari tells of it: after its end, by its code. */
async function endComposing(element: Locator, key: string): Promise<void> {
  await element.evaluate((target, pressed) => {
    const data = { bubbles: true, cancelable: true };
    target.dispatchEvent(new CompositionEvent('compositionend', { ...data, data: '漢字' }));
    target.dispatchEvent(new KeyboardEvent('keydown', { ...data, key: pressed, keyCode: 229 }));
  }, key);
}

test('the Enter that takes what is composed does not send it', async () => {
  await ann.page.goto(`/messages/${chatId}`);
  await field(ann.page).fill('漢字');

  await endComposing(field(ann.page), 'Enter');
  await field(ann.page).pressSequentially('です');
  await field(ann.page).press('Enter');

  await log(ann.page).getByText('漢字です').waitFor();
  await log(ann.page).getByText('Sending…').waitFor({ state: 'detached' });
  assert.deepEqual(await log(ann.page).locator('article p').allTextContents(), ['漢字です']);
});

test('nor does it choose who is mentioned, or where people are chosen', async () => {
  await ann.page.goto(`/messages/${chatId}`);
  await field(ann.page).fill('');
  await field(ann.page).pressSequentially('@Be');
  await ann.page.getByRole('option', { name: 'Ben Brook' }).waitFor();
  await endComposing(field(ann.page), 'Enter');
  const written = await field(ann.page).inputValue();

  await ann.page.getByRole('button', { name: 'New chat' }).click();
  const people = ann.page.getByRole('combobox', { name: 'With' });
  await people.fill('Ben');
  await ann.page.getByRole('option', { name: 'Ben Brook' }).last().waitFor();
  await endComposing(people, 'Enter');

  assert.equal(written, '@Be');
  assert.equal(await people.inputValue(), 'Ben');
});

test('the Escape that drops what is composed closes no dialog and leaves no field', async () => {
  const channelId = await openChannel(ben, 'composing', [ann]);
  await ann.page.goto(`/${channelId}`);
  const post = ann.page.getByRole('textbox', { name: /^Post to/ });
  await post.fill('漢');
  await endComposing(post, 'Escape');
  const hasFocus = await post.evaluate((element) => element === document.activeElement);

  await ann.page.getByRole('button', { name: 'New channel' }).click();
  const dialog = ann.page.getByRole('dialog', { name: 'New channel' });
  const name = dialog.getByLabel('Name');
  await name.fill('漢');
  await endComposing(name, 'Escape');
  await name.pressSequentially('字');

  assert.ok(hasFocus);
  assert.equal(await name.inputValue(), '漢字');
});

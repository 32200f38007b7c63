import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { openChannel, shown } from '../../../server/messaging/testing/website.ts';
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
  await ann.page.goto(`/${channelId}`);
  await field(ann.page).waitFor();
  return { ann, ben, channelId };
}

/** Files as the clipboard, or a drag, brings them. */
async function bring(
  page: Page,
  how: 'paste' | 'drop',
  name: string,
  content: Buffer,
  type: string,
) {
  await field(page).evaluate(
    (element, { how, name, bytes, type }) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], name, { type }));
      const options = { bubbles: true, cancelable: true };
      const event =
        how === 'paste'
          ? new ClipboardEvent('paste', { ...options, clipboardData: data })
          : new DragEvent('drop', { ...options, dataTransfer: data });
      element.dispatchEvent(event);
    },
    { how, name, bytes: [...content], type },
  );
}

function drawPicture(): Promise<Buffer> {
  const background = { r: 31, g: 119, b: 113 };
  return sharp({ create: { width: 320, height: 200, channels: 3, background } })
    .png()
    .toBuffer();
}

test('somebody is mentioned by the keyboard alone', async () => {
  const { ann } = await openOffice();
  const { page } = ann;
  await field(page).focus();

  await page.keyboard.type('Ask @be');
  await page.getByRole('option', { name: 'Ben Brook' }).waitFor();
  await axeFindsNothing(page);
  await page.keyboard.press('Enter');
  await page.getByRole('listbox').waitFor({ state: 'detached' });
  await page.keyboard.type('please');
  await page.reload();
  assert.equal(await field(page).inputValue(), 'Ask @Ben Brook please');
  await field(page).focus();
  await page.keyboard.press('Control+Enter');

  await threads(page).getByRole('link', { name: '@Ben Brook', exact: true }).waitFor();
  assert.equal(await field(page).inputValue(), '');
  assert.equal(await field(page).evaluate((one) => one === document.activeElement), true);
  assert.deepEqual(ann.complaints, []);
});

test('Escape closes the list of people, and then leaves the field', async () => {
  const { page } = (await openOffice()).ann;
  await field(page).focus();
  await page.keyboard.type('@an');
  await page.getByRole('listbox', { name: 'People' }).waitFor();

  await page.keyboard.press('Escape');
  await page.getByRole('listbox').waitFor({ state: 'detached' });
  assert.equal(await field(page).evaluate((one) => one === document.activeElement), true);
  await page.keyboard.press('Escape');

  assert.equal(await field(page).evaluate((one) => one === document.activeElement), false);
  assert.equal(await field(page).inputValue(), '@an');
});

test('an image that is pasted, and one that is dropped, are uploaded and shown', async () => {
  const { ann } = await openOffice();
  const { page } = ann;
  const picture = await drawPicture();
  await field(page).fill('Before');

  await bring(page, 'paste', 'pasted <b>.png', picture, 'image/png');
  await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('pasted'));
  await bring(page, 'drop', 'dropped.png', picture, 'image/png');
  await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('dropped'));
  assert.match(await field(page).inputValue(), /Before\n\n\[pasted b\.png\]\n\n\[dropped\.png\]/);
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  const image = threads(page).getByRole('img', { name: 'dropped.png' });
  await until('it is drawn', () =>
    image.evaluate((one) => one instanceof HTMLImageElement && one.naturalWidth > 0),
  );
  await threads(page).getByRole('button', { name: 'Open dropped.png' }).click();

  const dialog = page.getByRole('dialog', { name: 'dropped.png' });
  await dialog.getByRole('img', { name: 'dropped.png' }).waitFor();
  await axeFindsNothing(page);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual(ann.complaints, []);
});

test('a file that is refused says why, is tried again or put away, and hinders nothing', async () => {
  const { ann } = await openOffice();
  const { page } = ann;
  await field(page).fill('A text');

  await bring(page, 'drop', 'page.svg', Buffer.from('<svg onload="alert(1)"/>'), 'image/svg+xml');
  const uploads = page.getByRole('list', { name: 'Uploads' });
  await uploads.getByRole('alert').waitFor();
  assert.match((await uploads.getByRole('alert').textContent()) ?? '', /Only images/);
  await uploads.getByRole('button', { name: 'Try again' }).click();
  await uploads.getByRole('alert').waitFor();
  await uploads.getByRole('button', { name: 'Remove page.svg' }).click();
  await page.getByRole('button', { name: 'Post', exact: true }).click();

  await threads(page).getByText('A text').waitFor();
});

test('an upload that is cancelled leaves nothing, and while one goes on nothing is sent', async () => {
  const { page } = (await openOffice()).ann;
  await page.route('**/api/messaging/files', () => undefined);
  await field(page).fill('A text');

  await bring(page, 'paste', 'slow.png', await drawPicture(), 'image/png');
  const cancel = page.getByRole('button', { name: 'Cancel slow.png' });
  await cancel.waitFor();
  assert.equal(await page.getByRole('button', { name: 'Post', exact: true }).isDisabled(), true);
  await cancel.click();

  await cancel.waitFor({ state: 'detached' });
  assert.equal(await field(page).inputValue(), 'A text');
  assert.equal(await page.getByRole('button', { name: 'Post', exact: true }).isDisabled(), false);
});

test('a draft is kept for its place until it is sent', async () => {
  const { ann, channelId } = await openOffice();
  const { page } = ann;
  const otherId = await openChannel(ann, 'other');
  await field(page).fill('Half a thought');

  await page.goto(`/${otherId}`);
  await field(page).waitFor();
  assert.equal(await field(page).inputValue(), '');
  await page.goto(`/${channelId}`);
  await field(page).waitFor();
  assert.equal(await field(page).inputValue(), 'Half a thought');
  await field(page).press('Control+Enter');
  const posted = threads(page).locator('article:not([data-pending])');
  await posted.getByText('Half a thought').waitFor();
  await page.reload();
  await posted.getByText('Half a thought').waitFor();

  assert.equal(await field(page).inputValue(), '');
});

test('the preview shows what will be posted', async () => {
  const { page } = (await openOffice()).ann;
  await field(page).fill('*bold* and `code`\n\n* item');

  await page.getByRole('button', { name: 'Preview' }).click();
  const preview = page.getByRole('region', { name: 'Preview' });
  await preview.getByText('bold').waitFor();
  assert.deepEqual(await preview.locator('strong, code, li').allTextContents(), [
    'bold',
    'code',
    'item',
  ]);
  await page.getByRole('button', { name: 'Preview' }).click();

  assert.equal(await field(page).inputValue(), '*bold* and `code`\n\n* item');
});

test('keys send from the preview, or go back to the text', async () => {
  const { page } = (await openOffice()).ann;
  await field(page).fill('Ready *now*');

  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('region', { name: 'Preview' }).getByText('now').waitFor();
  await page.keyboard.press('Escape');
  await field(page).waitFor();
  await page.keyboard.press('!');
  assert.equal(await field(page).inputValue(), 'Ready *now*!');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.keyboard.press('Control+Enter');

  await threads(page).getByText('Ready now!').waitFor();
  assert.equal(await field(page).inputValue(), '');
});

test('buttons and keys format what is selected, and take it back', async () => {
  const { page } = (await openOffice()).ann;
  await field(page).fill('one two');
  await field(page).selectText();

  await page.keyboard.press('Control+b');
  assert.equal(await field(page).inputValue(), '*one two*');
  await page.keyboard.press('Control+b');
  assert.equal(await field(page).inputValue(), 'one two');
  await page.getByRole('button', { name: 'List' }).click();
  assert.equal(await field(page).inputValue(), '* one two');
  await page.keyboard.press('Control+z');

  assert.equal(await field(page).inputValue(), 'one two');
});

test('what is too long is counted and not sent', async () => {
  const { ann, channelId } = await openOffice();
  const { page } = ann;
  await field(page).fill('x'.repeat(24_800));
  await page.getByText('200 characters left').waitFor();

  await field(page).fill('x'.repeat(25_001));
  await page.getByText('1 character too long').waitFor();
  await field(page).press('Control+Enter');

  assert.equal(await page.getByRole('button', { name: 'Post', exact: true }).isDisabled(), true);
  const params = { channel_id: channelId };
  assert.equal(shown(await ann.client.listThreads({ params })).threads.length, 0);
});

test('a link that is pasted onto words is put behind them, and can be undone', async () => {
  const { page } = (await openOffice()).ann;
  await field(page).fill('See the manual please');
  const paste = (text: string) =>
    field(page).evaluate((element: HTMLTextAreaElement, given) => {
      element.focus();
      element.setSelectionRange(8, 14);
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', given);
      const options = { bubbles: true, cancelable: true, clipboardData };
      return element.dispatchEvent(new ClipboardEvent('paste', options));
    }, text);

  await paste('https://example.com/a_(b)?x=1\n');
  const linked = await field(page).inputValue();
  await page.keyboard.press('Control+z');
  const isLeft = await paste('https://example.com and more');

  assert.equal(linked, 'See the [manual](https://example.com/a_%28b%29?x=1) please');
  assert.equal(await field(page).inputValue(), 'See the manual please');
  assert.equal(isLeft, true);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openChat, say, shown } from '../../../server/messaging/testing/website.ts';
import { makeOrganization } from '../../../server/testing/makers.ts';
import { startServer } from '../../../server/testing/server.ts';
import { axeFindsNothing } from '../../../testing/browser/axe.ts';
import { openBrowser, takeScreenshots } from '../../../testing/browser/browser.ts';
import { browse } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);
const viewport = { width: 360, height: 640 };
const longName = 'Wolfeschlegelsteinhausenbergerdorff-'.repeat(2).slice(0, 60);

/** Two people with names that are long, or written from right to left, and what they say. */
async function makeLongNames() {
  const organization = await makeOrganization(app);
  const ann = await browse(app, browser, organization, longName, { viewport });
  const ben = await browse(app, browser, organization, 'דניאל כהן', { viewport });
  const chatId = await openChat(ann, [ben], longName);
  await say(ben, chatId, `<@${ann.user_id}> שלום, ${'a-long-word-without-an-end'.repeat(12)}`);
  await say(ann, chatId, `Look at this:\n\`\`\`\n${'code '.repeat(80)}\n\`\`\``);
  shown(await ann.client.makeKey({ body: { name: longName } }));
  return { ann, ben, chatId };
}

async function widthOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}

test('nothing is wider than a phone of 360 pixels, whatever people and things are called', async () => {
  const { ann, chatId } = await makeLongNames();
  const pages = [
    [`/messages/${chatId}`, 'code code'],
    ['/inbox', 'mentioned you'],
    ['/search?q=long', '1 result'],
    ['/apiKeys', 'never used'],
  ] as const;

  for (const [path, text] of pages) {
    await ann.page.goto(path);
    await ann.page.getByText(text).first().waitFor();

    assert.equal(await widthOf(ann.page), viewport.width, path);
    await takeScreenshots(ann.page, `narrow-${path.replaceAll(/\W+/g, '-').slice(1, 9)}`);
  }
  assert.deepEqual(ann.complaints, []);
});

test('what people do to a group fits on a phone, and axe finds nothing there', async () => {
  const { ann, chatId } = await makeLongNames();
  await ann.page.goto(`/messages/${chatId}`);

  for (const [item, title] of [
    ['People', 'People in this chat'],
    ['Rename', 'Rename this chat'],
    ['Leave', 'Leave this chat?'],
  ] as const) {
    await ann.page.getByRole('button', { name: 'About this chat' }).click();
    await ann.page.getByRole('menuitem', { name: item }).click();
    const dialog = ann.page.getByRole('dialog', { name: title });
    await dialog.waitFor();

    assert.equal(await widthOf(ann.page), viewport.width, title);
    await axeFindsNothing(ann.page);
    await ann.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }
});

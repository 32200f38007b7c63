import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openChat, say, shown, visit } from '../../../server/messaging/testing/website.ts';
import { startServer } from '../../../server/testing/server.ts';
import { axeFindsNothing } from '../../../testing/browser/axe.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { makePair } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);

test('who is not in a chat is offered apart, not marked as a mention, and can be added', async () => {
  const { organization, ann, ben } = await makePair(app, browser);
  const cleo = await visit(app, organization, { name: 'Cleo Carter' });
  const chatId = await openChat(ann, [ben], 'Plans');
  await say(ben, chatId, `Ask <@${cleo.user_id}|Cleo> and <@${ann.user_id}|Ann>`);
  const { page } = ann;
  await page.goto(`/messages/${chatId}`);
  const field = page.getByRole('textbox', { name: 'Message Plans' });
  await page.getByText('Ask @Cleo Carter and').waitFor();
  const marked = await page
    .getByRole('article')
    .getByRole('link', { name: /^@/ })
    .allTextContents();

  await field.pressSequentially('@C');
  const apart = page.getByRole('group', { name: 'Not in this chat' });
  await apart.getByRole('option', { name: 'Cleo Carter' }).waitFor();
  await axeFindsNothing(page);
  await field.fill('Welcome @cleo carter');
  await page.getByText('Cleo Carter is not in this chat and will not be notified.').waitFor();
  await page.getByRole('button', { name: 'Add Cleo Carter to the chat' }).click();
  await page.getByText('will not be notified').waitFor({ state: 'detached' });
  await page.getByRole('article').getByRole('link', { name: '@Cleo Carter' }).waitFor();
  await field.press('Escape');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Welcome').waitFor();
  await page.locator('[data-pending]').waitFor({ state: 'detached' });

  assert.deepEqual(marked, ['@Ann Archer']);
  const { notices } = shown(await cleo.client.listNotices());
  assert.equal(notices[0]?.reason, 'mention');
  assert.deepEqual(notices[0]?.message?.blocks, [`Welcome <@${cleo.user_id}|Cleo Carter>`]);
});

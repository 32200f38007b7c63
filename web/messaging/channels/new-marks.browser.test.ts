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
import { startServer } from '../../../server/testing/server.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { makePair } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);

const threads = (page: Page) => page.getByRole('list', { name: 'Threads' });
const card = (page: Page, text: string) => threads(page).locator('article', { hasText: text });

test('one’s own words are not new, in a thread of one’s own or of somebody else', async () => {
  const { ann, ben } = await makePair(app, browser);
  const { page } = ann;
  const channelId = await openChannel(ann, 'general', [ben]);
  const theirs = await startThread(ben, channelId, 'Of Ben');
  await page.goto(`/${channelId}`);
  const unread = async () => {
    const { readings } = shown(await ann.client.listReadings());
    return readings.find(({ place_id }) => place_id === channelId)?.unread;
  };
  await until('the channel is read', async () => (await unread()) === 0);

  await page.goto(`/${theirs.thread_id}`);
  await page.getByRole('textbox', { name: 'Answer the thread' }).fill('My answer');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('list', { name: 'Comments' }).getByText('My answer').waitFor();
  await page.getByText('Sending…').waitFor({ state: 'detached' });
  const own = await startThread(ann, channelId, 'Of Ann');
  await answer(ann, own.thread_id, 'Once more');
  await page.getByRole('link', { name: '#general' }).click();
  await card(page, 'Of Ann').getByText('1 comment').waitFor();
  await card(page, 'Of Ben').getByText('1 comment').waitFor();
  const before = await threads(page).getByText('New', { exact: true }).count();
  await answer(ben, own.thread_id, 'And I say');

  await card(page, 'Of Ann').getByText('New', { exact: true }).waitFor();
  await card(page, 'Of Ann').getByText(', 1 unread').waitFor();
  assert.equal(before, 0);
});

test('what was said in a thread that was never opened stays marked until it is opened', async () => {
  const { ann, ben } = await makePair(app, browser);
  const { page } = ann;
  const channelId = await openChannel(ann, 'general', [ben]);
  const { thread_id } = await startThread(ben, channelId, 'Of Ben');
  await page.goto(`/${channelId}`);
  await card(page, 'Of Ben').waitFor();

  await answer(ben, thread_id, 'More of Ben');
  await card(page, 'Of Ben').getByText(', 1 unread').waitFor();
  await page.getByRole('link', { name: /general(?!.*unread)/ }).waitFor();
  await page.reload();
  await card(page, 'Of Ben').getByText(', 1 unread').waitFor();
  await card(page, 'Of Ben')
    .getByRole('link', { name: /open the thread/ })
    .click();
  const read = async () =>
    shown(await ann.client.getThread({ params: { thread_id } })).reading.number;
  await until('the thread is read', async () => (await read()) === 1);
  await page.goBack();

  await card(page, 'Of Ben').getByText(', 1 unread').waitFor({ state: 'detached' });
});

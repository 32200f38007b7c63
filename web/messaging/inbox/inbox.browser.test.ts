import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  answer,
  openChannel,
  say,
  shown,
  startThread,
} from '../../../server/messaging/testing/website.ts';
import { until } from '../../../server/runtime/testing/until.ts';
import { startServer } from '../../../server/testing/server.ts';
import { axeFindsNothing } from '../../../testing/browser/axe.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { makePair } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);

test('a mention comes into an open inbox by itself, and leads to the message', async () => {
  const { ann, ben, chatId } = await makePair(app, browser);
  await ann.page.goto('/inbox');
  await ann.page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();

  await say(ben, chatId, `<@${ann.user_id}> can you look at *this*?`);
  const notice = ann.page.getByRole('link', { name: /Ben Brook mentioned you/ });
  await notice.waitFor();
  const text = await notice.innerText();
  await notice.click();

  await ann.page.getByRole('log').getByText('can you look at').waitFor();
  assert.match(text, /@Ann Archer can you look at this\?/);
  assert.deepEqual(ann.complaints, []);
});

test('what is new is marked while the page is open, and read once it was looked at', async () => {
  const { ann, ben } = await makePair(app, browser);
  const channelId = await openChannel(ann, 'news', [ben]);
  const thread = await startThread(ann, channelId, 'What do you think?');
  await answer(ben, thread.thread_id, 'A good idea');
  const unread = async () => {
    const { readings } = shown(await ann.client.listReadings());
    return readings.find(({ place }) => place === 'inbox')?.unread;
  };
  await until('it is in the inbox', async () => (await unread()) === 1);

  await ann.page.goto('/inbox');
  await ann.page.getByRole('link', { name: /New: Ben Brook answered you in #news/ }).waitFor();

  await until('it is read', async () => (await unread()) === 0);
  await ann.page.getByRole('link', { name: /New: Ben Brook/ }).waitFor();
  await ann.page.reload();
  await ann.page.getByRole('link', { name: /^Ben Brook answered you in #news/ }).waitFor();
});

test('older ones are shown page by page', async () => {
  const { ann, ben, chatId } = await makePair(app, browser);
  const count = 60;
  for (let number = 1; number <= count; number += 1) {
    await say(ben, chatId, `<@${ann.user_id}> mention ${number}`);
  }
  const notices = ann.page.getByRole('list', { name: 'Mentions and replies' }).getByRole('link');
  await ann.page.goto('/inbox');
  await notices.first().waitFor();

  await ann.page.getByRole('button', { name: 'Show older ones' }).click();

  await until('all are there', async () => (await notices.count()) === count);
  assert.match(await notices.first().innerText(), /mention 60$/);
  assert.match(await notices.last().innerText(), /mention 1$/);
});

test('axe finds nothing in the inbox', async () => {
  const { ann, ben, chatId } = await makePair(app, browser);
  await say(ben, chatId, `<@${ann.user_id}> ${'a-very-long-word'.repeat(30)}`);
  await ann.page.goto('/inbox');
  await ann.page.getByRole('link', { name: /Ben Brook mentioned/ }).waitFor();

  await axeFindsNothing(ann.page, 'inbox');
  assert.deepEqual(ann.complaints, []);
});

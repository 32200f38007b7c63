import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openChat, say, shown } from '../../../server/messaging/testing/website.ts';
import { until } from '../../../server/runtime/testing/until.ts';
import { startServer } from '../../../server/testing/server.ts';
import { axeFindsNothing } from '../../../testing/browser/axe.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { browse, makePair } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);

const log = (page: Page) => page.getByRole('log');
const field = (page: Page) => page.getByRole('textbox', { name: /^Message / });

async function write(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
}

function textsIn(page: Page): Promise<string[]> {
  return log(page).locator('article p').allTextContents();
}

test('what one writes the other sees at once, and answers', async (t) => {
  const { ann, ben, chatId } = await makePair(app, browser);
  await ann.page.goto(`/messages/${chatId}`);
  await ben.page.goto(`/messages/${chatId}`);
  await field(ben.page).waitFor();
  await write(ann.page, 'Warm up');
  await log(ben.page).getByText('Warm up').waitFor();

  const began = performance.now();
  await write(ann.page, 'Is the *report* ready?');
  await log(ben.page).getByText('report', { exact: true }).waitFor();
  t.diagnostic(`seen after ${Math.round(performance.now() - began)} ms`);
  await write(ben.page, 'Tomorrow');
  await log(ann.page).getByText('Tomorrow').waitFor();

  assert.deepEqual(await textsIn(ann.page), ['Warm up', 'Is the report ready?', 'Tomorrow']);
  assert.deepEqual(await textsIn(ben.page), ['Warm up', 'Is the report ready?', 'Tomorrow']);
  assert.deepEqual([...ann.complaints, ...ben.complaints], []);
});

test('after a cut of the network nothing is missing and nothing is there twice', async () => {
  const { ann, ben, chatId } = await makePair(app, browser);
  await ann.page.goto(`/messages/${chatId}`);
  await ben.page.goto(`/messages/${chatId}`);
  await write(ann.page, 'Before');
  await log(ben.page).getByText('Before').waitFor();

  await ben.context.setOffline(true);
  await write(ben.page, 'Written offline');
  const missed = await say(ann, chatId, 'Missed');
  const edited = { params: { message_id: missed.message_id }, body: { text: 'Missed and edited' } };
  shown(await ann.client.editMessage(edited));
  await log(ben.page).getByText('Sending…').waitFor();
  await ben.context.setOffline(false);

  for (const { page } of [ann, ben]) {
    await log(page).getByText('Written offline').waitFor();
    await log(page).getByText('Missed and edited').waitFor();
    await log(page).getByText('Sending…').waitFor({ state: 'detached' });
  }
  const expected = ['Before', 'Missed and edited', 'Written offline'];
  assert.deepEqual(await textsIn(ann.page), expected);
  assert.deepEqual(await textsIn(ben.page), expected);
});

test('what the server refuses stays, with a reason, and can be written anew', async () => {
  const { ann, chatId } = await makePair(app, browser);
  await ann.page.goto(`/messages/${chatId}`);
  await write(ann.page, '<!12345678901>');
  await log(ann.page).getByRole('alert').waitFor();

  await log(ann.page).getByRole('button', { name: 'Edit' }).click();

  await until('it is in the field', async () => {
    return (await field(ann.page).inputValue()) === '<!12345678901>';
  });
  assert.equal(await log(ann.page).getByRole('alert').count(), 0);
});

test('the arrow up edits the last message of one’s own; the other sees the change', async () => {
  const { ann, ben, chatId } = await makePair(app, browser);
  await say(ann, chatId, 'A first try');
  await say(ben, chatId, 'Something else');
  await ann.page.goto(`/messages/${chatId}`);
  await ben.page.goto(`/messages/${chatId}`);
  await log(ann.page).getByText('A first try').waitFor();
  await log(ben.page).getByText('A first try').waitFor();

  await field(ann.page).press('ArrowUp');
  await log(ann.page).getByRole('textbox').fill('A second try');
  await log(ann.page).getByRole('textbox').press('Control+Enter');

  await log(ben.page).getByText('A second try').waitFor();
  assert.deepEqual(await textsIn(ben.page), ['A second try', 'Something else']);
});

test('a deleted message leaves a stub; a reaction is seen by both', async () => {
  const { ann, ben, chatId } = await makePair(app, browser);
  await say(ann, chatId, 'To be deleted');
  const kept = await say(ann, chatId, 'To be liked');
  await ann.page.goto(`/messages/${chatId}`);
  await ben.page.goto(`/messages/${chatId}`);
  const post = log(ann.page).locator('article', { hasText: 'To be deleted' });

  await post.getByRole('button', { name: 'More' }).click();
  await ann.page.getByRole('menuitem', { name: 'Delete…' }).click();
  await ann.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  const body = { message_id: kept.message_id, emoji: '👍', reacted: true };
  shown(await ben.client.react({ body }));

  await log(ben.page).getByText('This message was deleted.').waitFor();
  await log(ann.page)
    .getByRole('button', { name: /👍 1: Ben Brook/ })
    .waitFor();
});

test('what came meanwhile is below a line, and is read once it is seen', async () => {
  const { ann, ben, chatId } = await makePair(app, browser);
  await say(ben, chatId, 'Read long ago');
  await ann.page.goto(`/messages/${chatId}`);
  await log(ann.page).getByText('Read long ago').waitFor();
  const unread = async () => {
    const { readings } = shown(await ann.client.listReadings());
    return readings.find(({ place_id }) => place_id === chatId)?.unread;
  };
  await until('it is read', async () => (await unread()) === 0);
  await ann.page.goto('/apiKeys');
  await say(ben, chatId, 'New one');
  await ann.page.getByRole('link', { name: /Ben Brook.*1 unread/ }).waitFor();

  await ann.page.getByRole('link', { name: /Ben Brook/ }).click();

  await log(ann.page).getByText('New', { exact: true }).waitFor();
  await until('all is read', async () => (await unread()) === 0);
  await ann.page.getByRole('link', { name: /Ben Brook.*unread/ }).waitFor({ state: 'detached' });
});

test('what others write is announced politely; what was there before is not', async () => {
  const { ann, ben, chatId } = await makePair(app, browser);
  await say(ben, chatId, 'An old one');
  await ann.page.goto(`/messages/${chatId}`);
  await log(ann.page).getByText('An old one').waitFor();

  await say(ben, chatId, 'A *new* one');
  const announced = ann.page.getByRole('status').filter({ hasText: 'Ben Brook: A new one' });
  await announced.waitFor({ state: 'attached' });

  assert.equal(await ann.page.getByRole('status').filter({ hasText: 'An old one' }).count(), 0);
});

test('a message can be marked as unread, and stays so while one looks', async () => {
  const { ann, ben, chatId } = await makePair(app, browser);
  await say(ben, chatId, 'First');
  await say(ben, chatId, 'Second');
  await ann.page.goto(`/messages/${chatId}`);
  await ann.page.getByRole('link', { name: /Ben Brook.*unread/ }).waitFor({ state: 'detached' });
  const post = log(ann.page).locator('article', { hasText: 'Second' });

  await post.getByRole('button', { name: 'More' }).click();
  await ann.page.getByRole('menuitem', { name: 'Mark as unread from here' }).click();

  await ann.page.getByRole('link', { name: /Ben Brook.*1 unread/ }).waitFor();
  await log(ann.page).getByText('New', { exact: true }).waitFor();
});

test('a group is opened, named, widened and left', async () => {
  const { organization, ann, ben } = await makePair(app, browser);
  const cleo = await browse(app, browser, organization, 'Cleo Carter');
  const chatId = await openChat(ann, [ben], 'Plans');
  await ann.page.goto(`/messages/${chatId}`);
  const choose = async (name: string) => {
    await ann.page.getByRole('button', { name: 'About this chat' }).click();
    await ann.page.getByRole('menuitem', { name }).click();
  };

  await choose('Rename');
  await ann.page.getByRole('textbox', { name: 'Name' }).fill('Better plans');
  await ann.page.getByRole('button', { name: 'Rename' }).click();
  await ann.page.getByRole('heading', { level: 1, name: 'Better plans' }).waitFor();
  await choose('People');
  await ann.page.getByPlaceholder('Search for people').fill('Cleo');
  await ann.page.getByRole('option', { name: 'Cleo Carter' }).click();
  await ann.page.getByRole('button', { name: 'Add', exact: true }).click();
  await ann.page.getByRole('button', { name: 'Remove Cleo Carter' }).waitFor();
  await ann.page.keyboard.press('Escape');
  await cleo.page.goto(`/messages/${chatId}`);
  await cleo.page.getByRole('heading', { level: 1, name: 'Better plans' }).waitFor();
  await choose('Leave');
  await ann.page.getByRole('button', { name: 'Leave' }).click();

  await ann.page.getByRole('link', { name: /Better plans/ }).waitFor({ state: 'detached' });
  const { chats } = shown(await ben.client.getHome());
  const { member_ids } = chats.find(({ chat_id }) => chat_id === chatId) ?? {};
  assert.deepEqual(new Set(member_ids), new Set([ben.user_id, cleo.user_id]));
});

test('a chat with somebody is opened by the keyboard alone', async () => {
  const { organization, ann } = await makePair(app, browser);
  await browse(app, browser, organization, 'Cleo Carter');
  await ann.page.goto('/inbox');
  await ann.page.getByRole('button', { name: 'New chat' }).focus();

  await ann.page.keyboard.press('Enter');
  await ann.page.getByRole('dialog').waitFor();
  await ann.page.getByPlaceholder('Search for people').focus();
  await ann.page.getByRole('option', { name: 'Ben Brook' }).waitFor();
  // Nobody is chosen by Enter alone.
  await ann.page.keyboard.press('Enter');
  await ann.page.keyboard.type('Cleo');
  await ann.page.getByRole('option', { name: 'Cleo Carter' }).waitFor();
  await ann.page.keyboard.press('Enter');
  // Nothing lies over the button.
  await ann.page.getByRole('button', { name: 'Open chat' }).click({ trial: true });
  await ann.page.getByRole('button', { name: 'Open chat' }).press('Enter');
  await ann.page.getByRole('heading', { level: 1, name: 'Cleo Carter' }).waitFor();
  await field(ann.page).waitFor();
  await ann.page.keyboard.type('Hello');
  await ann.page.keyboard.press('Enter');

  await log(ann.page).getByText('Hello').waitFor();
});

test('a chat that one is not in does not exist', async () => {
  const { organization, chatId } = await makePair(app, browser);
  const stranger = await browse(app, browser, organization, 'Sam Stranger');

  await stranger.page.goto(`/messages/${chatId}`);

  await stranger.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
});

test('axe finds nothing in a chat', async () => {
  const { ann, ben, chatId } = await makePair(app, browser);
  await say(ann, chatId, 'A question, with `code` and a https://example.com/link');
  await say(ben, chatId, `* one\n* two <@${ann.user_id}>`);
  await say(ben, chatId, 'שלום עולם');
  await ann.page.goto(`/messages/${chatId}`);
  await log(ann.page).getByText('שלום').waitFor();

  await axeFindsNothing(ann.page, 'chat');
  assert.deepEqual(ann.complaints, []);
});

test('a link to a message that is not there opens the chat, and says so', async () => {
  const { ann, chatId } = await makePair(app, browser);
  await say(ann, chatId, 'Here we are');

  for (const id of ['00000000-0000-4000-8000-000000000000', '', 'nothing']) {
    await ann.page.goto(`/${chatId}?messageID=${id}`);
    await ann.page.getByText('The message that this link points to is not here.').waitFor();
    await ann.page.getByText('Here we are').waitFor();
  }
  await ann.page.getByText('Here we are').click();
  await ann.page.keyboard.press('?');
  await ann.page.getByRole('dialog').getByText('Shift').waitFor();
});

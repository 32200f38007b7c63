import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openChannel, say, startThread } from '../../../server/messaging/testing/website.ts';
import { startServer } from '../../../server/testing/server.ts';
import { axeFindsNothing } from '../../../testing/browser/axe.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { makePair } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);

/** A pair that has said something about apples, in a channel and in their chat. */
async function makeTalk() {
  const pair = await makePair(app, browser);
  const channelId = await openChannel(pair.ann, 'fruit', [pair.ben]);
  await startThread(pair.ann, channelId, 'The *apples* are <b>ripe</b>');
  await say(pair.ben, pair.chatId, 'Applesauce for everybody');
  return { ...pair, channelId };
}

test('a slash leads to the search; words are found as they are typed, and marked', async () => {
  const { ann } = await makeTalk();
  const { page } = ann;
  await page.goto('/inbox');
  await page.getByRole('link', { name: 'Search' }).waitFor();

  await page.keyboard.press('/');
  await page.getByRole('searchbox', { name: 'Search messages' }).waitFor();
  await page.keyboard.type('appl');

  await page.getByText('2 results').waitFor();
  await page.waitForURL('/search?q=appl');
  const marks = await page.locator('mark').allTextContents();
  assert.deepEqual(marks.map((text) => text.toLowerCase()).sort(), ['apples', 'applesauce']);
  await page.getByText('The apples are <b>ripe</b>').waitFor();
  assert.deepEqual(ann.complaints, []);
});

test('the arrow keys go through what was found, and Enter opens it', async () => {
  const { page } = (await makeTalk()).ann;
  await page.goto('/search?q=applesauce');
  await page.getByText('1 result', { exact: true }).waitFor();

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');

  await page.getByRole('log').getByText('Applesauce for everybody').waitFor();
  await page.goBack();
  await page.getByText('1 result', { exact: true }).waitFor();
});

test('what is found can be narrowed to a place and to somebody, and the address keeps it', async () => {
  const { ann, ben, channelId } = await makeTalk();
  const { page } = ann;
  await page.goto('/search?q=apples');
  await page.getByText('2 results').waitFor();

  await page.getByPlaceholder('Everywhere').click();
  await page.getByRole('option', { name: '#fruit' }).click();
  await page.getByText('1 result', { exact: true }).waitFor();
  await page.getByPlaceholder('By anyone').click();
  await page.getByRole('option', { name: 'Ben Brook' }).click();

  await page.getByRole('heading', { name: 'Nothing was found' }).waitFor();
  const search = new URL(page.url()).searchParams;
  assert.equal(search.get('channel'), channelId);
  assert.equal(search.get('author'), ben.user_id);
});

test('of several searches only the last is shown, and a failed one can be tried again', async () => {
  const { page } = (await makeTalk()).ann;
  let isCut = true;
  await page.route('**/api/messaging/search?*', async (route) => {
    if (route.request().url().includes('q=apples&') && isCut) await route.abort();
    else await route.continue();
  });
  await page.goto('/search');

  await page.getByRole('searchbox').fill('applesauce');
  await page.getByText('1 result', { exact: true }).waitFor();
  await page.getByRole('searchbox').fill('apples');
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  isCut = false;
  await page.getByRole('button', { name: 'Try again' }).click();

  await page.getByText('2 results').waitFor();
});

test('who is mentioned in what was found is called by their name', async () => {
  const { ann, ben, chatId } = await makeTalk();
  await say(ann, chatId, `<@${ben.user_id}> the cherries`);

  await ann.page.goto('/search?q=cherries');

  await ann.page.getByText('@Ben Brook the cherries').waitFor();
});

test('a search without a word says what is missing', async () => {
  const { ann } = await makeTalk();

  await ann.page.goto('/search?q=-apples');

  await ann.page.getByRole('heading', { name: 'There is no word to search for' }).waitFor();
});

test('what one may not read is not found', async () => {
  const { ann, ben } = await makeTalk();
  const secret = await openChannel(ann, 'secret', [], 'private');
  await startThread(ann, secret, 'Hidden pomegranates');

  await ben.page.goto('/search?q=pomegranates');

  await ben.page.getByRole('heading', { name: 'Nothing was found' }).waitFor();
});

test('axe finds nothing in the search', async () => {
  const { ann } = await makeTalk();
  await ann.page.goto('/search?q=apples');
  await ann.page.getByText('2 results').waitFor();

  await axeFindsNothing(ann.page, 'search');
  assert.deepEqual(ann.complaints, []);
});

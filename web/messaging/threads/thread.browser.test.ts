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
import { openBrowser, phone, takeScreenshots } from '../../../testing/browser/browser.ts';
import { browse } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);

const field = (page: Page) => page.getByRole('textbox', { name: 'Answer the thread' });
const comments = (page: Page) => page.getByRole('list', { name: 'Comments' });
const post = (page: Page, text: string) => page.locator('article', { hasText: text }).last();
const hasFocus = (page: Page, text: string) =>
  post(page, text).evaluate((one) => one.contains(document.activeElement));

async function openThread(options: Parameters<typeof browse>[4] = {}) {
  const organization = await makeOrganization(app);
  const ann = await browse(app, browser, organization, 'Ann Archer', options);
  const ben = await browse(app, browser, organization, 'Ben Brook', options);
  const channelId = await openChannel(ann, 'general', [ben]);
  const thread = await startThread(ann, channelId, 'Which autoclave?');
  return { organization, ann, ben, channelId, thread, threadId: thread.thread_id };
}

/** Many comments by Ben, each fifth an answer to the one before, put into the database as they are. */
async function fillThread(
  { organization, channelId, threadId, ben }: Awaited<ReturnType<typeof openThread>>,
  count: number,
): Promise<(number: number) => string> {
  const first = 30_000_000_000;
  await app.server.platform.database.of(organization).transaction(async (tx) => {
    await tx.rows(
      `insert into messaging.name (organization_id, id, kind)
       select $1, $2::bigint + n, 'comment' from generate_series(1, $3::int) n`,
      [organization, first, count],
    );
    await tx.rows(
      `insert into messaging.comment (organization_id, id, thread_id, channel_id, parent_id,
         author_id, blocks, plain, created_at, number)
       select $1, $2::bigint + n, $4, $5, case when n % 5 = 0 then $2::bigint + n - 1 end, $6,
         array['Remark ' || n], 'Remark ' || n,
         timestamptz '2026-01-05 08:00Z' + n * interval '1 minute', n
       from generate_series(1, $3::int) n`,
      [organization, first, count, threadId, channelId, ben.user_id],
    );
    await tx.rows(
      `update messaging.thread set comment_count = $3::int, last_number = $3::int
       where organization_id = $1 and id = $2`,
      [organization, threadId, count],
    );
  });
  return (number) => String(first + number);
}

async function choose(page: Page, text: string, item: string): Promise<void> {
  await post(page, text).getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('a thread is answered, and an answer is answered in its place; the other sees it', async () => {
  const { ann, ben, threadId } = await openThread();
  await ann.page.goto(`/${threadId}`);
  await ben.page.goto(`/${threadId}`);
  await comments(ben.page).waitFor({ state: 'attached' });

  await field(ann.page).fill('The *large* one');
  await field(ann.page).press('Control+Enter');
  await comments(ben.page).getByText('large').waitFor();
  await post(ben.page, 'The large one').hover();
  await post(ben.page, 'The large one').getByRole('button', { name: 'Reply' }).click();
  await ben.page.keyboard.type('Too large');
  await ben.page.keyboard.press('Control+Enter');

  await comments(ann.page).getByText('Too large').waitFor();
  const { comments: made } = shown(
    await ann.client.listComments({ params: { thread_id: threadId } }),
  );
  assert.equal(made[1]?.parent_id, made[0]?.comment_id);
  const depths = await comments(ann.page)
    .locator('[data-number]')
    .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.depth));
  assert.deepEqual(depths, ['0', '1']);
  await until('what was answered has the focus', () => hasFocus(ben.page, 'The large one'));
  assert.deepEqual([...ann.complaints, ...ben.complaints], []);
});

test('who reads a thread that is deleted is told so, and is back in the channel', async () => {
  const { ann, ben, threadId, channelId } = await openThread();
  await ben.page.goto(`/${threadId}`);
  await ben.page.getByRole('textbox', { name: 'Answer the thread' }).waitFor();

  shown(await ann.client.removeThread({ params: { thread_id: threadId } }));

  await ben.page.getByText('The thread was deleted by its author.').waitFor();
  await ben.page.waitForURL(`/${channelId}`);
});

test('one’s own comment is edited and deleted, an answer to it stays below a stub', async () => {
  const { ann, ben, threadId } = await openThread();
  const first = await answer(ann, threadId, 'First try');
  await answer(ben, threadId, 'An answer to it', first.comment_id);
  await ann.page.goto(`/${threadId}`);
  await ben.page.goto(`/${threadId}`);
  await comments(ben.page).getByText('First try').waitFor();

  await choose(ann.page, 'First try', 'Edit');
  await ann.page.getByRole('textbox', { name: 'Edit' }).fill('Second try');
  await ann.page.getByRole('button', { name: 'Save' }).click();
  await comments(ben.page).getByText('Second try').waitFor();
  await until('what was edited has the focus', () => hasFocus(ann.page, 'Second try'));
  await choose(ann.page, 'Second try', 'Delete…');
  await ann.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();

  await comments(ben.page).getByText('This comment was deleted.').waitFor();
  await comments(ben.page).getByText('An answer to it').waitFor();
  await post(ben.page, 'An answer to it').getByRole('button', { name: 'More' }).click();
  await ben.page.getByRole('menuitem', { name: 'Edit' }).waitFor();
  await ben.page.keyboard.press('Escape');
  await post(ben.page, 'Which autoclave?').getByRole('button', { name: 'More' }).click();
  await ben.page.getByRole('menuitem', { name: 'Copy link' }).waitFor();
  assert.equal(await ben.page.getByRole('menuitem', { name: 'Edit' }).count(), 0);
});

test('what is edited at the end of a thread is saved without scrolling', async () => {
  const { ann, threadId } = await openThread({ viewport: phone });
  const { page } = ann;
  for (const number of [1, 2, 3, 4, 5, 6]) {
    await answer(ann, threadId, `Remark ${number} ${'that goes on '.repeat(20)}`);
  }
  await page.goto(`/${threadId}`);
  await post(page, 'Remark 6').scrollIntoViewIfNeeded();

  await choose(page, 'Remark 6', 'Edit');
  const bottomOf = async () => {
    const save = await page.getByRole('button', { name: 'Save' }).boundingBox();
    return save ? save.y + save.height : Number.POSITIVE_INFINITY;
  };
  const { y: top } = (await field(page).boundingBox()) ?? { y: 0 };

  await until('the button is above the field for answers', async () => (await bottomOf()) <= top);
});

test('a reaction is given by the keyboard, shared, and taken back', async () => {
  const { ann, ben, threadId } = await openThread();
  await ann.page.goto(`/${threadId}`);
  await ben.page.goto(`/${threadId}`);
  await post(ann.page, 'Which autoclave?').getByRole('button', { name: 'React' }).focus();

  await ann.page.keyboard.press('Enter');
  await ann.page.getByRole('button', { name: 'thumbs up' }).waitFor();
  await ann.page.keyboard.press('ArrowRight');
  await ann.page.keyboard.press('Enter');
  const chip = (page: Page) => page.getByRole('button', { name: /^👎/ });
  await chip(ben.page).waitFor();
  assert.match((await chip(ben.page).getAttribute('aria-label')) ?? '', /👎 1: Ann Archer/);
  await chip(ben.page).click();
  await ann.page.getByRole('button', { name: '👎 2: you, Ben Brook' }).click();

  await ben.page.getByRole('button', { name: '👎 1: you' }).waitFor();
});

test('a link to a comment far down loads what is before it, goes there and marks it', async () => {
  const scene = await openThread();
  const { ann } = scene;
  const idOf = await fillThread(scene, 520);

  await ann.page.goto(`/${idOf(510)}`);

  await until('it has the focus', () => hasFocus(ann.page, 'Remark 510'));
  const isSeen = () =>
    post(ann.page, 'Remark 510').evaluate((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
  await until('it is in view', isSeen);
  await ann.page.getByRole('heading', { level: 1, name: 'Which autoclave?' }).waitFor();
  await takeScreenshots(ann.page, 'comment-far-down');
  assert.equal(shown(await ann.client.listReadings()).readings.length > 0, true);
  assert.deepEqual(ann.complaints, []);
});

test('a branch is hidden and shown again', async () => {
  const { ann, ben, threadId } = await openThread();
  const root = await answer(ben, threadId, 'The root');
  const leaf = await answer(ben, threadId, 'The leaf', root.comment_id);
  await ann.page.goto(`/${threadId}`);

  await ann.page.getByRole('button', { name: '1 answer' }).click();
  await ann.page.getByText('The leaf').waitFor({ state: 'detached' });
  await ann.page.getByRole('button', { name: 'Show 1 answer' }).click();
  await ann.page.getByText('The leaf').waitFor();
  await ann.page.getByRole('button', { name: '1 answer' }).click();
  await ann.page.goto(`/${leaf.comment_id}`);

  await ann.page.getByText('The leaf').waitFor();
});

test('what was seen is read, what came since is below a line, and can be marked unread', async () => {
  const { ann, ben, threadId } = await openThread();
  const params = { thread_id: threadId };
  const reading = async () => shown(await ann.client.getThread({ params })).reading;
  await answer(ben, threadId, 'Seen');
  await ann.page.goto(`/${threadId}`);
  await until('it is read', async () => (await reading()).number === 1);
  await ann.page.goto('/inbox');
  await answer(ben, threadId, 'Fresh');

  await ann.page.goto(`/${threadId}`);
  await ann.page.getByText('New since your last visit').waitFor();
  await until('all is read', async () => (await reading()).number === 2);
  await choose(ann.page, 'Fresh', 'Mark as unread from here');

  await until('it is unread', async () => (await reading()).number === 1);
});

test('posts are gone through, answered and left by keys alone', async () => {
  const { ann, ben, threadId } = await openThread();
  await answer(ben, threadId, 'First remark');
  await answer(ben, threadId, 'Second remark');
  await ann.page.goto(`/${threadId}`);
  await ann.page.getByText('Second remark').waitFor();
  const { keyboard } = ann.page;

  await keyboard.press('j');
  await keyboard.press('j');
  assert.equal(await hasFocus(ann.page, 'First remark'), true);
  await keyboard.press('j');
  await keyboard.press('k');
  assert.equal(await hasFocus(ann.page, 'First remark'), true);
  await keyboard.press('r');
  await ann.page.getByRole('textbox', { name: 'Answer Ben Brook' }).waitFor();
  await keyboard.type('By keys');
  await keyboard.press('Escape');
  assert.equal(await hasFocus(ann.page, 'First remark'), true);
  await keyboard.press('r');
  await keyboard.press('Control+Enter');

  await comments(ann.page).getByText('By keys').waitFor();
});

test('a thread that one may not read does not exist, nor does one without a trace left', async () => {
  const { organization, ann, ben } = await openThread();
  const channelId = await openChannel(ben, 'secret', [], 'private');
  const { thread_id } = await startThread(ben, channelId, 'Nobody else');
  const own = await startThread(ann, await openChannel(ann, 'own'), 'Gone soon');
  const cleo = await browse(app, browser, organization, 'Cleo');

  for (const id of [thread_id, channelId, '12345678901']) {
    await cleo.page.goto(`/${id}`);
    await cleo.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  }
  await ann.page.goto(`/${own.thread_id}`);
  await choose(ann.page, 'Gone soon', 'Delete…');
  await ann.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();

  await ann.page.getByRole('heading', { level: 1, name: 'own' }).waitFor();
});

test('axe finds nothing in a thread', async () => {
  const { ann, ben, threadId } = await openThread();
  const text = `# Heading\n\n*bold* <@${ann.user_id}> <@${ben.user_id}> [link](https://example.com)`;
  const first = await answer(ben, threadId, `${text}\n\n> quote\n\n\`\`\`ts\nlet x = 1;\n\`\`\``);
  await answer(ann, threadId, '* one\n* two', first.comment_id);
  await ann.client.react({ body: { thread_id: threadId, emoji: '🎉', reacted: true } });
  await ann.page.goto(`/${threadId}`);
  await ann.page.getByText('two', { exact: true }).waitFor();

  await axeFindsNothing(ann.page, 'thread');
  await post(ann.page, 'one').getByRole('button', { name: 'More' }).click();
  await ann.page.getByRole('menu').waitFor();

  await axeFindsNothing(ann.page);
  assert.deepEqual(ann.complaints, []);
});

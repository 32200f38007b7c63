import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openChannel, startThread } from '../../../server/messaging/testing/website.ts';
import { until } from '../../../server/runtime/testing/until.ts';
import { makeOrganization } from '../../../server/testing/makers.ts';
import { startServer } from '../../../server/testing/server.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { browse } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);

const threads = (page: Page) => page.getByRole('list', { name: 'Threads' });

async function openOffice() {
  const organization = await makeOrganization(app);
  const ann = await browse(app, browser, organization, 'Ann Archer');
  const ben = await browse(app, browser, organization, 'Ben Brook');
  const channelId = await openChannel(ann, 'general', [ben]);
  return { organization, ann, ben, channelId };
}

/** Many threads by Ann, put into the database as they are. */
async function fillChannel(office: Awaited<ReturnType<typeof openOffice>>, count: number) {
  const { organization, ann, channelId } = office;
  const values = [organization, channelId, ann.user_id, count];
  await app.server.platform.database.of(organization).transaction(async (tx) => {
    await tx.rows(
      `insert into messaging.name (organization_id, id, kind)
       select $1, 20000000000 + n, 'thread' from generate_series(1, $2) n`,
      [organization, count],
    );
    await tx.rows(
      `insert into messaging.thread (organization_id, id, channel_id, author_id, blocks, plain,
         share_token, created_at, active_at, number)
       select $1, 20000000000 + n, $2, $3, array[text], text, 'token' || n, at, at, n
       from generate_series(1, $4) n,
         lateral (select 'Topic ' || n || repeat(' and some more words', n % 40) as text,
           timestamptz '2026-01-05 08:00Z' + n * interval '1 minute' as at) t`,
      values,
    );
    await tx.rows(
      `update messaging.channel set last_number = $3 where organization_id = $1 and id = $2`,
      [organization, channelId, count],
    );
  });
}

/** The name of a thread in the middle of what the list shows. */
function nameOfShown(page: Page): Promise<string> {
  return threads(page).evaluate((list) => {
    const { top, height } = (list.parentElement ?? list).getBoundingClientRect();
    const shown = [...list.querySelectorAll('a[data-open]')].find(
      (link) => link.getBoundingClientRect().top > top + height / 3,
    );
    return shown?.getAttribute('aria-label') ?? 'none is shown';
  });
}

test('ten thousand threads: few are drawn, and each is reached by scrolling', async () => {
  const office = await openOffice();
  const { page, complaints } = office.ann;
  await fillChannel(office, 10_000);
  await page.goto(`/${office.channelId}`);
  await threads(page).getByText('Topic 10000').waitFor();
  const scroller = threads(page).locator('..');
  const toEnd = () => scroller.evaluate((one) => one.scrollTo(0, one.scrollHeight));
  const drawn = () => threads(page).locator('article').count();

  await until('a thousand and more are loaded', async () => {
    await toEnd();
    return Number(await threads(page).locator('li').last().getAttribute('data-index')) > 1_000;
  });
  assert.ok((await drawn()) < 60, String(await drawn()));
  await scroller.evaluate((one) => one.scrollTo(0, 0));
  await threads(page).getByText('Topic 10000').waitFor();
  const top = threads(page).getByRole('link', { name: /Topic 9998/ });
  await top.click();
  await page.getByRole('heading', { level: 1, name: /^Topic 9998/ }).waitFor();
  await page.getByRole('button', { name: 'Back' }).click();

  await threads(page).getByText('Topic 9998').waitFor();
  assert.deepEqual(complaints, []);
});

test('coming back one is where one was; what is posted meanwhile does not move what is read', async () => {
  const office = await openOffice();
  const { page } = office.ann;
  await fillChannel(office, 200);
  await page.goto(`/${office.channelId}`);
  await threads(page).getByText('Topic 200').waitFor();
  await page.getByRole('link', { name: /^general/ }).waitFor();
  await page.getByRole('link', { name: /general.*unread/ }).waitFor({ state: 'detached' });
  await threads(page)
    .locator('..')
    .evaluate((one) => one.scrollTo(0, 4_000));
  await threads(page).getByText('Topic 200').waitFor({ state: 'detached' });
  const same = threads(page).locator(`a[aria-label="${await nameOfShown(page)}"]`);
  const yOf = () => same.evaluate((one) => one.getBoundingClientRect().top);
  const before = await yOf();
  await startThread(office.ben, office.channelId, 'Something new');
  await page.getByRole('link', { name: /general.*1 unread/ }).waitFor();
  assert.ok(Math.abs((await yOf()) - before) < 3, `${before} → ${await yOf()}`);
  await same.click();
  await page.getByRole('textbox', { name: 'Answer the thread' }).waitFor();
  await page.goBack();
  await same.waitFor();

  assert.ok(Math.abs((await yOf()) - before) < 120, `${before} → ${await yOf()}`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { corpus } from '../../../contract/messaging/formatting/corpus.ts';
import { parse } from '../../../contract/messaging/formatting/index.ts';
import type { Block, Inline, List } from '../../../contract/messaging/formatting/tree.ts';
import { splitText } from '../../../contract/messaging/text.ts';
import { answer, openChannel, startThread } from '../../../server/messaging/testing/website.ts';
import { makeOrganization } from '../../../server/testing/makers.ts';
import { startServer } from '../../../server/testing/server.ts';
import { openBrowser, phone } from '../../../testing/browser/browser.ts';
import { browse } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);
const organization = await makeOrganization(app);
const hostileName = `<img src=x onerror=alert(1)> "><script>alert(2)</script>`;
const ann = await browse(app, browser, organization, hostileName);
// What embeds a file that is not there is refused, and so are blanks and NUL.
const samples = corpus.filter(
  ({ input }) =>
    input.trim() !== '' &&
    input.isWellFormed() &&
    input.length < 25_000 &&
    !input.includes('<!') &&
    !input.includes('\0'),
);

/** What a tree shows, without spaces. */
function visible(blocks: readonly Block[]): string {
  return blocks.map(visibleBlock).join('').replace(/\s/g, '');
}

function visibleBlock(block: Block): string {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return block.children.map(visibleInline).join('');
    case 'quote':
      return visible(block.children);
    case 'code':
      return block.text + block.language;
    case 'list':
      return visibleList(block);
    case 'file':
      return block.label;
  }
}

function visibleList({ items }: List): string {
  return items
    .map(
      ({ children, lists }) =>
        children.map(visibleInline).join('') + lists.map(visibleList).join(''),
    )
    .join('');
}

function visibleInline(node: Inline): string {
  switch (node.type) {
    case 'text':
    case 'code':
      return node.text;
    case 'break':
      return '';
    case 'mention':
      return node.label ? `@${node.label}` : `<@${node.userID}>`;
    default:
      return node.children.map(visibleInline).join('');
  }
}

/** What a page must never have, wherever it came from. */
async function findHarm(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll('#root *')) {
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on')) found.push(`${element.tagName} ${name}`);
        const isAddress = name === 'href' || name === 'src';
        if (isAddress && !/^(https?:|mailto:|\/|#)/i.test(value)) found.push(`${name}=${value}`);
      }
      if (/^(SCRIPT|IFRAME|OBJECT|EMBED)$/.test(element.tagName)) found.push(element.tagName);
    }
    return found;
  });
}

/** What each post shows, without spaces, by its id. */
async function textsOf(page: Page): Promise<Map<string, string>> {
  const texts = await page.locator('[data-post]:has([data-body])').evaluateAll((all) =>
    all.map((one): [string, string] => {
      const text = one.querySelector('[data-body]')?.textContent ?? '';
      return [(one as HTMLElement).dataset.post ?? '', text.replace(/\s/g, '')];
    }),
  );
  return new Map(texts);
}

async function isWiderThanWindow(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
}

test('every sample of the corpus is shown as it is read, and none of it runs', async () => {
  const { page } = ann;
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const { thread_id } = await startThread(ann, await openChannel(ann, 'corpus'), 'All of it');
  const expected = new Map<string, string>();
  let last = '';
  for (const { input } of samples) {
    last = (await answer(ann, thread_id, input)).comment_id;
    expected.set(last, visible(splitText(input).flatMap((block) => parse(block, 'thread'))));
  }

  await page.goto(`/${last}`);
  await page.locator(`[data-post="${last}"]`).waitFor();
  const drawn = await textsOf(page);

  assert.ok(samples.length > 150, String(samples.length));
  drawn.delete(thread_id);
  assert.deepEqual(drawn, expected);
  assert.deepEqual(await findHarm(page), []);
  assert.deepEqual(dialogs, []);
  assert.deepEqual(ann.complaints, []);
});

test('names of people and channels are text, and break no page of a phone', async () => {
  const { page } = ann;
  const channelName = `"><svg onload=alert(3)>${'W'.repeat(50)}`;
  const channelId = await openChannel(ann, channelName);
  const { thread_id } = await startThread(
    ann,
    channelId,
    `${'x'.repeat(3_000)} <@${ann.user_id}>\n\n\`\`\`\n${'code '.repeat(200)}\n\`\`\`\n\nhttps://${'a'.repeat(60)}.example/${'b'.repeat(900)}`,
  );
  await page.setViewportSize({ ...phone, width: 360 });

  for (const path of [`/${channelId}`, `/${thread_id}`, `/${ann.user_id}`]) {
    await page.goto(path);
    await page.getByText(hostileName, { exact: false }).locator('visible=true').first().waitFor();
    assert.deepEqual(await findHarm(page), [], path);
    assert.equal(await isWiderThanWindow(page), false, path);
  }

  assert.deepEqual(ann.complaints, []);
});

test('a link opens elsewhere without telling where it stood; a mention leads to the person', async () => {
  const { page } = ann;
  await page.setViewportSize({ width: 1200, height: 800 });
  const channelId = await openChannel(ann, 'links');
  const text = `[here](https://example.com/) <@${ann.user_id}> <@12345678901|Nobody>`;
  const { thread_id } = await startThread(ann, channelId, text);
  await page.goto(`/${thread_id}`);
  const body = page.locator(`[data-post="${thread_id}"] [data-body]`);

  const link = body.getByRole('link', { name: 'here' });
  assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow');
  assert.equal(await link.getAttribute('target'), '_blank');
  assert.match((await body.textContent()) ?? '', /@Nobody/);
  await body.getByRole('link', { name: hostileName }).click();

  await page.getByRole('heading', { level: 1, name: hostileName }).waitFor();
});

test('what is read from right to left is, and a long post is folded until it is wanted', async () => {
  const { page } = ann;
  const channelId = await openChannel(ann, 'directions');
  const long = Array.from({ length: 60 }, (_, index) => `Paragraph ${index}`).join('\n\n');
  const { thread_id } = await startThread(ann, channelId, 'A question');
  const body = { thread_id, parent_id: null };
  await ann.client.answerThread({ body: { ...body, text: 'שלום עולם\n\n* אחת\n\n> ציטוט' } });
  await ann.client.answerThread({ body: { ...body, text: long } });
  await page.goto(`/${thread_id}`);
  await page.getByText('שלום עולם').waitFor();

  const directions = await page
    .locator('[data-body] :is(p, ul, blockquote)')
    .evaluateAll((all) => all.slice(1, 4).map((one) => getComputedStyle(one).direction));
  assert.deepEqual(directions, ['rtl', 'rtl', 'rtl']);
  const last = page.getByText('Paragraph 59');
  const isInView = () =>
    last.evaluate(
      (one) =>
        one.checkVisibility() &&
        one.getBoundingClientRect().bottom <=
          one.closest('[data-body]')!.getBoundingClientRect().bottom,
    );
  assert.equal(await isInView(), false);
  await page.getByRole('button', { name: 'Show more' }).click();

  assert.equal(await isInView(), true);
});

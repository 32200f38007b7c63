import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { openChannel, startThread } from '../../../server/messaging/testing/website.ts';
import { makeOrganization } from '../../../server/testing/makers.ts';
import { startServer } from '../../../server/testing/server.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { type Browsing, browse } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);

type Size = readonly [width: number, height: number];

async function upload({ fetch }: Browsing, [width, height]: Size): Promise<string> {
  const background = { r: 200, g: 120, b: 40 };
  const options = { create: { width, height, channels: 3 as const, background } };
  const content = await sharp(options).png().toBuffer();
  const form = new FormData();
  form.append('data', new File([new Uint8Array(content)], 'small.png'));
  const response = await fetch(`${app.url}/api/messaging/files`, { method: 'POST', body: form });
  const { file } = (await response.json()) as { file: { file_id: string } };
  return file.file_id;
}

async function postFile(label: string, size: Size = [40, 30]) {
  const ann = await browse(app, browser, await makeOrganization(app), 'Ann Archer');
  const fileId = await upload(ann, size);
  const channelId = await openChannel(ann, 'pictures');
  const thread = await startThread(ann, channelId, `Look:\n\n<!${fileId}|${label}>`);
  return { ann, fileId, path: `/${thread.thread_id}` };
}

test('a hostile name of a file is text in the picture and in its dialog', async () => {
  const name = '"onerror="alert(1) \u202Egnp.exe';
  const { ann, path } = await postFile(name);
  await ann.page.goto(path);

  await ann.page.getByRole('button', { name: `Open ${name}` }).click();
  const dialog = ann.page.getByRole('dialog', { name });
  await dialog.getByRole('link', { name: 'Save' }).waitFor();

  assert.equal(await ann.page.locator('img[onerror]').count(), 0);
  assert.deepEqual(ann.complaints, []);
});

test('a video has controls and no more; a file that is gone says so', async () => {
  const { ann, fileId, path } = await postFile('clip');
  const { page } = ann;
  await page.route(`**/files/${fileId}`, (route) =>
    route.fulfill({ status: 200, headers: { 'content-type': 'video/mp4' }, body: '' }),
  );
  await page.goto(path);
  const video = page.locator('video[aria-label="clip"]');
  await video.waitFor();
  assert.equal(await video.getAttribute('controls'), '');
  assert.equal(await video.getAttribute('autoplay'), null);

  await page.unroute(`**/files/${fileId}`);
  await page.route(`**/files/${fileId}`, (route) => route.fulfill({ status: 404, json: {} }));
  await page.reload();

  await page.getByText('“clip” is not available.').waitFor();
});

test('the box of a picture has its proportions before the picture comes', async () => {
  const { ann, fileId, path } = await postFile('banner', [800, 200]);
  const { page } = ann;
  await page.route(`**/files/${fileId}/thumbnail`, () => undefined);

  await page.goto(path);
  const box = await page.getByRole('button', { name: 'Open banner' }).boundingBox();

  assert.deepEqual([box?.width, box?.height], [460, 115]);
});

test('the thumbnail of a picture is shown once it is drawn, and the picture itself where it never is', async () => {
  const { ann, fileId, path } = await postFile('later');
  const { page } = ann;
  let status = 202;
  await page.route(`**/files/${fileId}/thumbnail`, (route) =>
    status === 200 ? route.continue() : route.fulfill({ status, headers: { 'retry-after': '1' } }),
  );
  const shown = (address: string) =>
    page
      .locator(`img[alt="later"][src="${address}"]`)
      .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth));

  await page.goto(path);
  await page.getByRole('button', { name: 'Open later' }).waitFor();
  await page.locator('[aria-label="later"]').waitFor();
  status = 200;
  const drawn = await shown(`/files/${fileId}/thumbnail`);
  await page.unroute(`**/files/${fileId}/thumbnail`);
  await page.route(`**/files/${fileId}/thumbnail`, (route) => route.fulfill({ status: 404 }));
  await page.reload();
  const whole = await shown(`/files/${fileId}`);

  assert.deepEqual([drawn, whole], [40, 40]);
});

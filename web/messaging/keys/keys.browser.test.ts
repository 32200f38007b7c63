import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeOrganization } from '../../../server/testing/makers.ts';
import { startServer } from '../../../server/testing/server.ts';
import { axeFindsNothing } from '../../../testing/browser/axe.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { browse } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);

async function makeAnn() {
  return browse(app, browser, await makeOrganization(app), 'Ann Archer');
}

const ping = (key: string) =>
  fetch(`${app.url}/api/public/ping`, { headers: { authorization: `Bearer ${key}` } });

test('a key is made by the keyboard, shown once, works, and is refused once it is revoked', async () => {
  const { page, complaints } = await makeAnn();
  await page.goto('/apiKeys');
  await page.getByRole('heading', { name: 'No API keys yet' }).waitFor();

  await page.getByRole('button', { name: 'New key' }).press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.getByRole('textbox', { name: 'Name' }).focus();
  await page.keyboard.type('Night reports');
  await page.keyboard.press('Enter');
  const key = await page.getByRole('textbox', { name: 'The key' }).inputValue();
  const command = await page.getByRole('textbox', { name: 'Try it' }).inputValue();
  const { origin } = new URL(page.url());
  const answered = await (await ping(key)).json();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'I have saved it' }).click();

  assert.match(key, /^[\w-]{24}$/);
  assert.equal(command, `curl -H 'Authorization: Bearer ${key}' ${origin}/api/public/ping`);
  assert.deepEqual(answered, { ok: true, result: { name: 'Night reports' } });
  const entry = page.getByRole('listitem').filter({ hasText: 'Night reports' });
  await entry.getByText(key.slice(-4)).waitFor();
  assert.equal((await page.content()).includes(key), false);

  await page.getByRole('button', { name: 'Revoke the key Night reports' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await entry.getByText('Revoked', { exact: true }).waitFor();
  assert.equal((await ping(key)).status, 401);
  assert.deepEqual(complaints, []);
});

test('the key is copied by its button', async () => {
  const { page, context } = await makeAnn();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/apiKeys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Copied');
  await page.getByRole('button', { name: 'Make key' }).click();
  const key = await page.getByRole('textbox', { name: 'The key' }).inputValue();

  await page.getByRole('button', { name: 'Copy: The key' }).click();

  await page.getByText('Copied', { exact: true }).first().waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
});

test('axe finds nothing on the page of the keys', async () => {
  const { page, client, complaints } = await makeAnn();
  await client.makeKey({ body: { name: 'A bot with a very long name '.repeat(2).trim() } });
  await page.goto('/apiKeys');
  await page.getByRole('listitem').first().waitFor();

  await axeFindsNothing(page, 'keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Shown');
  await page.getByRole('button', { name: 'Make key' }).click();
  await page.getByRole('textbox', { name: 'The key' }).waitFor();
  await axeFindsNothing(page, 'new-key');
  assert.deepEqual(complaints, []);
});

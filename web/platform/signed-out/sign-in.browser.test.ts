import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeOrganization } from '../../../server/testing/makers.ts';
import { makeMember } from '../../../server/testing/people.ts';
import { startServer } from '../../../server/testing/server.ts';
import { axeFindsNothing } from '../../../testing/browser/axe.ts';
import { openBrowser, takeScreenshots } from '../../../testing/browser/browser.ts';

const app = await startServer();
const browser = await openBrowser(app);
const organization = await makeOrganization(app);
const member = await makeMember(app, organization, { name: 'Ada Alpha' });

test('whoever asks for a page signs in first, and is led there', async () => {
  const { page, complaints } = await browser.newVisitor();
  await page.goto('/settings');
  await page.getByLabel('E-mail').fill(member.email);
  await page.getByLabel('Password', { exact: true }).fill(member.password);
  await takeScreenshots(page, 'sign-in');

  await page.getByRole('button', { name: 'Sign in', exact: true }).click();

  await page.waitForURL('/settings');
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  await takeScreenshots(page, 'settings');
  await axeFindsNothing(page);
  assert.deepEqual(complaints, []);
});

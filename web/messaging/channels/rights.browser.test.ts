import { test } from 'node:test';
import { openChannel, startThread, visit } from '../../../server/messaging/testing/website.ts';
import { makeOrganization } from '../../../server/testing/makers.ts';
import { startServer } from '../../../server/testing/server.ts';
import { axeFindsNothing } from '../../../testing/browser/axe.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';
import { browse } from '../testing/pair.ts';

const app = await startServer();
const browser = await openBrowser(app);

test('an owner takes a private channel over and archives it; its members are told and only read', async () => {
  const organization = await makeOrganization(app);
  const ben = await browse(app, browser, organization, 'Ben Brook');
  const ann = await browse(app, browser, organization, 'Ann Archer', { role: 'owner' });
  const cleo = await visit(app, organization, { name: 'Cleo Carter' });
  const channelId = await openChannel(cleo, 'wages', [ben], 'private');
  await startThread(cleo, channelId, 'Not for everybody');
  await ben.page.goto(`/${channelId}`);
  const { page } = ann;
  await page.goto('/inbox');

  await page.getByRole('button', { name: 'All channels' }).click();
  await page.getByRole('button', { name: 'Take over wages' }).click();
  await page.getByText('A thread in the channel tells everybody').waitFor();
  await axeFindsNothing(page);
  await page.getByRole('button', { name: 'Take over', exact: true }).click();
  await page.getByText('Not for everybody').waitFor();
  await ben.page.getByText('I have joined this private channel').waitFor();
  await page.getByRole('button', { name: 'Members and settings' }).click();
  await page.getByRole('button', { name: 'Archive the channel' }).click();
  await page.getByRole('button', { name: 'Archive', exact: true }).click();

  await ben.page.getByText('This channel is archived.').waitFor();
  await ben.page.getByRole('link', { name: /wages/ }).waitFor({ state: 'detached' });
  await ben.page.getByRole('button', { name: 'Members and settings' }).click();
  await ben.page.getByRole('dialog').getByText('Cleo Carter').waitFor();
});

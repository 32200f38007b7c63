import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { Operator } from '../../../server/operator/operator.ts';
import { shortId } from '../../../server/runtime/ids.ts';
import { until } from '../../../server/runtime/testing/until.ts';
import { makeOrganization } from '../../../server/testing/makers.ts';
import { makeMember } from '../../../server/testing/people.ts';
import { startServer } from '../../../server/testing/server.ts';
import { axeFindsNothing } from '../../../testing/browser/axe.ts';
import { openBrowser } from '../../../testing/browser/browser.ts';

const app = await startServer();
const browser = await openBrowser(app);
const organization = await makeOrganization(app, 'Lakeview Group');

test('a new name is shown everywhere at once', async () => {
  const { page } = await browser.newPerson(organization, { name: 'Ada Alpha' });
  await page.goto('/settings');

  await page.getByLabel('Name', { exact: true }).fill('Ada Omega');
  await page.getByRole('button', { name: 'Save' }).click();

  await page.getByRole('button', { name: /Ada Omega/ }).waitFor();
});

test('a changed password is the one that holds', async () => {
  const { page, member } = await browser.newPerson(organization);
  await page.goto('/settings');

  await page.getByLabel('Current password').fill(member.password);
  await page.getByLabel('New password').fill('a sentence is good');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Your password was changed').waitFor();

  const elsewhere = await browser.newVisitor();
  await elsewhere.page.goto('/sign-in');
  await elsewhere.page.getByLabel('E-mail').fill(member.email);
  await elsewhere.page.getByLabel('Password', { exact: true }).fill('a sentence is good');
  await elsewhere.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await elsewhere.page.getByRole('navigation', { name: 'Main' }).waitFor();
});

test('a wrong current password is refused in words', async () => {
  const { page } = await browser.newPerson(organization);
  await page.goto('/settings');

  await page.getByLabel('Current password').fill('something else');
  await page.getByLabel('New password').fill('a sentence is good');
  await page.getByRole('button', { name: 'Change password' }).click();

  await page.getByRole('alert').waitFor();
});

test('an owner renames the organization', async () => {
  const { page } = await browser.newPerson(organization, { role: 'owner' });
  await page.goto('/settings/organization');

  await page.getByLabel('Name of the organization').fill('Lakeside Group');
  await page.getByRole('button', { name: 'Save' }).click();

  await page.getByRole('button', { name: 'Lakeside Group' }).waitFor();
});

test('a member sees who is in the organization, and changes nothing', async () => {
  const { page } = await browser.newPerson(organization, { name: 'Carol Gamma' });
  await page.goto('/settings/members');

  await page.getByText('Carol Gamma (you)').waitFor();

  assert.equal(await page.getByRole('button', { name: /Role of|Invite/ }).count(), 0);
});

test('an owner makes somebody an admin, and ends a membership', async () => {
  const own = await makeOrganization(app, 'Group of Two');
  await makeMember(app, own, { name: 'Dan Delta' });
  const { page } = await browser.newPerson(own, { role: 'owner' });
  await page.goto('/settings/members');

  await page.getByRole('button', { name: 'Role of Dan Delta: Member' }).click();
  await page.getByRole('menuitemradio', { name: 'Admin' }).click();
  await page.getByRole('button', { name: 'Role of Dan Delta: Admin' }).click();
  await page.getByRole('menuitem', { name: 'End membership' }).click();
  await page.getByRole('button', { name: 'End membership' }).click();

  await page.getByText('Dan Delta is no longer a member.').waitFor();
  await page.getByText('Dan Delta', { exact: true }).waitFor({ state: 'detached' });
});

test('somebody who is handed the link of an invitation opens an account and is in', async () => {
  const { page } = await browser.newPerson(organization, { role: 'owner' });
  await page.goto('/settings/members');
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByText('This server cannot send mail').waitFor();
  await page.getByLabel('E-mail').fill('eve@people.example');
  await page.getByRole('button', { name: 'Create the link' }).click();
  await page.getByText('it does not verify the address').waitFor();
  await axeFindsNothing(page, 'settings-members-link');
  const link = await takeLink(page);
  await page.getByText('eve@people.example', { exact: true }).waitFor();

  const guest = await browser.newVisitor();
  await guest.page.goto(new URL(link).pathname);
  await guest.page.getByLabel('Your name').fill('Eve Epsilon');
  await axeFindsNothing(guest.page);
  await guest.page.getByLabel('Password', { exact: true }).fill('a sentence is good');
  await guest.page.getByRole('button', { name: 'Open my account' }).click();

  await guest.page.getByRole('button', { name: /Eve Epsilon/ }).waitFor();
  await page.reload();
  const row = page.getByRole('listitem').filter({ hasText: 'Eve Epsilon' });
  await row.getByText('Unverified').waitFor();
  assert.equal(await page.getByText('Unverified').count(), 1);
});

test('a link that was handed over opens no account that there was, and says so', async () => {
  const own = await makeOrganization(app, 'Group of One');
  const gone = await makeMember(app, own);
  await new Operator(app.server.platform).endMember(shortId('organization', own), gone.email);
  const { page } = await browser.newPerson(own, { role: 'owner' });

  const guest = await browser.newVisitor();
  await guest.page.goto(await invite(page, gone.email));

  await guest.page.getByText('only an invitation sent by mail opens the account').waitFor();
  assert.equal(await guest.page.getByLabel('Your name').count(), 0);
});

test('an invitation that was taken back says so', async () => {
  const { page } = await browser.newPerson(organization, { role: 'owner' });
  const path = await invite(page, 'finn@people.example');
  await page
    .getByRole('button', { name: 'Withdraw the invitation for finn@people.example' })
    .click();
  await page.getByText('The invitation was withdrawn.').waitFor();

  const guest = await browser.newVisitor();
  await guest.page.goto(path);

  await guest.page.getByRole('heading', { name: 'This invitation is no longer valid' }).waitFor();
});

for (const path of ['/settings', '/settings/members', '/settings/organization']) {
  test(`axe finds nothing at ${path}`, async () => {
    const person = await browser.newPerson(organization, { role: 'owner' });
    await person.page.goto(path);
    await person.page.getByRole('heading', { level: 1 }).waitFor();
    await until('all is loaded', async () => {
      return (await person.page.getByRole('status', { name: 'Loading' }).count()) === 0;
    });

    await axeFindsNothing(person.page, path.slice(1).replaceAll('/', '-'));
    assert.deepEqual(person.complaints, []);
  });
}

/** Where the link leads that whoever invites is to hand over. */
async function invite(page: Page, email: string): Promise<string> {
  await page.goto('/settings/members');
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Create the link' }).click();
  return new URL(await takeLink(page)).pathname;
}

async function takeLink(page: Page): Promise<string> {
  const link = await page.getByLabel('Invitation link', { exact: true }).inputValue();
  await page.getByRole('button', { name: 'Done' }).click();
  return link;
}

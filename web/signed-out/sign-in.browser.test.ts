import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeOrganization } from '../../server/testing/makers.ts';
import { makeMember } from '../../server/testing/people.ts';
import { startServer } from '../../server/testing/server.ts';
import { axeFindsNothing } from '../../testing/browser/axe.ts';
import { openBrowser } from '../../testing/browser/browser.ts';

const app = await startServer();
const browser = await openBrowser(app);
const organization = await makeOrganization(app);
const member = await makeMember(app, organization, { name: 'Ada Alpha' });

test('whoever asks for a page signs in first, and is led there', async () => {
  const { page, complaints } = await browser.newVisitor();
  await page.goto('/settings?a=1');
  await page.getByLabel('E-mail').fill(member.email);
  await page.getByLabel('Password', { exact: true }).fill(member.password);

  await page.getByRole('button', { name: 'Sign in', exact: true }).click();

  await page.waitForURL('/settings?a=1');
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('a wrong password is refused in words, and what was typed stays', async () => {
  const { page } = await browser.newVisitor();
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(member.email);
  await page.getByLabel('Password', { exact: true }).fill('something else');

  await page.getByRole('button', { name: 'Sign in', exact: true }).click();

  await page.getByRole('alert').getByText('The e-mail or the password is wrong.').waitFor();
  assert.equal(await page.getByLabel('E-mail').inputValue(), member.email);
  assert.equal(new URL(page.url()).pathname, '/sign-in');
});

test('the keyboard is enough', async () => {
  const { page } = await browser.newVisitor();
  await page.goto('/sign-in?return=/settings');
  await page.getByLabel('E-mail').waitFor();

  await page.keyboard.type(member.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(member.password);
  await page.keyboard.press('Enter');

  await page.waitForURL('/settings');
});

for (const target of [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  'javascript:1',
]) {
  test(`signing in does not lead to "${target}"`, async () => {
    const { page } = await browser.newVisitor();
    await page.goto(`/sign-in?return=${encodeURIComponent(target)}`);
    await page.getByLabel('E-mail').fill(member.email);
    await page.getByLabel('Password', { exact: true }).fill(member.password);

    await page.getByRole('button', { name: 'Sign in', exact: true }).click();

    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    assert.equal(new URL(page.url()).hostname, 'localhost');
  });
}

test('signing out ends the session, and what was shown is gone', async () => {
  const { page } = await browser.newPerson(organization, { name: 'Ben Beta' });
  await page.goto('/settings');

  await page.getByRole('button', { name: /Ben Beta/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();

  await page.waitForURL('/sign-in');
  await page.goto('/settings');
  await page.getByLabel('E-mail').waitFor();
});

test('a session that has ended leads to the sign-in page, and from there back', async () => {
  const { page, context, member: ended } = await browser.newPerson(organization);
  await page.goto('/settings/organization');
  await page.getByRole('heading', { level: 1, name: 'Organization' }).waitFor();
  await context.clearCookies();

  await page.goto('/inbox');
  await page.getByLabel('E-mail').fill(ended.email);
  await page.getByLabel('Password', { exact: true }).fill(ended.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();

  await page.waitForURL('/inbox');
});

test('who forgot the password is told where the link comes from', async () => {
  const { page } = await browser.newVisitor();
  await page.goto('/forgot-password');
  await page.getByText('whoever runs it can give you a link').waitFor();
  await page.getByLabel('E-mail').fill('ann@people.example');
  await page.getByRole('button', { name: 'Request a link' }).click();

  await page
    .getByText('If ann@people.example has an account here, ask whoever runs the server')
    .waitFor();
});

const shown = ['/sign-in', '/sign-in/two-factor', '/forgot-password', '/reset-password?token=abc'];
for (const path of shown) {
  test(`axe finds nothing at ${path}`, async () => {
    const { page, complaints } = await browser.newVisitor();
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();

    await axeFindsNothing(page, path.slice(1).replaceAll(/\W/g, '-'));
    assert.deepEqual(complaints, []);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { makeOrganization } from '../../server/testing/makers.ts';
import { startServer } from '../../server/testing/server.ts';
import { axeFindsNothing } from '../../testing/browser/axe.ts';
import { openBrowser } from '../../testing/browser/browser.ts';
import { codeOf, nextCodeOf } from '../../testing/browser/totp.ts';

const app = await startServer();
const browser = await openBrowser(app);
const organization = await makeOrganization(app);

async function enterPassword(page: Page, { email, password }: { email: string; password: string }) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function beginSetUp(page: Page, password: string) {
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByLabel('Your password').fill(password);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('img', { name: 'QR code' }).waitFor();
}

/** Sets two-factor sign-in up as a person does; answers the key and the backup codes. */
async function setUp(page: Page, password: string) {
  await beginSetUp(page, password);
  const key = (await page.getByLabel('Key', { exact: true }).textContent()) ?? '';
  await page.getByLabel('Code that it shows').fill(codeOf(key));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('Keep these').waitFor();
  const codes = await page.getByRole('dialog').getByRole('listitem').allTextContents();
  await page.getByRole('button', { name: 'I have saved them' }).click();
  await page.getByText('Two-factor sign-in is on.').waitFor();
  return { key, codes };
}

test('axe finds nothing where two-factor sign-in is set up', async () => {
  const { page, member } = await browser.newPerson(organization);

  await beginSetUp(page, member.password);

  await axeFindsNothing(page, 'two-factor-setup');
});

test('with two-factor sign-in, a code is asked for after the password', async () => {
  const { page, member } = await browser.newPerson(organization);
  const { key, codes } = await setUp(page, member.password);
  const elsewhere = await browser.newVisitor();

  await enterPassword(elsewhere.page, member);
  await elsewhere.page.getByLabel('Code').fill('000000');
  await elsewhere.page.getByRole('button', { name: 'Go on' }).click();
  await elsewhere.page.getByRole('alert').waitFor();
  await elsewhere.page.getByLabel('Code').fill(nextCodeOf(key));
  await elsewhere.page.getByRole('button', { name: 'Go on' }).click();

  await elsewhere.page.getByRole('navigation', { name: 'Main' }).waitFor();
  assert.ok(codes.length >= 8);
});

test('a backup code stands in for a lost phone, once', async () => {
  const { page, member } = await browser.newPerson(organization);
  const { codes } = await setUp(page, member.password);
  const [code = ''] = codes;
  const use = async () => {
    const { page } = await browser.newVisitor();
    await enterPassword(page, member);
    await page.getByRole('button', { name: 'Use a backup code' }).click();
    await page.getByLabel('Backup code').fill(code);
    await page.getByRole('button', { name: 'Go on' }).click();
    return page;
  };

  const first = await use();
  await first.getByRole('navigation', { name: 'Main' }).waitFor();
  const second = await use();

  await second.getByRole('alert').waitFor();
});

test('two-factor sign-in is turned off with the password', async () => {
  const { page, member } = await browser.newPerson(organization);
  await setUp(page, member.password);

  await page.getByRole('button', { name: 'Turn off' }).click();
  await page.getByLabel('Your password').fill(member.password);
  await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click();

  await page.getByText('Two-factor sign-in is off.').waitFor();
  const elsewhere = await browser.newVisitor();
  await enterPassword(elsewhere.page, member);
  await elsewhere.page.getByRole('navigation', { name: 'Main' }).waitFor();
});

test('a passkey is added, named, signs in, and is removed', async () => {
  const { page, context } = await browser.newPerson(organization, { name: 'Pat Pi' });
  const debug = await context.newCDPSession(page);
  await debug.send('WebAuthn.enable');
  await debug.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name', { exact: true }).last().fill('Front desk');
  await page.getByRole('dialog').getByRole('button', { name: 'Go on' }).click();
  await page.getByText('Front desk', { exact: true }).waitFor();

  await context.clearCookies();
  await page.goto('/sign-in?return=/settings');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL('/settings');
  await page.getByRole('button', { name: 'Remove Front desk' }).click();

  await page.getByText('You have none yet.').waitFor();
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  clientId,
  clientSecret,
  Identity,
} from '../../server/platform/sign-in/testing/identity.ts';
import { makeOrganization } from '../../server/testing/makers.ts';
import { makeMember } from '../../server/testing/people.ts';
import { startServer } from '../../server/testing/server.ts';
import { axeFindsNothing } from '../../testing/browser/axe.ts';
import { openBrowser } from '../../testing/browser/browser.ts';
import { freePort } from '../../testing/port.ts';

// The identity provider must know where to send people back to before the server listens there.
const port = await freePort();
const site = `http://localhost:${port}`;
const identity = new Identity(`${site}/api/auth/callback/oidc`);
after(() => identity.close());
await identity.listen();
identity.rise();
const app = await startServer({
  HEDDLE_PORT: String(port),
  HEDDLE_PUBLIC_URL: site,
  HEDDLE_OIDC_ISSUER: identity.issuer,
  HEDDLE_OIDC_CLIENT_ID: clientId,
  HEDDLE_OIDC_CLIENT_SECRET: clientSecret,
  HEDDLE_OIDC_NAME: 'Weaver ID',
});
const browser = await openBrowser(app);
const organization = await makeOrganization(app);

/** Presses the button; the identity provider knows at once who is there. */
async function comeAs(id: string, email: string) {
  identity.people.set(id, { email, email_verified: true, name: 'Any Name' });
  identity.current = id;
  const visitor = await browser.newVisitor();
  await visitor.page.goto('/sign-in?return=/settings');
  await visitor.page.getByRole('button', { name: 'Sign in with Weaver ID' }).click();
  return visitor;
}

test('a member signs in with an account elsewhere, and is led to the page', async () => {
  const member = await makeMember(app, organization, { name: 'Ada Alpha' });

  const { page, complaints } = await comeAs('ada', member.email);

  await page.waitForURL('/settings');
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('who is no member is told so, in words', async () => {
  const { page } = await comeAs('stranger', 'stranger@people.example');

  await page.waitForURL(/\/sign-in\?error=/);
  const alert = page.getByRole('alert');
  await alert.waitFor();
  assert.match((await alert.textContent()) ?? '', /address must be that of a member/);
  await axeFindsNothing(page, 'sign-in-refused');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Operator } from '../../operator/operator.ts';
import { shortId } from '../../runtime/ids.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { fetchWith, makeMember } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSignedIn, openWebsite } from '../testing/website.ts';
import { Authenticator } from './testing/authenticator.ts';
import { Browser } from './testing/browser.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const organization = await makeOrganization(app);

type Options = { challenge: string };

async function ask(browser: Browser, path: string, body?: object) {
  const response = await browser.ask(`${app.url}/api/auth${path}`, {
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    headers: { origin: app.url, ...(body ? { 'content-type': 'application/json' } : {}) },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function makeWithPasskey() {
  const member = await makeMember(app, organization);
  const browser = new Browser({});
  const { email, password } = member;
  assert.equal((await ask(browser, '/sign-in/email', { email, password })).status, 200);
  const authenticator = new Authenticator(app.url);
  const options = (await ask(browser, '/passkey/generate-register-options')).body;
  const response = authenticator.create(options as Options);
  const added = await ask(browser, '/passkey/verify-registration', { response, name: 'Laptop' });
  assert.equal(added.status, 200, JSON.stringify(added.body));
  return { ...member, browser, authenticator };
}

async function comeWith(authenticator: Authenticator, browser = new Browser({})) {
  const options = (await ask(browser, '/passkey/generate-authenticate-options')).body;
  const response = authenticator.get(options as Options);
  const answer = await ask(browser, '/passkey/verify-authentication', { response });
  const website = openWebsite(app, fetchWith(browser.cookiesAt(app.url), app.url));
  return { ...answer, website, response, browser };
}

test('who has added a passkey signs in with it', async () => {
  const { authenticator, userId } = await makeWithPasskey();

  const { status, website } = await comeWith(authenticator);

  assert.equal(status, 200);
  const session = bodyOf(await website.getSession());
  assert.equal(session.user.id, userId);
  assert.equal(session.organization.id, shortId('organization', organization));
});

test('a passkey of before the membership ended opens nothing when that begins anew', async () => {
  const { authenticator, id, name, email } = await makeWithPasskey();
  const owner = await makeSignedIn(app, organization, 'owner');
  bodyOf(await owner.website.endMember({ params: { id: shortId('member', id) } }));
  const ended = await comeWith(authenticator);
  await new Operator(app.server.platform).createMember(shortId('organization', organization), {
    name,
    email,
    role: 'member',
  });

  const back = await comeWith(authenticator);

  assert.equal(ended.status, 401);
  assert.equal(back.status, 401);
  assert.equal((await back.website.getSession()).status, 401);
});

test('a passkey that nobody has added opens nothing', async () => {
  const { status, website } = await comeWith(new Authenticator(app.url));

  assert.equal(status, 401);
  assert.equal((await website.getSession()).status, 401);
});

test('what a passkey signed for another site opens nothing', async () => {
  const { authenticator } = await makeWithPasskey();
  const foreign = authenticator.get({ challenge: 'x', rpId: 'evil.example' });
  const browser = new Browser({});
  await ask(browser, '/passkey/generate-authenticate-options');

  const answer = await ask(browser, '/passkey/verify-authentication', { response: foreign });

  assert.ok(answer.status >= 400 && answer.status < 500);
});

test('an answer of a passkey holds once', async () => {
  const { authenticator } = await makeWithPasskey();
  const { response, browser } = await comeWith(authenticator);

  const again = await ask(browser, '/passkey/verify-authentication', { response });

  assert.ok(again.status >= 400 && again.status < 500);
});

test('passkeys are listed, and a deleted one opens nothing', async () => {
  const { authenticator, browser } = await makeWithPasskey();
  const listed = (await ask(browser, '/passkey/list-user-passkeys')).body as unknown as {
    id: string;
    name: string;
  }[];

  const [passkey] = listed;
  const deleted = await ask(browser, '/passkey/delete-passkey', { id: passkey?.id });

  assert.deepEqual(
    listed.map(({ name }) => name),
    ['Laptop'],
  );
  assert.equal(deleted.status, 200);
  assert.equal((await comeWith(authenticator)).status, 401);
});

test('whose membership has ended opens nothing with a passkey', async () => {
  const { authenticator, id } = await makeWithPasskey();
  const admin = await makeSignedIn(app, organization, 'admin');
  bodyOf(await admin.website.endMember({ params: { id: shortId('member', id) } }));

  const { status, website } = await comeWith(authenticator);

  assert.equal(status, 401);
  assert.equal((await website.getSession()).status, 401);
});

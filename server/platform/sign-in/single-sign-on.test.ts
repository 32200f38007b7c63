import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { makeOrganization } from '../../testing/makers.ts';
import { fetchWith, makeMember, signIn } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSignedIn, openWebsite } from '../testing/website.ts';
import { Browser } from './testing/browser.ts';
import { type Claims, clientId, clientSecret, Identity } from './testing/identity.ts';

const site = 'http://heddle.test';
const identity = new Identity(`${site}/api/auth/callback/oidc`);
after(() => identity.close());
await identity.listen();
const app = await startServer({
  HEDDLE_ROLES: 'web',
  HEDDLE_PUBLIC_URL: site,
  HEDDLE_OIDC_ISSUER: identity.issuer,
  HEDDLE_OIDC_CLIENT_ID: clientId,
  HEDDLE_OIDC_CLIENT_SECRET: clientSecret,
  HEDDLE_OIDC_NAME: 'Weaver ID',
});
const organization = await makeOrganization(app);

const begin = (browser: Browser, callbackURL = '/inbox') =>
  browser.ask(`${site}/api/auth/sign-in/oauth2`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: site },
    body: JSON.stringify({ providerId: 'oidc', callbackURL, errorCallbackURL: '/sign-in' }),
  });

/** Signs in over there and comes back; answers the page that is shown then, and whose session it is. */
async function come(id: string, claims: Claims) {
  identity.people.set(id, claims);
  identity.current = id;
  const browser = new Browser({ [site]: app.url });
  const { url } = (await (await begin(browser)).json()) as { url: string };
  const back = await browser.open(url, {}, `${site}/api/auth/callback`);
  const response = await browser.ask(back.href);
  const page = new URL(response.headers.get('location') ?? '', site);
  const website = openWebsite(app, fetchWith(browser.cookiesAt(site), site));
  return { page, website, browser, back };
}

let made = 0;
const claimsOf = (email: string): Claims => ({ email, email_verified: true, name: 'Any Name' });
const newId = () => {
  made += 1;
  return `subject-${made}`;
};

test('while the identity provider is away it is said so, and later it works', async () => {
  const browser = new Browser({ [site]: app.url });

  const away = await begin(browser);
  identity.rise();
  const back = await begin(browser);

  assert.equal(away.status, 503);
  assert.ok(away.headers.has('retry-after'));
  assert.equal(back.status, 200);
});

test('the website is told what the identity provider is called', async () => {
  const options = bodyOf(await openWebsite(app).getSignInOptions());

  assert.deepEqual(options, {
    password: true,
    passkey: true,
    mail: false,
    oidc: { name: 'Weaver ID' },
  });
});

test('a member gets in by the address that the identity provider has verified', async () => {
  const member = await makeMember(app, organization, { name: 'Ada' });

  const { page, website } = await come(newId(), claimsOf(member.email));

  assert.equal(page.pathname, '/inbox');
  const session = bodyOf(await website.getSession());
  assert.equal(session.user.id, member.userId);
  assert.equal(session.user.name, 'Ada');
});

test('the second time it is the same person, whatever the address is now', async () => {
  const member = await makeMember(app, organization);
  const id = newId();
  await come(id, claimsOf(member.email));

  const { website } = await come(id, claimsOf('elsewhere@people.example'));

  assert.equal(bodyOf(await website.getSession()).user.id, member.userId);
});

test('who is no member does not get in, and sees why', async () => {
  const { page, website } = await come(newId(), claimsOf('stranger@people.example'));

  assert.equal(page.pathname, '/sign-in');
  assert.ok(page.searchParams.get('error'));
  assert.equal((await website.getSession()).status, 401);
  const users = await app.server.platform.database.system.reading.rows(
    'select from platform.user where email = $1',
    ['stranger@people.example'],
  );
  assert.equal(users.length, 0);
});

test('whoever opened the account by a link that was handed over is out once its owner comes', async () => {
  const owner = await makeSignedIn(app, organization, 'owner');
  const email = 'owner.of@people.example';
  const { link } = bodyOf(await owner.website.invite({ body: { email, role: 'member' } }));
  const token = link?.split('/').at(-1) ?? '';
  const password = 'chosen by somebody else';
  bodyOf(
    await openWebsite(app).acceptInvitation({
      params: { token },
      body: { name: 'Not Me', password },
    }),
  );
  const before = await signIn(app, { email, password });

  const { website } = await come(newId(), claimsOf(email));

  assert.equal(bodyOf(await website.getSession()).user.is_proven, true);
  assert.equal((await openWebsite(app, before.fetch).getSession()).status, 401);
  await assert.rejects(signIn(app, { email, password }), /401/);
});

test('an address that is not verified opens no account', async () => {
  const { email } = await makeMember(app, organization);

  const { page, website } = await come(newId(), { ...claimsOf(email), email_verified: false });

  assert.equal(page.pathname, '/sign-in');
  assert.equal((await website.getSession()).status, 401);
});

test('whose membership has ended does not get in', async () => {
  const member = await makeMember(app, organization);
  const id = newId();
  await come(id, claimsOf(member.email));
  await app.server.platform.database.system.transaction((tx) =>
    tx.rows('update platform.member set ended_at = now() where id = $1', [member.id]),
  );

  const { page, website } = await come(id, claimsOf(member.email));

  assert.equal(page.pathname, '/sign-in');
  assert.equal((await website.getSession()).status, 401);
});

test('an answer of the identity provider holds once, and in one browser', async () => {
  const member = await makeMember(app, organization);
  identity.people.set('once', claimsOf(member.email));
  identity.current = 'once';
  const browser = new Browser({ [site]: app.url });
  const { url } = (await (await begin(browser)).json()) as { url: string };
  const back = await browser.open(url, {}, `${site}/api/auth/callback`);

  const foreign = await new Browser({ [site]: app.url }).ask(back.href);
  const first = await browser.ask(back.href);
  const second = await browser.ask(back.href);

  assert.match(foreign.headers.get('location') ?? '', /\/sign-in\?error=/);
  assert.match(first.headers.get('location') ?? '', /\/(inbox|sign-in\?error=)/);
  assert.match(second.headers.get('location') ?? '', /\/sign-in\?error=/);
});

test('nothing that the identity provider hands out is kept', async () => {
  const member = await makeMember(app, organization);
  await come(newId(), claimsOf(member.email));

  const rows = await app.server.platform.database.system.reading.rows(
    `select access_token, refresh_token, id_token from platform.account
     where user_id = $1 and provider_id = 'oidc'`,
    [member.userId],
  );

  assert.deepEqual(rows, [{ access_token: null, refresh_token: null, id_token: null }]);
});

test('nobody is led to another site afterwards', async () => {
  const answer = await begin(new Browser({ [site]: app.url }), 'https://evil.example/');

  assert.equal(answer.status, 403);
});

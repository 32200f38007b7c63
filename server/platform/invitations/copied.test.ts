import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Operator } from '../../operator/operator.ts';
import { shortId } from '../../runtime/ids.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { fetchWith, lastMail, makeMember, openSession, signIn } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSignedIn, openWebsite, refusalOf } from '../testing/website.ts';

// Without a mail server, and another process with one.
const app = await startServer();
const mailing = await app.another({ HEDDLE_ROLES: 'web', SMTP_URL: 'smtp://mail.example:25' });
const visitor = openWebsite(app);
const operator = new Operator(app.server.platform);
const organization = await makeOrganization(app, 'Weavers');
const admin = await makeSignedIn(app, organization, 'admin');
const second = await makeOrganization(app, 'Spinners');
const spinner = await makeSignedIn(app, second, 'owner');
const password = 'a long enough password';

let invited = 0;
function address(): string {
  invited += 1;
  return `copied.${invited}@people.example`;
}

const tokenIn = (text: string) => /\/invitations\/([\w-]+)$/m.exec(text)?.[1] ?? '';

/** An invitation whose link somebody hands over. */
async function copy(email: string, by = admin) {
  const made = bodyOf(await by.website.invite({ body: { email, role: 'member' } }));
  return tokenIn(made.link ?? '');
}

/** One whose link is in a mail. */
async function mail(email: string, by = spinner) {
  const website = openWebsite(mailing, fetchWith(by.cookie, mailing.url));
  const made = bodyOf(await website.invite({ body: { email, role: 'member' } }));
  assert.equal(made.link, null);
  return tokenIn((await lastMail(app, email))?.body ?? '');
}

const accept = (token: string, chosen = password) =>
  visitor.acceptInvitation({ params: { token }, body: { name: 'Nora', password: chosen } });

async function comeIn(email: string, chosen = password) {
  const { fetch } = await signIn(app, { email, password: chosen });
  return openWebsite(app, fetch);
}

/** Somebody who opened an account by a copied link. */
async function makeConfined() {
  const email = address();
  bodyOf(await accept(await copy(email)));
  return { email, website: await comeIn(email) };
}

async function resetPassword(email: string, newPassword: string) {
  const post = async (path: string, body: object) => {
    const response = await fetch(`${app.url}/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: app.url },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.text());
  };
  await post('/request-password-reset', { email });
  const { body } = await until('the mail is there', async () => lastMail(app, email));
  const token = /\?token=([\w-]+)/.exec(body)?.[1];
  await post('/reset-password', { token, newPassword });
}

test('without a mail server the link is shown to whoever invites, and nothing waits in the outbox', async () => {
  const email = address();

  const token = await copy(email);

  const shown = bodyOf(await visitor.getInvitation({ params: { token } }));
  assert.deepEqual([shown.state, shown.has_account, shown.needs_mail], ['open', false, false]);
  assert.equal(await lastMail(app, email), undefined);
  const { invitations } = bodyOf(await admin.website.listInvitations());
  assert.ok(!JSON.stringify(invitations).includes(token));
});

test('who comes by a copied link is a member whose address is not proven', async () => {
  const { email, website } = await makeConfined();

  const session = bodyOf(await website.getSession());
  const { members } = bodyOf(await website.listMembers());

  assert.deepEqual([session.user.is_proven, session.organization.name], [false, 'Weavers']);
  const shown = members.map((one) => [one.email === email, one.is_proven]);
  assert.ok(shown.some(([isOwn, isProven]) => isOwn && !isProven));
  assert.ok(shown.some(([isOwn, isProven]) => !isOwn && isProven));
});

test('a copied link opens no account that there is: its owner signs in and joins', async () => {
  const person = await makeSignedIn(app, second, 'member');
  const token = await copy(person.email);

  const anew = await accept(token);
  const joined = bodyOf(await person.website.joinOrganization({ params: { token } }));

  assert.equal(refusalOf(anew), '403 not_allowed');
  assert.equal(joined.organizations.length, 2);
  assert.equal(joined.user.is_proven, true);
});

test('a copied link opens no dormant account; a mailed one opens it anew', async () => {
  const member = await makeMember(app, organization);
  bodyOf(await admin.website.endMember({ params: { id: shortId('member', member.id) } }));
  const copied = await copy(member.email);

  const shown = bodyOf(await visitor.getInvitation({ params: { token: copied } }));
  const refused = await accept(copied);
  const accepted = await accept(await mail(member.email, admin));

  assert.deepEqual([shown.has_account, shown.needs_mail], [false, true]);
  assert.equal(refusalOf(refused), '403 not_allowed');
  assert.equal(accepted.status, 201);
  await assert.rejects(comeIn(member.email, member.password), /401/);
  assert.equal((await comeIn(member.email).then((one) => one.getSession())).status, 200);
});

test('of two copied links that are accepted at once for one address, one opens the account', async () => {
  const email = address();
  const tokens = [await copy(email), await copy(email, spinner)];

  const answers = await Promise.all(tokens.map((token) => accept(token)));

  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 403]);
});

test('until the address is proven, the account counts in no other organization', async () => {
  const { email, website } = await makeConfined();
  const token = await copy(email, spinner);

  const joined = await website.joinOrganization({ params: { token } });
  const anew = await accept(token);
  const byOperator = operator.createMember(shortId('organization', second), {
    email,
    name: 'Nora',
    role: 'owner',
  });

  assert.equal(refusalOf(joined), '403 not_allowed');
  assert.equal(refusalOf(anew), '403 not_allowed');
  await assert.rejects(byOperator, /password.*never verified/);
  assert.equal(bodyOf(await website.getSession()).organizations.length, 1);
});

test('a password that was reset by mail proves the address, and ends what opened the account', async () => {
  const { email, website } = await makeConfined();
  const { user } = bodyOf(await website.getSession());
  await app.server.platform.database.system.transaction((tx) =>
    tx.rows(
      `insert into platform.passkey
         (id, public_key, user_id, credential_id, counter, device_type, backed_up)
       values ($1, 'k', $1, $1, 0, 'd', false)`,
      [user.id],
    ),
  );

  await resetPassword(email, 'the mailbox chose this');

  assert.equal((await website.getSession()).status, 401);
  const own = await comeIn(email, 'the mailbox chose this');
  const session = bodyOf(await own.getSession());
  assert.deepEqual([session.user.is_proven, session.organization.name], [true, 'Weavers']);
  const passkeys = await app.server.platform.database.system.reading.rows(
    'select from platform.passkey where user_id = $1',
    [user.id],
  );
  assert.deepEqual(passkeys, []);
  const token = await copy(email, spinner);
  assert.equal((await own.joinOrganization({ params: { token } })).status, 200);
});

test('an invitation that was mailed belongs to the mailbox, whoever opened the account before', async () => {
  const { email, website } = await makeConfined();
  const token = await mail(email);

  const shown = bodyOf(await visitor.getInvitation({ params: { token } }));
  bodyOf(await accept(token, 'the mailbox chose this'));

  assert.equal(shown.has_account, false);
  assert.equal((await website.getSession()).status, 401);
  await assert.rejects(comeIn(email), /401/);
  const own = await comeIn(email, 'the mailbox chose this');
  const session = bodyOf(await own.getSession());
  assert.deepEqual(
    session.organizations.map(({ name }) => name),
    ['Spinners', 'Weavers'],
  );
  assert.equal(session.user.is_proven, true);
});

test('who is signed in and has the mail as well joins, and the address is proven', async () => {
  const { email, website } = await makeConfined();
  const token = await mail(email);

  const joined = bodyOf(await website.joinOrganization({ params: { token } }));

  assert.deepEqual([joined.user.is_proven, joined.organizations.length], [true, 2]);
});

test('the operator stands for an address, and the password that they give replaces what was', async () => {
  const { email, website } = await makeConfined();

  await operator.createMember(shortId('organization', second), {
    email,
    name: 'Nora',
    role: 'member',
    password: 'the operator chose this',
  });

  assert.equal((await website.getSession()).status, 401);
  const own = await comeIn(email, 'the operator chose this');
  assert.equal(bodyOf(await own.getSession()).user.is_proven, true);
});

test('by whichever of two processes, a copied link stays one when there is a mail server later', async () => {
  const email = address();
  const token = await copy(email);
  const later = openWebsite(mailing);

  bodyOf(await later.acceptInvitation({ params: { token }, body: { name: 'Nora', password } }));

  assert.equal(bodyOf(await (await comeIn(email)).getSession()).user.is_proven, false);
});

test('the session of somebody who is confined opens nothing elsewhere', async () => {
  const { email } = await makeConfined();
  const [{ id } = { id: '' }] = await app.server.platform.database.system.reading.rows<{
    id: string;
  }>('select id from platform.user where email = $1', [email]);

  const { fetch } = await openSession(app, second, { userId: id });

  assert.equal((await openWebsite(app, fetch).getSession()).status, 401);
});

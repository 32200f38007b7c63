import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortId } from '../../runtime/ids.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { lastMail, makeMember, signIn } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSignedIn, openWebsite, refusalOf } from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web', SMTP_URL: 'smtp://mail.example:25' });
const visitor = openWebsite(app);
const organization = await makeOrganization(app, 'Weavers');
const admin = await makeSignedIn(app, organization, 'admin');
const password = 'a long enough password';

let invited = 0;

async function invite(given?: string) {
  invited += 1;
  const email = given ?? `new.${invited}@people.example`;
  const body = { email, role: 'member' } as const;
  const invitation = bodyOf(await admin.website.invite({ body }));
  assert.equal(invitation.link, null);
  const mail = await lastMail(app, email.toLowerCase());
  const token = /\/invitations\/([\w-]+)/.exec(mail?.body ?? '')?.[1];
  assert.ok(token);
  return { ...invitation, token, params: { token } };
}

const accept = (token: string, name = 'Nora New') =>
  visitor.acceptInvitation({ params: { token }, body: { name, password } });

test('whoever is invited gets a link that says what it is for, and changes nothing', async () => {
  const { email, params } = await invite();

  const first = bodyOf(await visitor.getInvitation({ params }));
  const second = bodyOf(await visitor.getInvitation({ params }));

  assert.deepEqual(first, {
    organization: { id: shortId('organization', organization), name: 'Weavers' },
    email,
    role: 'member',
    state: 'open',
    has_account: false,
    needs_mail: false,
  });
  assert.deepEqual(second, first);
});

test('the mail names no address in its subject, and the token stands nowhere in the table', async () => {
  const { email, token } = await invite();

  const mail = await lastMail(app, email);
  const stored = await app.server.platform.database.system.reading.rows<{ row: string }>(
    'select to_jsonb(i)::text as row from platform.invitation i',
  );

  assert.equal(mail?.subject, 'Invitation to Weavers');
  assert.ok(Buffer.from(token, 'base64url').length >= 16);
  assert.ok(stored.every(({ row }) => !row.includes(token)));
});

test('who accepts has an account, is a member and can post', async () => {
  const { email, token } = await invite();

  const accepted = bodyOf(await accept(token));

  assert.equal(accepted.email, email);
  const { fetch } = await signIn(app, { email, password });
  const session = bodyOf(await openWebsite(app, fetch).getSession());
  assert.equal(session.user.name, 'Nora New');
  assert.equal(session.member.role, 'member');
  const users = await app.server.platform.database.system.reading.rows(
    'select from messaging.user where organization_id = $1 and name = $2',
    [organization, 'Nora New'],
  );
  assert.ok(users.length >= 1);
});

test('an invitation holds once', async () => {
  const { token, params } = await invite();
  bodyOf(await accept(token));

  const again = await accept(token);

  assert.equal(refusalOf(again), '410 gone');
  assert.equal(bodyOf(await visitor.getInvitation({ params })).state, 'accepted');
});

test('of many who accept at once one gets in', async () => {
  const { token } = await invite();

  const answers = await Promise.all(Array.from({ length: 8 }, () => accept(token)));

  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [201, 410, 410, 410, 410, 410, 410, 410]);
});

test('an invitation ends after seven days', async () => {
  const { token, params } = await invite();
  app.clock.advance({ days: 8 });

  const answer = await accept(token);
  const { state } = bodyOf(await visitor.getInvitation({ params }));

  app.clock.advance({ days: -8 });
  assert.equal(refusalOf(answer), '410 gone');
  assert.equal(state, 'expired');
});

test('what was taken back holds no more and is listed no more', async () => {
  const { id, token, params } = await invite();

  bodyOf(await admin.website.revokeInvitation({ params: { id } }));

  assert.equal(refusalOf(await accept(token)), '410 gone');
  assert.equal(bodyOf(await visitor.getInvitation({ params })).state, 'revoked');
  const { invitations } = bodyOf(await admin.website.listInvitations());
  assert.ok(!invitations.some((one) => one.id === id));
  const twice = await admin.website.revokeInvitation({ params: { id } });
  assert.equal(refusalOf(twice), '404 not_found');
});

test('a new invitation of the same address ends the one before', async () => {
  const first = await invite('Twice@people.example');

  const second = await invite('twice@PEOPLE.example');

  assert.equal(refusalOf(await accept(first.token)), '410 gone');
  assert.equal((await accept(second.token)).status, 201);
});

test('an address is invited many times at once, and one invitation is left', async () => {
  const body = { email: 'race@people.example', role: 'member' } as const;

  const answers = await Promise.all(
    Array.from({ length: 6 }, () => admin.website.invite({ body })),
  );

  assert.ok(answers.every(({ status }) => status === 201));
  const { invitations } = bodyOf(await admin.website.listInvitations());
  assert.equal(invitations.filter(({ email }) => email === body.email).length, 1);
});

test('who has an account joins with it, and with no other', async () => {
  const elsewhere = await makeOrganization(app, 'Elsewhere');
  const person = await makeSignedIn(app, elsewhere, 'owner');
  const other = await makeSignedIn(app, elsewhere, 'member');
  const { token, params } = await invite(person.email);

  const anew = await accept(token);
  const foreign = await other.website.joinOrganization({ params });
  const joined = bodyOf(await person.website.joinOrganization({ params }));

  assert.equal(refusalOf(anew), '403 not_allowed');
  assert.equal(refusalOf(foreign), '403 not_allowed');
  assert.equal(joined.organization.name, 'Weavers');
  assert.equal(joined.organizations.length, 2);
  const again = await person.website.joinOrganization({ params });
  assert.equal(refusalOf(again), '410 gone');
});

test('who was a member opens the account anew, and is the same member', async () => {
  const member = await makeMember(app, organization);
  const id = shortId('member', member.id);
  bodyOf(await admin.website.endMember({ params: { id } }));
  const { token } = await invite(member.email);

  bodyOf(await accept(token, 'Back Again'));

  const { fetch } = await signIn(app, { email: member.email, password });
  const session = bodyOf(await openWebsite(app, fetch).getSession());
  assert.deepEqual(session.member, { id, role: 'member' });
});

test('members invite nobody, and admins invite no owners and no members', async () => {
  const member = await makeSignedIn(app, organization, 'member');
  const body = { email: 'x@people.example', role: 'member' } as const;

  const refused = [
    await member.website.invite({ body }),
    await member.website.listInvitations(),
    await admin.website.invite({ body: { ...body, role: 'owner' } }),
    await admin.website.invite({ body: { ...body, email: member.email.toUpperCase() } }),
  ];

  const expected = ['403 not_allowed', '403 not_allowed', '403 not_allowed', '400 invalid_request'];
  assert.deepEqual(refused.map(refusalOf), expected);
});

test('a token that nobody has is not found', async () => {
  for (const token of ['x', 'A'.repeat(32), 'A'.repeat(200)]) {
    assert.equal(refusalOf(await visitor.getInvitation({ params: { token } })), '404 not_found');
    assert.equal(refusalOf(await accept(token)), '404 not_found');
  }
});

test('an invitation of another organization is not found', async () => {
  const { id } = await invite();
  const stranger = await makeSignedIn(app, await makeOrganization(app), 'owner');

  const answer = await stranger.website.revokeInvitation({ params: { id } });

  assert.equal(refusalOf(answer), '404 not_found');
});

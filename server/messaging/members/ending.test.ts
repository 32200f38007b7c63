import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../../contract/client.ts';
import { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import { Operator } from '../../operator/operator.ts';
import { bodyOf, openWebsite, refusalOf } from '../../platform/testing/website.ts';
import { shortId } from '../../runtime/ids.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { lastMail, makeMember, openSession } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { createChannel } from '../operator/index.ts';
import { refused } from '../testing/scene.ts';
import {
  makeOffice,
  openChannel,
  openChat,
  say,
  shown,
  startThread,
  type Visitor,
  visit,
} from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web', SMTP_URL: 'smtp://mail.example:25' });
const elsewhere = await app.another();
const operator = new Operator(app.server.platform);
const idOf = ({ member }: Visitor) => shortId('member', member.id);

async function makeGroup() {
  const office = await makeOffice(app);
  const owner = await visit(app, office.organization, { name: 'Olga', role: 'owner' });
  const website = openWebsite(app, owner.fetch);
  const end = async (whom: Visitor) =>
    bodyOf(await website.endMember({ params: { id: idOf(whom) } }));
  return { ...office, owner, website, end };
}

/** The operator makes somebody a member again, who signs in. */
async function comeBack({ member }: Visitor, organization: number): Promise<Visitor> {
  const { email, name } = member;
  const again = { email, name, role: 'member' } as const;
  await operator.createMember(shortId('organization', organization), again);
  const { fetch } = await openSession(app, organization, member);
  const client = createClient(messagingWebsite, { url: app.url, fetch });
  const { user_id } = shown(await client.getHome());
  return { member, client, fetch, user_id };
}

async function ping(url: string, key: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  return (await fetch(`${url}/api/public/ping`, { headers })).status;
}

async function invite(by: Visitor, email: string, role: 'owner' | 'admin' | 'member') {
  bodyOf(await openWebsite(app, by.fetch).invite({ body: { email, role } }));
  const { body = '' } = (await lastMail(app, email)) ?? {};
  return /\/invitations\/([\w-]+)/.exec(body)?.[1] ?? '';
}

const accept = (token: string) =>
  openWebsite(app).acceptInvitation({
    params: { token },
    body: { name: 'Guest', password: 'a long enough password' },
  });

test('the keys that a member made end with the membership, in every process', async () => {
  const { ann, owner, end } = await makeGroup();
  const { text, key } = shown(await ann.client.makeKey({ body: { name: 'Of Ann' } }));
  assert.equal(await ping(elsewhere.url, text), 200);

  await end(ann);

  assert.deepEqual([await ping(app.url, text), await ping(elsewhere.url, text)], [401, 401]);
  const { keys } = shown(await owner.client.listKeys());
  assert.notEqual(keys.find(({ id }) => id === key.id)?.revoked_at, null);
  const { users } = shown(await owner.client.getHome());
  assert.equal(users.find(({ user_id }) => user_id === key.user_id)?.is_active, false);
});

test('the invitations of a member end with the membership', async () => {
  const { organization, website, end } = await makeGroup();
  const admin = await visit(app, organization, { role: 'admin' });
  const token = await invite(admin, 'friend@people.example', 'admin');

  await end(admin);

  assert.equal(refusalOf(await accept(token)), '410 gone');
  assert.deepEqual(bodyOf(await website.listInvitations()).invitations, []);
});

test('who becomes less has invited to nothing that is more', async () => {
  const { organization, owner, website } = await makeGroup();
  const second = await visit(app, organization, { role: 'owner' });
  const asOwner = await invite(second, 'owner@people.example', 'owner');
  const asAdmin = await invite(second, 'admin@people.example', 'admin');
  const asMember = await invite(second, 'member@people.example', 'member');
  const become = async (role: 'admin' | 'member') =>
    bodyOf(await website.changeMember({ params: { id: idOf(second) }, body: { role } }));

  await become('admin');
  const afterwards = await accept(asAdmin);
  await become('member');

  assert.equal(refusalOf(await accept(asOwner)), '410 gone');
  assert.equal(afterwards.status, 201);
  assert.equal(refusalOf(await accept(asMember)), '410 gone');
  assert.equal((await accept(await invite(owner, 'owner@people.example', 'owner'))).status, 201);
});

test('what an ended member asks for at the same moment is refused, or ends with the rest', async () => {
  const { organization, website } = await makeGroup();
  for (let round = 0; round < 5; round += 1) {
    const admin = await visit(app, organization, { role: 'admin' });
    const email = `race.${round}@people.example`;

    const [ended, invited, made] = await Promise.all([
      website.endMember({ params: { id: idOf(admin) } }),
      openWebsite(app, admin.fetch).invite({ body: { email, role: 'admin' } }),
      admin.client.makeKey({ body: { name: 'In time' } }),
    ]);

    bodyOf(ended);
    assert.ok([201, 401].includes(invited.status), String(invited.status));
    assert.ok(!made.ok || (await ping(app.url, made.body.text)) === 401);
    assert.deepEqual(bodyOf(await website.listInvitations()).invitations, []);
  }
});

test('who comes back begins anew: cookie and places of before are no more', async () => {
  const { organization, ann, ben, cleo, end } = await makeGroup();
  await createChannel(app.server.platform, shortId('organization', organization), {
    name: 'Everybody',
    isPrivate: false,
    emails: [],
    keys: [],
  });
  const secret = await openChannel(ann, 'Secret', [ben], 'private');
  const open = await openChannel(ann, 'Open', [ben]);
  const group = await openChat(ann, [ben, cleo], 'Group');
  const direct = await openChat(ann, [ben]);
  await say(ann, direct, 'Between us');
  await startThread(ann, open, `Look <@${ben.user_id}>`);

  await end(ben);
  await startThread(ann, open, `Gone <@${ben.user_id}>`);
  const back = await comeBack(ben, organization);

  assert.equal((await ben.client.getHome()).status, 401);
  assert.equal(back.user_id, ben.user_id);
  const home = shown(await back.client.getHome());
  const names = home.channels.map(({ name }) => name);
  assert.deepEqual(names, ['Everybody', 'Open']);
  assert.deepEqual(home.joined_channel_ids.length, 1);
  assert.deepEqual(home.chats, []);
  assert.deepEqual(
    home.readings.map(({ unread }) => unread),
    [0, 0],
  );
  assert.deepEqual(shown(await back.client.listNotices()).notices, []);
  refused(
    await back.client.listThreads({ params: { channel_id: secret } }),
    404,
    'channel_not_found',
  );
  for (const chat_id of [group, direct]) {
    refused(await back.client.listMessages({ params: { chat_id } }), 404, 'chat_not_found');
  }
});

test('a chat of two stays with who is left in it, to be read; with who comes back a new one begins', async () => {
  const { organization, ann, ben, end } = await makeGroup();
  const chat_id = await openChat(ann, [ben]);
  await say(ben, chat_id, 'Between us');
  await end(ben);

  const again = await openChat(ann, [ben]);
  const left = shown(await ann.client.getHome()).chats;
  const { messages } = shown(await ann.client.listMessages({ params: { chat_id } }));
  const answer = await ann.client.sendMessage({ params: { chat_id }, body: { text: 'Hello?' } });
  const back = await comeBack(ben, organization);
  const anew = await openChat(back, [ann]);

  assert.equal(again, chat_id);
  assert.deepEqual(
    left.map(({ is_closed, member_ids }) => ({ is_closed, member_ids })),
    [{ is_closed: true, member_ids: [ann.user_id, ben.user_id].sort() }],
  );
  assert.equal(messages.length, 1);
  refused(answer, 403, 'not_allowed');
  assert.notEqual(anew, chat_id);
  assert.equal(await openChat(ann, [back]), anew);
});

test('of a person of several organizations only what belongs to one ends', async () => {
  const { organization, ann, end } = await makeGroup();
  const second = await makeOrganization(app, 'Second');
  await makeMember(app, second, { email: ann.member.email, name: 'Ann' });
  const there = await openSession(app, second, ann.member);
  const here = shown(await ann.client.makeKey({ body: { name: 'Here' } }));
  const client = createClient(messagingWebsite, { url: app.url, fetch: there.fetch });
  const abroad = shown(await client.makeKey({ body: { name: 'There' } }));
  const passkeys = () =>
    app.server.platform.database.system.reading.rows(
      'select from platform.passkey where user_id = $1',
      [ann.member.userId],
    );
  await app.server.platform.database.system.transaction((tx) =>
    tx.rows(
      `insert into platform.passkey
         (id, public_key, user_id, credential_id, counter, device_type, backed_up)
       values ('one', 'k', $1, 'one', 0, 'd', false)`,
      [ann.member.userId],
    ),
  );

  await end(ann);

  assert.deepEqual([await ping(app.url, here.text), await ping(app.url, abroad.text)], [401, 200]);
  assert.equal((await ann.client.getHome()).status, 401);
  assert.equal((await client.getHome()).status, 200);
  assert.equal((await passkeys()).length, 1);
  const switched = await openWebsite(app, there.fetch).switchOrganization({
    body: { organization_id: shortId('organization', organization) },
  });
  assert.equal(refusalOf(switched), '404 not_found');
});

test('the operator ends memberships, but not that of the last owner', async () => {
  const { organization, ann, owner } = await makeGroup();
  const at = shortId('organization', organization);

  const ended = await operator.endMember(at, ann.member.email.toUpperCase());

  assert.equal(ended.id, idOf(ann));
  assert.equal((await ann.client.getHome()).status, 401);
  await assert.rejects(operator.endMember(at, ann.member.email), /no member/);
  await assert.rejects(operator.endMember(at, owner.member.email), /only owner/);
});

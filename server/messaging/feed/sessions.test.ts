import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../../contract/client.ts';
import { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import { bodyOf, openWebsite } from '../../platform/testing/website.ts';
import { shortId } from '../../runtime/ids.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { makeMember, openSession, signIn } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { shown, type Visitor, visit } from '../testing/website.ts';
import { listen } from './testing/hearing.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const elsewhere = await app.another();
const organization = await makeOrganization(app);

type Asking = { fetch: typeof fetch };

async function ask({ fetch }: Asking, path: string, body: object = {}) {
  const response = await fetch(`${app.url}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.text());
}

/** Somebody who waits for news in another process, by a long poll that has begun. */
async function poll({ fetch }: Asking) {
  const client = createClient(messagingWebsite, { url: elsewhere.url, fetch });
  const { position } = shown(await client.getHome());
  const polling = client.pollFeed({ query: { after: position, wait_seconds: 30 } });
  return { client, polling };
}

/** All streams of a session, in two processes, and a long poll. */
async function follow(somebody: Asking) {
  const streams = await Promise.all([
    listen(app.url, somebody),
    listen(app.url, somebody),
    listen(elsewhere.url, somebody),
  ]);
  const { client, polling } = await poll(somebody);
  return {
    async untilEnded() {
      await Promise.all([...streams.map((stream) => stream.untilEnded()), polling]);
      assert.equal((await client.getHome()).status, 401);
    },
  };
}

const sessionOf = async ({ member }: Visitor) => openSession(app, organization, member);

test('with a session that is signed out all that listens by it ends, in every process', async () => {
  const ann = await visit(app, organization);
  const other = await sessionOf(ann);
  const staying = await listen(elsewhere.url, other);
  // It began before, and so would run out before.
  const { polling } = await poll(other);
  const following = await follow(ann);

  await ask(ann, '/sign-out');
  const first = await Promise.race([
    polling.then(() => 'the poll that stays'),
    following.untilEnded().then(() => 'what ends'),
  ]);

  assert.equal(first, 'what ends');
  assert.equal(staying.ended, false);
});

test('the sessions that somebody ends elsewhere hear nothing more', async () => {
  const ann = await visit(app, organization);
  const following = await follow(await sessionOf(ann));
  const staying = await listen(app.url, ann);

  await ask(ann, '/revoke-other-sessions');
  await following.untilEnded();

  assert.equal(staying.ended, false);
});

test('a new password that ends the other sessions ends what listens by them', async () => {
  const member = await makeMember(app, organization);
  const here = await signIn(app, member);
  const following = await follow(await signIn(app, member));

  await ask(here, '/change-password', {
    currentPassword: member.password,
    newPassword: 'an entirely new one',
    revokeOtherSessions: true,
  });
  await following.untilEnded();
});

test('with a membership all that listens by it ends, while that elsewhere goes on', async () => {
  const owner = await visit(app, organization, { role: 'owner' });
  const ann = await visit(app, organization);
  const second = await makeOrganization(app, 'Second');
  await makeMember(app, second, { email: ann.member.email, name: ann.member.name });
  const staying = await listen(app.url, await openSession(app, second, ann.member));
  const following = await follow(ann);

  const params = { id: shortId('member', ann.member.id) };
  bodyOf(await openWebsite(app, owner.fetch).endMember({ params }));
  await following.untilEnded();

  assert.equal(staying.ended, false);
});

test('who goes to another organization hears no more of the one before, and hears of the other', async () => {
  const ann = await visit(app, organization);
  const second = await makeOrganization(app, 'Second');
  await makeMember(app, second, { email: ann.member.email, name: ann.member.name });
  const before = await listen(elsewhere.url, ann);

  bodyOf(
    await openWebsite(app, ann.fetch).switchOrganization({
      body: { organization_id: shortId('organization', second) },
    }),
  );
  await before.untilEnded();
  const after = await listen(elsewhere.url, ann);
  const opened = shown(await ann.client.openChannel({ body: { name: 'There' } }));
  await after.until(opened.channel.channel_id);

  assert.equal(after.ended, false);
});

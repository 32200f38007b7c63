import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bodyOf, openWebsite } from '../../platform/testing/website.ts';
import { randomText, shortId } from '../../runtime/ids.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { lastMail } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import {
  answer,
  makeOffice,
  openChannel,
  openChat,
  say,
  shown,
  startThread,
  visit,
} from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web', SMTP_URL: 'smtp://mail.example:25' });
const { rows } = app.server.platform.database.system.reading;

/** What becomes of everything that names a member, a person or a user, when a membership ends. */
const belongings: Record<string, { ends: string } | { stays: string }> = {
  'platform.member.user_id': { ends: 'ended_at is null' },
  'platform.session.user_id': { ends: 'true' },
  'platform.passkey.user_id': { ends: 'true' },
  'platform.account.user_id': { stays: 'nobody gets in by a password who is no member' },
  'platform.two_factor.user_id': { stays: 'it guards the password, and goes when that is new' },
  'platform.used_code.user_id': { stays: 'a code that was used opens nothing again' },
  'platform.api_key.created_by': { ends: 'revoked_at is null' },
  'platform.invitation.invited_by': { ends: 'accepted_at is null and revoked_at is null' },
  'messaging.user.member_id': { stays: 'what they wrote has an author' },
  'messaging.channel.created_by': { ends: 'true' },
  'messaging.channel_member.user_id': { ends: 'true' },
  'messaging.chat.created_by': { ends: 'true' },
  'messaging.chat_member.user_id': { ends: 'true' },
  'messaging.thread.author_id': { stays: 'what they wrote stays' },
  'messaging.comment.author_id': { stays: 'what they wrote stays' },
  'messaging.message.author_id': { stays: 'what they wrote stays' },
  'messaging.file.uploader_id': { stays: 'what they wrote shows it' },
  'messaging.notice.user_id': { ends: 'true' },
  'messaging.reading.user_id': { ends: 'true' },
  'scheduling.booking.member_id': { stays: 'what they offered is the practice’s' },
  'scheduling.appointment.member_id': { stays: 'what they offered is the practice’s' },
  'scheduling.series.member_id': { stays: 'what they offered is the practice’s' },
};

/** The columns whose foreign keys lead to a member, a person or a user: `table.column`, and where to. */
async function namingColumns() {
  return asOwner<{ name: string; target: string }>(
    app.address,
    `select c.conrelid::regclass::text || '.' || a.attname as name, c.confrelid::regclass::text as target
     from pg_constraint c
     join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
       and a.attname <> 'organization_id'
     where c.contype = 'f' and c.confrelid in
       ('platform.member'::regclass, 'platform."user"'::regclass, 'messaging."user"'::regclass)
     order by 1`,
  );
}

/** A member to whom everything belongs that can belong to one. */
async function makeRich() {
  const { organization, ann, ben, cleo } = await makeOffice(app);
  const owner = await visit(app, organization, { role: 'owner' });
  const admin = await visit(app, organization, { name: 'Rich', role: 'admin' });
  const channel = await openChannel(admin, 'Opened', [ann], 'private');
  const { thread_id } = await startThread(admin, channel, 'Mine');
  await answer(ann, thread_id, 'Yours');
  await answer(admin, thread_id, 'Mine again');
  const chat = await openChat(admin, [ben, cleo], 'Group');
  await say(admin, chat, 'Mine, too');
  await openChat(ben, [admin]);
  shown(await admin.client.makeKey({ body: { name: 'Bot' } }));
  const website = openWebsite(app, admin.fetch);
  bodyOf(await website.invite({ body: { email: 'friend@people.example', role: 'member' } }));
  assert.ok(await lastMail(app, 'friend@people.example'));
  await app.server.platform.database.system.transaction(async (tx) => {
    await tx.rows(
      `insert into platform.passkey
         (id, public_key, user_id, credential_id, counter, device_type, backed_up)
       values ($1, 'k', $2, $1, 0, 'd', false)`,
      [randomText(24), admin.member.userId],
    );
    await tx.rows(
      `insert into platform.verification (id, identifier, value, expires_at, created_at, updated_at)
       values ($1, 'a trusted device', $2, now() + interval '30 days', now(), now())`,
      [randomText(24), admin.member.userId],
    );
  });
  return { admin, owner };
}

const columns = await namingColumns();
const { admin, owner } = await makeRich();
const before = await count();
const answered = await openWebsite(app, owner.fetch).endMember({
  params: { id: shortId('member', admin.member.id) },
});
const after = await count();

/** How much is there of what ends. */
async function count(): Promise<Record<string, number>> {
  const idIn: Record<string, string | number> = {
    'platform.member': admin.member.id,
    'platform."user"': admin.member.userId,
    'messaging."user"': Number(admin.user_id),
  };
  const counts: Record<string, number> = {};
  for (const { name, target } of columns) {
    const fate = belongings[name];
    if (!fate || !('ends' in fate)) continue;
    const [table, column] = [name.slice(0, name.lastIndexOf('.')), name.split('.').at(-1)];
    const [row] = await rows<{ count: number }>(
      `select count(*)::int as count from ${table} where ${column} = $1 and (${fate.ends})`,
      [idIn[target]],
    );
    counts[name] = row?.count ?? 0;
  }
  return counts;
}

test('of everything that names a member it is said what becomes of it', () => {
  bodyOf(answered);
  assert.deepEqual(
    columns.map(({ name }) => name.replaceAll('"', '')).sort(),
    Object.keys(belongings).sort(),
  );
});

describe('with a membership ends what belongs to it', () => {
  for (const [name, fate] of Object.entries(belongings)) {
    if (!('ends' in fate)) continue;
    test(name, () => {
      assert.ok((before[name] ?? 0) > 0, 'the test has none of it');
      assert.equal(after[name], 0);
    });
  }

  test('what the person should have shown again: trusted devices, links in mails', async () => {
    const left = await rows('select from platform.verification where value = $1', [
      admin.member.userId,
    ]);

    assert.deepEqual(left, []);
  });
});

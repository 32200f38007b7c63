import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Operator } from '../../operator/operator.ts';
import { shortId } from '../../runtime/ids.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { makeMember, signIn } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSignedIn, openWebsite, refusalOf } from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const rows = app.server.platform.database.system.reading.rows;
const idOf = ({ id }: { id: number }) => shortId('member', id);

async function makeGroup(...roles: ('owner' | 'admin' | 'member')[]) {
  const organization = await makeOrganization(app);
  const people = [];
  for (const role of roles) people.push(await makeSignedIn(app, organization, role));
  return { organization, people: people as [(typeof people)[0], ...typeof people] };
}

async function eventsOf(organization: number) {
  return rows<{ type: string; subject: string; data: { member_id: string; name: string } }>(
    `select type, subject, data from platform.event
     where organization = $1 and type like 'member.%' order by sequence`,
    [organization],
  );
}

test('members see each other, in pages', async () => {
  const { people } = await makeGroup('owner', 'admin', 'member');
  const [{ website }] = people;

  const first = bodyOf(await website.listMembers({ query: { limit: 2 } }));
  const second = bodyOf(
    await website.listMembers({ query: { limit: 2, after: first.members[1]?.id ?? '' } }),
  );

  assert.deepEqual(
    [...first.members, ...second.members].map(({ id }) => id),
    people.map(idOf),
  );
  assert.equal(first.has_more, true);
  assert.equal(second.has_more, false);
  assert.deepEqual(Object.keys(first.members[0] ?? {}), [
    'id',
    'name',
    'email',
    'role',
    'is_proven',
    'created_at',
  ]);
});

test('a change of role holds from the next call on', async () => {
  const { people } = await makeGroup('owner', 'member');
  const [owner, member] = people;
  const before = await member!.website.listInvitations();

  const changed = await owner.website.changeMember({
    params: { id: idOf(member!) },
    body: { role: 'admin' },
  });

  assert.equal(bodyOf(changed).role, 'admin');
  assert.equal(refusalOf(before), '403 not_allowed');
  assert.equal((await member!.website.listInvitations()).status, 200);
});

test('an ended membership is refused at once, on every process', async () => {
  const { organization, people } = await makeGroup('admin', 'member');
  const [admin, member] = people;
  const other = openWebsite(await app.another({ HEDDLE_ROLES: 'web' }), member!.fetch);
  assert.equal((await other.getSession()).status, 200);

  bodyOf(await admin.website.endMember({ params: { id: idOf(member!) } }));

  assert.equal(refusalOf(await other.getSession()), '401 unauthorized');
  await assert.rejects(signIn(app, member!), /401/);
  const types = (await eventsOf(organization)).map(({ type, subject }) => `${type} ${subject}`);
  assert.equal(types.at(-1), `member.ended ${idOf(member!)}`);
});

test('who is made a member again is the same member', async () => {
  const { organization, people } = await makeGroup('owner', 'member');
  const [owner, member] = people;
  bodyOf(await owner.website.endMember({ params: { id: idOf(member!) } }));
  const operator = new Operator(app.server.platform);

  const { email, name } = member!;
  const again = { email, name, role: 'admin' } as const;
  const made = await operator.createMember(shortId('organization', organization), again);

  assert.equal(made.id, idOf(member!));
  const { cookie } = await signIn(app, member!);
  assert.notEqual(cookie, '');
});

test('members change nobody, and admins change no owners and make none', async () => {
  const { people } = await makeGroup('owner', 'admin', 'member');
  const [owner, admin, member] = people;
  const change = (by: typeof owner, whom: { id: number }, role: 'owner' | 'member') =>
    by.website.changeMember({ params: { id: idOf(whom) }, body: { role } });

  const refused = [
    await change(member!, admin!, 'member'),
    await member!.website.endMember({ params: { id: idOf(admin!) } }),
    await member!.website.changeOrganization({ body: { name: 'Mine' } }),
    await change(admin!, owner, 'member'),
    await change(admin!, member!, 'owner'),
    await admin!.website.endMember({ params: { id: idOf(owner) } }),
  ];

  assert.deepEqual(new Set(refused.map(refusalOf)), new Set(['403 not_allowed']));
});

test('the last owner stays', async () => {
  const { people } = await makeGroup('owner', 'admin');
  const [owner] = people;
  const params = { id: idOf(owner) };

  const changed = await owner.website.changeMember({ params, body: { role: 'admin' } });
  const ended = await owner.website.endMember({ params });

  assert.equal(refusalOf(changed), '400 invalid_request');
  assert.equal(refusalOf(ended), '400 invalid_request');
});

test('two owners who end each other at once leave one', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { people } = await makeGroup('owner', 'owner');
    const [one, two] = people;

    const answers = await Promise.all([
      one.website.endMember({ params: { id: idOf(two!) } }),
      two!.website.endMember({ params: { id: idOf(one) } }),
    ]);

    const statuses = answers.map(({ status }) => status).sort();
    assert.equal(statuses[0], 200);
    assert.ok([401, 403].includes(statuses[1] ?? 0), String(statuses[1]));
  }
});

test('members of another organization do not exist', async () => {
  const { people } = await makeGroup('owner');
  const foreign = await makeGroup('owner', 'member');
  const params = { id: idOf(foreign.people[1]!) };

  const changed = await people[0].website.changeMember({ params, body: { role: 'admin' } });
  const ended = await people[0].website.endMember({ params });

  assert.equal(refusalOf(changed), '404 not_found');
  assert.equal(refusalOf(ended), '404 not_found');
});

test('a new name is told wherever the person is a member', async () => {
  const { organization, people } = await makeGroup('member');
  const second = await makeOrganization(app, 'Second');
  const [{ website, email, name }] = people;
  const also = await makeMember(app, second, { email, name });

  const changed = bodyOf(await website.changeProfile({ body: { name: '  Ada Lovelace ' } }));

  assert.equal(changed.user.name, 'Ada Lovelace');
  for (const [where, id] of [
    [organization, idOf(people[0])],
    [second, idOf(also)],
  ] as const) {
    const event = (await eventsOf(where)).at(-1);
    const data = { member_id: id, name: 'Ada Lovelace' };
    assert.deepEqual(event, { type: 'member.updated', subject: id, data });
  }
});

test('an organization is renamed by its admins', async () => {
  const { people } = await makeGroup('admin');

  const changed = await people[0].website.changeOrganization({ body: { name: ' New Name ' } });

  assert.equal(bodyOf(changed).name, 'New Name');
  assert.equal(bodyOf(await people[0].website.getSession()).organization.name, 'New Name');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortId } from '../../runtime/ids.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { makeMember } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSignedIn, openWebsite, refusalOf } from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

async function makeTwice() {
  const [first, second] = [
    await makeOrganization(app, 'Zeta'),
    await makeOrganization(app, 'Alpha'),
  ];
  const person = await makeSignedIn(app, first, 'member');
  const also = await makeMember(app, second, { ...person, role: 'owner' });
  const colleague = await makeMember(app, second);
  return { first, second, person, also, colleague };
}

const switchTo = (organization: number) => ({
  body: { organization_id: shortId('organization', organization) },
});

test('a member of two organizations begins at the one that they joined first', async () => {
  const { first, person } = await makeTwice();

  const session = bodyOf(await person.website.getSession());

  assert.equal(session.organization.id, shortId('organization', first));
  assert.deepEqual(
    session.organizations.map(({ name }) => name),
    ['Alpha', 'Zeta'],
  );
});

test('after the switch, everything is of the other organization, on every process', async () => {
  const { person, second, also, colleague } = await makeTwice();
  const elsewhere = openWebsite(await app.another({ HEDDLE_ROLES: 'web' }), person.fetch);

  const session = bodyOf(await person.website.switchOrganization(switchTo(second)));

  assert.deepEqual(session.member, { id: shortId('member', also.id), role: 'owner' });
  const { members } = bodyOf(await elsewhere.listMembers());
  assert.deepEqual(
    members.map(({ id }) => id),
    [also, colleague].map(({ id }) => shortId('member', id)),
  );
});

test('between two organizations there is a wall', async () => {
  const { person, colleague } = await makeTwice();

  const { members } = bodyOf(await person.website.listMembers());
  const ended = await person.website.endMember({
    params: { id: shortId('member', colleague.id) },
  });

  assert.deepEqual(
    members.map(({ id }) => id),
    [shortId('member', person.id)],
  );
  assert.equal(refusalOf(ended), '403 not_allowed');
});

test('nobody switches to where they are no member', async () => {
  const { person } = await makeTwice();
  const foreign = await makeOrganization(app);

  for (const id of [shortId('organization', foreign), '999999999', 'x', '-1']) {
    const answer = await person.website.switchOrganization({ body: { organization_id: id } });

    assert.equal(refusalOf(answer), '404 not_found');
  }
});

test('who is ended where they work is not moved elsewhere behind their back', async () => {
  const { person, second, also } = await makeTwice();
  const admin = await makeSignedIn(app, second, 'owner');
  bodyOf(await person.website.switchOrganization(switchTo(second)));

  bodyOf(await admin.website.endMember({ params: { id: shortId('member', also.id) } }));

  assert.equal(refusalOf(await person.website.getSession()), '401 unauthorized');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeOrganization } from '../../testing/makers.ts';
import { makeMember, openSession, signIn } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const organization = await makeOrganization(app);

const spellings: Record<string, string[]> = {
  'anna@münchen.de': ['anna@münchen.de', 'Anna@MÜNCHEN.de', 'anna@xn--mnchen-3ya.de'],
  'jörg@bücher.example': ['jörg@bücher.example', 'JÖRG@xn--bcher-kva.example'],
  'почта@пример.рф': ['почта@пример.рф'],
  'a!b@people.example': ['A!b@people.example'],
};
for (const [email, all] of Object.entries(spellings)) {
  test(`whoever is a member as ${email} signs in by it, however it is written`, async () => {
    const member = await makeMember(app, organization, { email });

    for (const spelling of all) {
      const { fetch } = await signIn(app, { email: spelling, password: member.password });
      const answer = await fetch(`${app.url}/api/platform/session`);
      assert.equal(answer.status, 200);
    }
    await assert.rejects(signIn(app, { email, password: 'wrong horse battery' }), /401/);
  });
}

test('two spellings of one address are one person', async () => {
  await makeMember(app, organization, { email: 'twin@zürich.example' });

  const again = makeMember(app, organization, { email: 'TWIN@xn--zrich-kva.example' });

  await assert.rejects(again, /is a member of this organization already/);
});

test('an international address can be invited, and only once as a member', async () => {
  const owner = await makeMember(app, organization, { role: 'owner' });
  const { fetch } = await openSession(app, organization, owner);
  const invite = (email: string) =>
    fetch(`${app.url}/api/platform/invitations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, role: 'member' }),
    });
  await makeMember(app, organization, { email: 'taken@münchen.de' });

  const statuses = await Promise.all(
    ['new@münchen.de', 'jörg@mail.example', 'taken@xn--mnchen-3ya.de', 'a@münchen'].map(invite),
  );

  assert.deepEqual(
    statuses.map(({ status }) => status),
    [201, 201, 400, 400],
  );
});

test('nobody can have the name that stands for an address of somebody else', async () => {
  const email = `${'a'.repeat(64)}@address.invalid`;

  await assert.rejects(makeMember(app, organization, { email }), /must be an e-mail address/);
});

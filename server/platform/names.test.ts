import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../contract/client.ts';
import { platform } from '../../contract/platform/index.ts';
import { createKey } from '../messaging/operator/index.ts';
import { Operator } from '../operator/operator.ts';
import { shortId } from '../runtime/ids.ts';
import { makeOrganization } from '../testing/makers.ts';
import { makeMember, signIn } from '../testing/people.ts';
import { startServer } from '../testing/server.ts';
import { normalizeName } from './names.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const organization = await makeOrganization(app);

const kept = [
  ['  Ann \n\t Archer ', 'Ann Archer'],
  ['A\u0308nne', 'Änne'],
  ['Ann\u202e rehcrA\u202c', 'Ann rehcrA'],
  ['A\u200bnn\u0000', 'Ann'],
  ['Ann \u200b Archer', 'Ann Archer'],
  ['A\u200b\u0308nne', 'Änne'],
  ['An\u00adn\ufeff', 'Ann'],
  ['\u2067דנה\u2069', 'דנה'],
  // Joiners make one sign of several, and shape letters.
  ['👩\u200d🔬 Lab', '👩\u200d🔬 Lab'],
  ['می\u200cخواهم', 'می\u200cخواهم'],
] as const;

for (const [given, name] of kept) {
  test(`a name is kept as it reads: ${JSON.stringify(given)}`, () => {
    assert.equal(normalizeName(given), name);
    assert.equal(normalizeName(name), name);
  });
}

for (const given of ['', ' \n', '\u200b', '\u202e\u0001', '\u0301', '\u200d', '\u3164', '\u2800']) {
  test(`of a name something must be seen: ${JSON.stringify(given)}`, () => {
    assert.equal(normalizeName(given), '');
  });
}

test('people, organizations and keys have names that something is seen of, on the page', async () => {
  const owner = await makeMember(app, organization, { role: 'owner' });
  const { fetch } = await signIn(app, owner);
  const client = createClient(platform, { url: app.url, fetch });

  const refusals = [
    await client.changeProfile({ body: { name: '\u200b' } }),
    await client.changeOrganization({ body: { name: '\u202e' } }),
  ];
  const renamed = await client.changeProfile({ body: { name: 'Ann\u202e  Archer' } });

  assert.deepEqual(
    refusals.map(({ status }) => status),
    [400, 400],
  );
  assert.ok(renamed.ok);
  assert.equal(renamed.body.user.name, 'Ann Archer');
});

test('and in the command line', async () => {
  const operator = new Operator(app.server.platform);
  const at = shortId('organization', organization);
  const key = { kind: 'threads', plan: 'professional' } as const;

  const made = await operator.createOrganization(' Elm\u200b  Group');
  for (const attempt of [
    () => operator.createOrganization('\u200b'),
    () => createKey(app.server.platform, at, { ...key, name: '\u2066' }),
    () => operator.createMember(at, { email: 'a@b.example', name: ' ', role: 'member' }),
  ]) {
    await assert.rejects(attempt, /name/);
  }

  assert.equal(made.name, 'Elm Group');
});

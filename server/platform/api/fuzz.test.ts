import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { oauth } from '../../../contract/oauth.ts';
import { platform } from '../../../contract/platform/index.ts';
import { scheduling } from '../../../contract/scheduling/index.ts';
import { readId, shortId } from '../../runtime/ids.ts';
import type { Log } from '../../runtime/log.ts';
import { book, makeWorld } from '../../scheduling/testing/world.ts';
import { makeClient, makeOrganization } from '../../testing/makers.ts';
import { Outside } from '../../testing/outside.ts';
import { makeMember } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSignedIn } from '../testing/website.ts';
import { callers, fuzz } from './testing/fuzz.ts';
import { inputFor, type Known } from './testing/inputs.ts';

// What fast-check prints about a failure has the seed and path that repeat it.
const seed = 20_260_917;

const failures: object[] = [];
const log: Log = {
  debug() {},
  info() {},
  warn() {},
  error: (fields) => failures.push(fields),
  child: () => log,
};
const app = await startServer({ HEDDLE_ROLES: 'web' }, log);
const outside = new Outside();
after(() => outside.close());
const world = await makeWorld(app);
const foreign = await makeWorld(app);
const known = await gatherIds();

async function gatherIds(): Promise<Known> {
  const bookings: string[] = [];
  for (let quarter = 40; quarter < 88; quarter += 1) {
    const time = `${Math.floor(quarter / 4)}:${String((quarter % 4) * 15).padStart(2, '0')}`;
    bookings.push(await book(world.client, { ...world, start: `${world.day}T${time}` }));
  }
  const { practice, location, doctor, guid, appointment } = world.ids;
  const both = (noun: 'practice' | 'location' | 'doctor' | 'booking', ids: string[]) =>
    ids.flatMap((id) => [id, readId(noun, id), String(readId(noun, id))]);
  const ids = {
    practice: both('practice', [practice, practice, practice, foreign.ids.practice]),
    location: both('location', [location, location, location, foreign.ids.location]),
    doctor: both('doctor', [doctor, doctor, world.second.id, world.second.id, foreign.ids.doctor]),
    booking: both('booking', [...bookings, foreign.ids.booking]),
  };
  const any = [guid, foreign.ids.guid, appointment, shortId('booking', 999_999)];
  return { ...ids, guid: [guid, foreign.ids.guid], any: [...any, ...Object.values(ids).flat()] };
}

test('scheduling: whatever is sent, the answer is one that the contract promises', async () => {
  await fuzz({
    ...{ api: scheduling, url: app.url, outside, seed, rounds: 400 },
    known: () => known,
    headers: () => ({ authorization: world.token }),
  });

  assert.deepEqual(failures, []);
});

test('platform: whatever is sent, the answer is one that the contract promises', async () => {
  const organization = await makeOrganization(app);
  const owners = await Promise.all(
    Array.from({ length: callers }, () => makeSignedIn(app, organization, 'owner')),
  );
  const members = await Promise.all(
    Array.from({ length: 20 }, () => makeMember(app, organization)),
  );
  const ids = {
    organization: [shortId('organization', organization), shortId('organization', 1)],
    member: members.map(({ id }) => shortId('member', id)),
    ...(await invite(owners[0]!, 20)),
  };

  await fuzz({
    ...{ api: platform, url: app.url, outside, seed, rounds: 70 },
    known: () => ({ ...ids, any: Object.values(ids).flat() }),
    headers: ({ caller }) => ({ cookie: owners[caller]?.cookie ?? '', origin: app.url }),
    unlikely: ['acceptInvitation', 'joinOrganization'],
  });

  assert.deepEqual(failures, []);
});

async function invite({ website }: Awaited<ReturnType<typeof makeSignedIn>>, count: number) {
  const made = Array.from({ length: count }, async (_, nth) => {
    const body = { email: `invited.${nth}@people.example`, role: 'member' as const };
    return bodyOf(await website.invite({ body }));
  });
  const invitations = await Promise.all(made);
  return {
    invitation: invitations.map(({ id }) => id),
    token: invitations.map(({ link }) => link?.split('/').at(-1)),
  };
}

test('whatever is sent for a token, the answer is one that RFC 6749 knows', async () => {
  const { client_id, client_secret } = await makeClient(app, world.organization);
  const basic = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
  const types = ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'a/b', 'c'];
  const given = fc.record({
    type: fc.constantFrom(...types),
    body: fc.oneof(
      inputFor(oauth.createToken.body, known).map((body) => JSON.stringify(body) ?? ''),
      fc.webQueryParameters(),
      fc.string({ unit: 'binary' }),
      fc.constant('grant_type=client_credentials'),
    ),
  });

  const property = fc.asyncProperty(given, async ({ type, body }) => {
    const response = await outside.fetch(app.url + oauth.createToken.path, {
      method: 'POST',
      headers: { authorization: basic, 'content-type': type },
      body,
    });
    const { error, access_token } = (await response.json()) as Record<string, string>;
    if (response.status === 200) assert.equal(access_token?.split('.').length, 3);
    else assert.match(`${response.status} ${error}`, /^400 (invalid_|unsupported_grant_type)/);
  });
  await fc.assert(property, { seed, numRuns: 300, endOnFailure: true });

  assert.deepEqual(failures, []);
});

test('afterwards the server is as well as before', async () => {
  const practices = await world.client.listPractices();
  const health = await fetch(`${app.url}/readyz`);

  assert.equal(practices.status, 200);
  assert.equal(health.status, 200);
  assert.ok(app.server.platform.database.pools().every(({ waiting }) => waiting === 0));
});

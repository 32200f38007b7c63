import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { Endpoint } from '../../../contract/endpoint.ts';
import { oauth } from '../../../contract/oauth.ts';
import { scheduling as api } from '../../../contract/scheduling/index.ts';
import { readId, shortId } from '../../runtime/ids.ts';
import type { Log } from '../../runtime/log.ts';
import { book, makeWorld } from '../../scheduling/testing/world.ts';
import { makeClient } from '../../testing/makers.ts';
import { Outside, sendAllBriefly } from '../../testing/outside.ts';
import { startServer } from '../../testing/server.ts';
import { misfit, type Received } from './testing/fitting.ts';
import { inputFor, type Known } from './testing/inputs.ts';
import { queryOf, segmentOf } from './testing/target.ts';

// What fast-check prints about a failure has the seed and path that repeat it.
const seed = 20_260_917;
const rounds = 400;
const callsAtOnce = 10;

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

type Call = {
  name: string;
  path: string;
  endpoint: Endpoint;
  params: Record<string, unknown>;
  query: unknown;
  body: unknown;
  key: string | undefined;
};

const calls = Object.entries(api.endpoints as Record<string, Endpoint>).flatMap(
  ([name, endpoint]) =>
    [endpoint.path, ...(endpoint.aliases ?? [])].map((path) => callOf(name, path, endpoint)),
);

function callOf(name: string, path: string, endpoint: Endpoint): fc.Arbitrary<Call> {
  const of = (schema: object | undefined) =>
    schema ? inputFor(schema, known) : fc.constant(undefined);
  const noun = /(practice|location|booking)s?\/:id/.exec(path)?.[1] ?? 'any';
  const id = inputFor({ type: 'string' }, known, `${noun}_id`);
  return fc.record({
    name: fc.constant(name),
    path: fc.constant(path),
    endpoint: fc.constant(endpoint),
    params: fc.record({ id }),
    query: of(endpoint.query),
    body: of(endpoint.body),
    key: fc.oneof(
      { weight: 8, arbitrary: fc.constant(undefined) },
      fc.constantFrom('one', 'two', 'x'.repeat(255), 'x'.repeat(256)),
    ),
  });
}

async function send({ path, endpoint, params, query, body, key }: Call): Promise<Received> {
  const target = path.replace(':id', segmentOf(params.id)) + queryOf(query);
  const response = await outside.fetch(app.url + target, {
    method: endpoint.method,
    headers: {
      authorization: world.token,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test('whatever is sent, the answer is one that the contract promises', async () => {
  const seen = new Map<string, number>();

  const round = fc.array(fc.oneof(...calls), { minLength: callsAtOnce, maxLength: callsAtOnce });
  const property = fc.asyncProperty(round, async (together) => {
    const answers = await sendAllBriefly(
      together.map((call) => ({ what: JSON.stringify(call), send: () => send(call) })),
    );
    for (const [index, answer] of answers.entries()) {
      const { name, endpoint } = together[index]!;
      const key = `${name} ${answer.status}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      assert.equal(misfit(api, endpoint, answer), undefined, name);
    }
  });
  await fc.assert(property, { seed, numRuns: rounds, endOnFailure: true });

  assert.deepEqual(failures, []);
  for (const [name, { status }] of Object.entries(api.endpoints as Record<string, Endpoint>)) {
    assert.ok(seen.has(`${name} ${status}`), `${name} never succeeded: ${[...seen.keys()].sort()}`);
  }
});

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

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Endpoint, sessionScopes, wordOf } from '../../../contract/endpoint.ts';
import { type ErrorCode, errors } from '../../../contract/errors.ts';
import { openapi } from '../../../contract/openapi.ts';
import { startServer } from '../../testing/server.ts';
import { misfit, type Received, requestIdIn, takes, wordIn } from './testing/fitting.ts';
import { gatherGuarded } from './testing/gathering.ts';
import {
  fill,
  type Guarded,
  type HeaderFields,
  nounOf,
  paramsOf,
  sampleOf,
  sparesFor,
} from './testing/guarded.ts';
import { junk, mayBeTaken } from './testing/junk.ts';
import { bodyFor, type Sent, sendTo } from './testing/sending.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const isId = /_?id$/i;
const tooLarge = JSON.stringify('x'.repeat(2 ** 20));
/** What the reference says about an endpoint: its answers by status. */
type Described = { responses: Record<string, { description: string }> };
type Reference = { paths: Record<string, Record<string, Described>> };
type BodySchema = {
  properties?: Record<string, { type?: string | string[] }>;
  required?: string[];
};
type Place = { name: string; endpoint: Endpoint; path: string };

const app = await startServer();
const all = await gatherGuarded(app);

const send = (method: string, path: string, headers: HeaderFields, sent?: Sent) =>
  sendTo(app.url, method, path, headers, sent);

for (const guarded of all) {
  describe(guarded.api.name, () => {
    const endpoints = Object.entries<Endpoint>(guarded.api.endpoints);
    const places = endpoints.flatMap(([name, endpoint]) =>
      [endpoint.path, ...(endpoint.aliases ?? [])].map((path) => ({ name, endpoint, path })),
    );
    for (const place of places) {
      if (/^(public|visitor)$/.test(place.endpoint.scope)) continue;
      describe(`${place.endpoint.method} ${place.path}`, () => guard(guarded, place));
    }
    refusesOtherMethods(guarded, places);
    missesOtherPaths(guarded);
    if (guarded.samples) answersFit(guarded, endpoints, places);
  });
}

function guard(guarded: Guarded, place: Place): void {
  asksForCredentials(guarded, place);
  if (place.path.includes(':')) findsNoStrangeIds(guarded, place);
  findsNothingOfOthersByQuery(guarded, place);
  const { method, body, form } = place.endpoint;
  if (body || (method === 'POST' && !form)) takesNoOtherBodies(guarded, place);
  if (body) refusesJunk(guarded, place);
}

/** Refused for this reason, in the form of the API, and as the contract and the reference tell. */
function assertRefused(guarded: Guarded, place: Place, received: Received, code: ErrorCode): void {
  const { api } = guarded;
  assert.equal(received.status, errors[code].status);
  assert.equal(wordIn(received), wordOf(api, code));
  assert.equal(misfit(api, place.endpoint, received), undefined);
}

function asksForCredentials(guarded: Guarded, place: Place): void {
  const { api, always = {}, strangers } = guarded;
  const { name, endpoint } = place;
  const target = fill(place.path, guarded);
  test('without credentials is a 401', async () => {
    const received = await send(endpoint.method, target, always, bodyFor(guarded, name));

    assertRefused(guarded, place, received, 'unauthorized');
    if (sessionScopes.includes(endpoint.scope)) assert.ok(received.headers.has('www-authenticate'));
    else assert.match(received.headers.get('www-authenticate') ?? '', /^Bearer/);
  });

  for (const { who, headers, code } of strangers(endpoint)) {
    test(`with ${who} is a ${errors[code].status}`, async () => {
      const received = await send(endpoint.method, target, headers, bodyFor(guarded, name));

      assertRefused(guarded, place, received, code);
    });
  }

  test('the reference tells who is refused, and that the server may be busy or down', () => {
    for (const code of api.commonErrors) assertTold(guarded, endpoint, code);
  });
}

/** The reference of the API names the word among the answers of the endpoint. */
function assertTold({ api }: Guarded, endpoint: Endpoint, code: ErrorCode): void {
  const { paths } = openapi(api, { url: app.url, version: '1' }) as Reference;
  const operations = paths[endpoint.path.replace(/:(\w+)/g, '{$1}')];
  const { responses = {} } = operations?.[endpoint.method.toLowerCase()] ?? {};
  const told = responses[errors[code].status]?.description ?? '';
  assert.ok(told.includes(`\`${wordOf(api, code)}\``), `${code}: ${told}`);
}

function findsNoStrangeIds(guarded: Guarded, { name, endpoint, path }: Place): void {
  for (const param of paramsOf(path)) {
    const foreign = guarded.foreign?.[nounOf(path, param)] ?? [];
    if (foreign.length === 0) continue;
    const strange: [string, string][] = [
      ...foreign.map((id, nth): [string, string] => [`of another organization (${nth + 1})`, id]),
      ['of nothing', '999999999'],
      ['beyond every integer', '99999999999999999999'],
      ['that is no id', 'no-id'],
      ['that has a NUL', '%00'],
    ];
    for (const [what, id] of strange) {
      test(`with a ${param} ${what} is not found`, async () => {
        const target = fill(path, guarded, { [param]: id });
        const sent = bodyFor(guarded, name);

        const received = await send(endpoint.method, target, guarded.welcome, sent);

        assert.equal(received.status, 404);
        assert.equal(misfit(guarded.api, endpoint, received), undefined);
      });
    }
  }
}

function findsNothingOfOthersByQuery(guarded: Guarded, place: Place): void {
  const { query = {} } = sampleOf(guarded, place.name);
  const { ids = {} } = guarded.existing ?? {};
  for (const [member, value] of Object.entries(query)) {
    const noun = Object.keys(ids).find((one) => ids[one] === value);
    const foreign = guarded.foreign?.[noun ?? '']?.[0];
    if (foreign === undefined) continue;
    test(`with a ${member} of another organization is not found`, async () => {
      const sent = { query: `?${new URLSearchParams({ ...query, [member]: foreign })}` };
      const target = fill(place.path, guarded);

      const received = await send(place.endpoint.method, target, guarded.welcome, sent);

      assert.equal(received.status, 404);
      assert.equal(misfit(guarded.api, place.endpoint, received), undefined);
    });
  }
}

function takesNoOtherBodies(guarded: Guarded, place: Place): void {
  const { method } = place.endpoint;
  const target = fill(place.path, guarded);
  const cases: [string, ErrorCode, Sent][] = [
    ['a broken body', 'invalid_request', { body: '{' }],
    ['a body of another type', 'unsupported_media_type', { body: 'a=b', type: 'text/csv' }],
    ['more than 1 MiB', 'payload_too_large', { body: tooLarge }],
  ];
  for (const [what, code, sent] of cases) {
    test(`with ${what} is a ${errors[code].status}`, async () => {
      const received = await send(method, target, guarded.welcome, sent);

      assert.equal(received.status, errors[code].status);
      assert.equal(wordIn(received), wordOf(guarded.api, code));
      if (place.endpoint.body) assertTold(guarded, place.endpoint, code);
    });
  }
}

function refusesJunk(guarded: Guarded, place: Place): void {
  const { endpoint } = place;
  const target = fill(place.path, guarded);
  const schema = endpoint.body as BodySchema;
  for (const one of junk) {
    test(`with a body ${one.what} is refused`, async () => {
      const received = await send(endpoint.method, target, guarded.welcome, one);

      const expected = one.type ? [400, 415] : [400];
      const isRefused = expected.includes(received.status);
      assert.ok(isRefused || mayBeTaken(one, schema), String(received.status));
      assert.equal(misfit(guarded.api, endpoint, received), undefined);
    });
  }

  refusesWrongMembers(guarded, place);
}

function refusesWrongMembers(guarded: Guarded, place: Place): void {
  const { name, endpoint } = place;
  const target = fill(place.path, guarded);
  const schema = endpoint.body as BodySchema;
  const missing = (endpoint.errors ?? []).filter((code) => errors[code].status === 404);
  for (const [member, known] of Object.entries(schema.properties ?? {})) {
    const { type } = known;
    if (takes(known, { wrong: true })) continue;
    test(`with a ${member} of a wrong type is refused, and ${member} is named`, async () => {
      const { body: good } = sampleOf(guarded, name);
      const body = JSON.stringify({ ...good, [member]: { wrong: true } });

      const received = await send(endpoint.method, target, guarded.welcome, { body });

      assert.equal(received.status, 400);
      const { errors: told } = received.body as { errors?: { field: string }[] };
      if (good) assert.deepEqual(told?.map(({ field }) => field) ?? [member], [member]);
      assert.equal(misfit(guarded.api, endpoint, received), undefined);
    });

    const foreign = guarded.foreign?.[member.replace(isId, '')] ?? [];
    for (const id of isId.test(member) ? foreign : []) {
      test(`with the ${member} ${id} of another organization is refused`, async () => {
        const { body: good = {} } = sampleOf(guarded, name);
        const isNumber = /^\d+$/.test(id) && [type].flat().includes('integer');
        const others = Object.entries(good).filter(
          ([other]) => !isId.test(other) || schema.required?.includes(other),
        );
        const given = { ...Object.fromEntries(others), [member]: isNumber ? Number(id) : id };
        const body = JSON.stringify(given);

        const received = await send(endpoint.method, target, guarded.welcome, { body });

        const { api, foreignIs = missing } = guarded;
        const code = foreignIs.find((one) => wordOf(api, one) === wordIn(received));
        assert.equal(received.status, code && errors[code].status, JSON.stringify(received.body));
        assert.equal(misfit(guarded.api, endpoint, received), undefined);
      });
    }
  }
}

/** A method that a path does not have is a 405 that lists those it has. */
function refusesOtherMethods(guarded: Guarded, places: readonly Place[]): void {
  const byPath = Map.groupBy(places, ({ path }) => path.replace(/:\w+/g, ':'));
  for (const known of byPath.values()) {
    const { path, endpoint } = known[0] as Place;
    // Also those of a path with a parameter there: it takes what this one does not.
    const taking = places.filter((other) => isCovered(path, other.path));
    const own: string[] = taking.map(({ endpoint: { method } }) => method);
    const allowed = new Set(own.includes('GET') ? [...own, 'HEAD'] : own);
    for (const method of methods.filter((one) => !allowed.has(one))) {
      test(`${method} ${path} is a 405 that lists what it takes`, async () => {
        const received = await send(method, fill(path, guarded), guarded.welcome);

        assertRefused(guarded, { name: '', endpoint, path }, received, 'method_not_allowed');
        const listed = received.headers.get('allow')?.split(', ');
        assert.deepEqual(new Set(listed), allowed);
      });
    }
  }
}

function isCovered(path: string, by: string): boolean {
  return new RegExp(`^${by.replace(/:\w+/g, '[^/]+')}$`).test(path);
}

function missesOtherPaths({ api, welcome }: Guarded): void {
  const paths = Object.values<Endpoint>(api.endpoints).flatMap(({ path, aliases = [] }) => [
    path,
    ...aliases,
  ]);
  const isTaken = (prefix: string) => paths.some((path) => path.startsWith(`${prefix}/:`));
  for (const prefix of api.prefixes.filter((one) => !isTaken(one))) {
    for (const method of ['GET', 'POST']) {
      test(`${method} ${prefix}/nothing is a 404 in the form of the API`, async () => {
        const received = await send(method, `${prefix}/nothing`, welcome);

        assert.equal(received.status, 404);
        assert.equal(wordIn(received), wordOf(api, 'not_found'));
        assert.equal(received.headers.get('x-request-id'), requestIdIn(received));
      });
    }
  }
}

function answersFit(
  guarded: Guarded,
  endpoints: readonly (readonly [string, Endpoint])[],
  places: readonly Place[],
): void {
  const walk = Object.keys(guarded.samples ?? {});
  test('there is a sample of every endpoint', () => {
    assert.deepEqual(walk.toSorted(), endpoints.map(([name]) => name).sort());
  });

  for (const place of walk.flatMap((one) => places.filter(({ name }) => name === one))) {
    const { endpoint, path, name } = place;
    test(`what ${endpoint.method} ${path} answers fits its schema, to the member`, async () => {
      const { params, query } = sampleOf(guarded, name);
      const sent = {
        ...bodyFor(guarded, name),
        query: query ? `?${new URLSearchParams(query)}` : '',
      };
      const target = fill(path, guarded, params ?? (await sparesFor(guarded, place)));

      const received = await send(endpoint.method, target, guarded.welcome, sent);

      assert.equal(received.status, endpoint.status, JSON.stringify(received.body));
      assert.equal(misfit(guarded.api, endpoint, received), undefined);
      if (Array.isArray(received.body)) assert.notEqual(received.body.length, 0);
    });
  }
}

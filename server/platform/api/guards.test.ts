import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Endpoint, Method } from '../../../contract/endpoint.ts';
import { scheduling as api, schedulingScopes } from '../../../contract/scheduling/index.ts';
import { readId } from '../../runtime/ids.ts';
import { makeClient } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { misfit, type Received } from './testing/fitting.ts';
import { book, makeWorld, patientOf, type World } from './testing/world.ts';

const app = await startServer();
const world = await makeWorld(app);
const foreign = await makeWorld(app);
const endpoints = Object.entries(api.endpoints as Record<string, Endpoint>);
const places = endpoints.flatMap(([name, endpoint]) =>
  [endpoint.path, ...(endpoint.aliases ?? [])].map((path) => ({ name, endpoint, path })),
);

type Sent = { token?: string; body?: string; type?: string; query?: string; method?: string };

async function send(method: string, path: string, sent: Sent = {}): Promise<Received> {
  const { token, body, type = 'application/json', query = '' } = sent;
  const response = await fetch(app.url + path + query, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: token }),
      ...(body === undefined ? {} : { 'content-type': type }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
}

type Noun = 'practice' | 'location' | 'booking' | 'appointment';

/** Which noun the id in a path is of. */
function nounIn(path: string): Noun {
  const noun = /\/(practice|location|booking|appointment)s?\/:id/.exec(path)?.[1];
  assert.ok(noun, path);
  return noun as Noun;
}

const fill = (path: string, id: string) => path.replace(':id', id);
const reachable = (path: string) =>
  path.includes(':id') ? fill(path, world.ids[nounIn(path)]) : path;
const slugIn = ({ body }: Received) => (body as { status?: string }).status;

function bodyFor(name: string, { ids, day }: World): object | undefined {
  const bodies: Record<string, object> = {
    createBooking: { location_id: ids.location, doctor_id: ids.doctor, start: `${day}T20:00` },
    updateBooking: { length: 45 },
    createPatient: patientOf(ids.booking),
  };
  return bodies[name];
}

const textFor = (name: string) => {
  const body = bodyFor(name, world);
  return body === undefined ? {} : { body: JSON.stringify(body) };
};
const queryFor = (name: string) => {
  if (name === 'listFormGuids') return `?since=${app.clock.now().toISOString()}`;
  return name === 'getForm' ? `?appointment_guid=${world.ids.guid}` : '';
};

function assertFits(endpoint: Endpoint, answer: Received): void {
  assert.equal(misfit(api, endpoint, answer), undefined);
}

for (const { name, endpoint, path } of places) {
  const { method, scope } = endpoint;
  if (scope === 'public') continue;
  describe(`${method} ${path}`, () => {
    test('without a token is unauthorized', async () => {
      const answer = await send(method, reachable(path), textFor(name));

      assert.equal(answer.status, 401);
      assertFits(endpoint, answer);
    });

    test(`with every scope but ${scope} is forbidden`, async () => {
      const scopes = schedulingScopes.filter((one) => one !== scope);
      const { token } = await makeClient(app, world.organization, { scopes });

      const answer = await send(method, reachable(path), { token, ...textFor(name) });

      assert.equal(answer.status, 403);
      assert.equal(slugIn(answer), 'unauthorized');
      assertFits(endpoint, answer);
    });

    if (path.includes(':id')) {
      const strange: [string, () => string][] = [
        ['of another organization', () => foreign.ids[nounIn(path)]],
        ['of another organization as an integer', () => integerOf(path)],
        ['of nothing', () => '999999999'],
        ['beyond every integer', () => '99999999999999999999'],
        ['that is no id', () => 'no-id'],
        ['that has a NUL', () => '%00'],
      ];
      for (const [what, id] of strange) {
        test(`with an id ${what} is not found`, async () => {
          const sent = { token: world.token, ...textFor(name) };

          const answer = await send(method, fill(path, id()), sent);

          assert.equal(answer.status, 404);
          assertFits(endpoint, answer);
        });
      }
    }

    if (endpoint.body) refusesJunk(name, endpoint, path);
  });
}

function integerOf(path: string): string {
  const noun = nounIn(path);
  const id = foreign.ids[noun];
  return noun === 'appointment' ? foreign.ids.guid : String(readId(noun, id));
}

function refusesJunk(name: string, endpoint: Endpoint, path: string): void {
  const junk: [string, string, string?][] = [
    ['that is no JSON', '{"length":'],
    ['of words', 'length=30'],
    ['that is a list', '[]'],
    ['that is null', 'null'],
    ['that is a number', '30'],
    ['that is a text', '"{}"'],
    ['with a prototype', '{"__proto__":{"length":30}}'],
    ['with a constructor', '{"constructor":{"prototype":{"length":30}}}'],
    ['of bytes that are no text', '{"start":"\u0000"}'],
    ['with a form', 'length=30', 'application/x-www-form-urlencoded'],
    ['with XML', '<length>30</length>', 'application/xml'],
    ['with plain text', 'length', 'text/plain'],
    ['with a type of junk', '{}', 'junk'],
  ];
  for (const [what, body, type] of junk) {
    test(`with a body ${what} is refused`, async () => {
      const sent = { token: world.token, body, ...(type ? { type } : {}) };

      const answer = await send(endpoint.method, reachable(path), sent);

      const isTaken = name === 'updateBooking' && /constructor/.test(body);
      assert.ok(isTaken || [400, 415].includes(answer.status), String(answer.status));
      assertFits(endpoint, answer);
    });
  }

  const { properties } = endpoint.body as unknown as { properties: Record<string, object> };
  for (const member of Object.keys(properties)) {
    test(`with a ${member} of a wrong type is refused, and ${member} is named`, async () => {
      const body = JSON.stringify({ ...bodyFor(name, world), [member]: { wrong: true } });

      const answer = await send(endpoint.method, reachable(path), { token: world.token, body });

      assert.equal(answer.status, 400);
      const { errors } = answer.body as { errors: { field: string }[] };
      assert.deepEqual(
        errors.map(({ field }) => field),
        [member],
      );
      assertFits(endpoint, answer);
    });
  }
}

describe('an id in a body that is of another organization is refused, and its member named:', () => {
  const cases: [string, Method, () => string, 'location' | 'doctor' | 'booking'][] = [
    ['createBooking', 'POST', () => '/scheduling/bookings', 'location'],
    ['createBooking', 'POST', () => '/scheduling/bookings', 'doctor'],
    ['updateBooking', 'PUT', () => `/scheduling/bookings/${world.ids.booking}`, 'location'],
    ['updateBooking', 'PUT', () => `/scheduling/bookings/${world.ids.booking}`, 'doctor'],
    ['createPatient', 'POST', () => '/scheduling/patients', 'booking'],
  ];
  for (const [name, method, path, noun] of cases) {
    for (const form of ['short', 'integer'] as const) {
      test(`${name} with the ${form} ${noun}_id`, async () => {
        const short = foreign.ids[noun];
        const id = form === 'short' ? short : readId(noun, short);
        const body = JSON.stringify({ ...bodyFor(name, world), [`${noun}_id`]: id });

        const answer = await send(method, path(), { token: world.token, body });

        assert.equal(answer.status, 400);
        assert.ok(['invalid_request', 'booking_not_available'].includes(slugIn(answer) ?? ''));
        assertFits(api.endpoints[name as keyof typeof api.endpoints], answer);
      });
    }
  }
});

test('a foreign form is not found', async () => {
  const query = `?appointment_guid=${foreign.ids.guid}`;

  const answer = await send('GET', '/forms/form', { token: world.token, query });

  assert.equal(answer.status, 404);
  assertFits(api.endpoints.getForm, answer);
});

describe('a method that a path does not have is a 405 that lists those it has:', () => {
  const byPath = Map.groupBy(places, ({ path }) => path);
  for (const [path, known] of byPath) {
    const own: string[] = known.map(({ endpoint }) => endpoint.method);
    const allowed = new Set(own.includes('GET') ? [...own, 'HEAD'] : own);
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (allowed.has(method)) continue;
      test(`${method} ${path}`, async () => {
        const answer = await send(method, reachable(path), { token: world.token });

        assert.equal(answer.status, 405);
        const listed = answer.headers.get('allow')?.split(', ');
        assert.deepEqual(new Set(listed), allowed);
        assertFits(known[0]!.endpoint, answer);
      });
    }
  }
});

describe('every answer fits its schema, to the member:', () => {
  const walk = [
    'listPractices',
    'listLocations',
    'listDoctors',
    'createBooking',
    'getBooking',
    'updateBooking',
    'listPracticeBookings',
    'listLocationBookings',
    'createPatient',
    'listPatients',
    'listAppointments',
    'listFormGuids',
    'getForm',
    'cancelAppointment',
    'deleteBooking',
    'brewCoffee',
  ];

  test('the walk leaves no endpoint out', () => {
    assert.deepEqual(walk.toSorted(), endpoints.map(([name]) => name).sort());
  });

  for (const name of walk) {
    for (const { endpoint, path } of places.filter((place) => place.name === name)) {
      test(`${endpoint.method} ${path}`, async () => {
        const spare = name === 'deleteBooking' ? await makeSpare() : undefined;
        const target = spare ? fill(path, spare) : reachable(path);
        const sent = { token: world.token, ...textFor(name), query: queryFor(name) };

        const answer = await send(endpoint.method, target, sent);

        assert.equal(answer.status, endpoint.status);
        assertFits(endpoint, answer);
        if (Array.isArray(answer.body)) assert.notEqual(answer.body.length, 0);
      });
    }
  }

  const makeSpare = () =>
    book(world.client, {
      location: world.location,
      doctor: world.doctor,
      start: `${world.day}T22:00`,
    });
});

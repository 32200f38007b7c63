import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import Type from 'typebox';
import { type Api, endpoint } from './endpoint.ts';
import { openapi } from './openapi.ts';
import { scheduling, schedulingScopes } from './scheduling/index.ts';
import { sync } from './sync/index.ts';

const server = { url: 'https://heddle.example', version: '1.2.3' };

type Parameter = { name: string; in: string; required?: true; schema: Record<string, unknown> };
type Answer = { description: string; headers?: object; content: Record<string, object> };
type Operation = {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, object> };
  responses: Record<string, Answer>;
  security: object[];
  'x-internal'?: true;
};
type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
};

const document = openapi(scheduling, server) as Document;

/** An API that has what no other here has yet. */
const sample: Api = {
  name: 'sample',
  title: 'Sample',
  description: 'A sample.',
  error: Type.Object({ error: Type.String() }, { title: 'Problem' }),
  commonErrors: ['unauthorized', 'missing_scope', 'internal_error'],
  prefixes: ['/sample'],
  endpoints: {
    getThing: endpoint({
      method: 'GET',
      path: '/sample/things/:id',
      aliases: ['/sample/thing/:id', '/sample/a/thing/:id'],
      summary: 'Get a thing',
      scope: 'things/get',
      params: Type.Object({ id: Type.String() }),
      status: 200,
      answer: Type.Array(Type.Object({ id: Type.String() }, { title: 'SmallThing' })),
      errors: ['not_found'],
    }),
  },
};

for (const [name, made] of [
  ['Scheduling', document],
  ['an API without tokens of its own', openapi(sample, server)],
] as const) {
  test(`the document of ${name} is valid OpenAPI 3.1`, async () => {
    const validator = new Validator();

    const result = await validator.validate(structuredClone(made) as Record<string, unknown>);

    assert.ok(result.valid, JSON.stringify(result.errors, null, 2));
    assert.equal(validator.version, '3.1');
  });
}

test('every endpoint is in the document under its name, and so is every alias', () => {
  const names = operationsOf(document).map(({ operationId }) => operationId);

  assert.deepEqual(
    Object.keys(scheduling.endpoints).filter((name) => !names.includes(name)),
    [],
  );
  assert.ok(names.includes('listPatientsAlias') && names.includes('createToken'));
  assert.equal(new Set(names).size, names.length);
});

test('a second alias has a name of its own', () => {
  const { paths } = openapi(sample, server) as Document;

  assert.equal(paths['/sample/a/thing/{id}']?.get?.operationId, 'getThingAlias2');
});

test('an alias says which path it is another spelling of, and is not in the reference', () => {
  const alias = document.paths['/scheduling/practice/{id}/patients']!.get!;

  assert.match(
    alias.description!,
    /^Another spelling of `\/scheduling\/practices\/\{id\}\/patients`\./,
  );
  assert.equal(alias['x-internal'], true);
});

test('a body whose members may all be left out is shown so, and with an example', () => {
  const { paths } = openapi(sync, server) as Document;

  const [run, create] = ['/v1/syncs/{sync}/run', '/v1/syncs'].map(
    (path) => paths[path]?.post?.requestBody,
  );

  assert.deepEqual([run?.required, create?.required], [false, true]);
  assert.partialDeepStrictEqual(create?.content, {
    'application/json': { example: { schedule: 'hourly' } },
  });
});

test('a list in the query is documented as it is sent', () => {
  const { parameters } = document.paths['/scheduling/locations/{id}/bookings']!.get!;

  const status = parameters.find((one) => one.in === 'query');

  assert.deepEqual(status, {
    name: 'status[]',
    in: 'query',
    description:
      'The key may come as `status[]`, `status[0]` or `status`, several times, or once with commas; by default open.',
    style: 'form',
    explode: true,
    schema: {
      type: 'array',
      maxItems: 20,
      items: {
        type: 'string',
        enum: ['open', 'pending', 'booked'],
        description: (status!.schema.items as { description: string }).description,
      },
    },
  });
});

test('the errors of an endpoint are listed by status, in the words of the wire', () => {
  const { responses } = document.paths['/scheduling/bookings/{id}']!.put!;

  const forbidden = responses[403]!.description;

  assert.deepEqual(
    Object.keys(responses),
    '200 400 401 403 404 406 410 413 415 429 500 503'.split(' '),
  );
  assert.match(forbidden, /`unauthorized`: .+\n\n`forbidden`: /);
  assert.match(responses[400]!.description, /`doctor_unavailable`: /);
});

test('an answer says how many requests are left, and a refusal when to come again', () => {
  const { responses } = document.paths['/scheduling/practices']!.get!;

  const headers = (status: number) => Object.keys(responses[status]!.headers ?? {});

  const allowance = ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'];
  assert.deepEqual(headers(200), allowance);
  assert.deepEqual(headers(401), ['WWW-Authenticate']);
  assert.deepEqual(headers(429), ['Retry-After', ...allowance]);
  assert.deepEqual(headers(503), ['Retry-After']);
});

test('the errors of an API have one schema', () => {
  const { responses } = document.paths['/scheduling/bookings/{id}']!.get!;

  const schemas = [401, 404, 500].map((status) => responses[status]!.content['application/json']);

  const reference = { schema: { $ref: '#/components/schemas/Error' } };
  assert.deepEqual(schemas, [reference, reference, reference]);
});

test('a public endpoint asks for nothing and refuses nobody', () => {
  const { security, responses } = document.paths['/scheduling/coffee']!.post!;

  assert.deepEqual(security, []);
  assert.deepEqual(Object.keys(responses), ['418', '500', '503']);
});

test('an idempotent endpoint takes a key', () => {
  const { parameters } = document.paths['/scheduling/patients']!.post!;

  assert.deepEqual(
    parameters.map(({ name, in: place }) => [name, place]),
    [['Idempotency-Key', 'header']],
  );
});

test('tokens are asked for as RFC 6749 says, by form or JSON', () => {
  const { requestBody, responses, security } = document.paths['/oauth2/token']!.post!;

  const types = ['application/x-www-form-urlencoded', 'application/json'];
  assert.deepEqual(Object.keys(requestBody!.content), types);
  assert.deepEqual(security, [{ client: [] }, {}]);
  for (const status of [400, 401]) {
    const text = JSON.stringify(responses[status]!.content);
    assert.match(text, /error_description/);
    assert.doesNotMatch(text, /request_id/);
  }
});

test('the scopes of the tokens are those that the endpoints ask for', () => {
  const { oauth2 } = document.components.securitySchemes;

  const { clientCredentials } = (oauth2 as { flows: { clientCredentials: object } }).flows;

  const { tokenUrl, scopes } = clientCredentials as { tokenUrl: string; scopes: object };
  assert.equal(tokenUrl, 'https://heddle.example/oauth2/token');
  assert.deepEqual(Object.keys(scopes), schedulingScopes);
});

test('a schema with a title is written once', () => {
  const { components, paths } = openapi(sample, server) as Document;

  const { responses } = paths['/sample/things/{id}']!.get!;

  assert.deepEqual(Object.keys(components.schemas), ['SmallThing', 'Problem']);
  assert.deepEqual(responses[404]!.content['application/json'], {
    schema: { $ref: '#/components/schemas/Problem' },
  });
});

function operationsOf({ paths }: Document): Operation[] {
  return Object.values(paths).flatMap((methods) => Object.values(methods));
}

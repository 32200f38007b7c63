import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Check } from 'typebox/value';
import { apis } from './apis.ts';
import { type Endpoint, sessionScopes } from './endpoint.ts';
import { type ErrorCode, errors, slugOf } from './errors.ts';
import { oauth } from './oauth.ts';
import { openapi } from './openapi.ts';
import type { ProductWords } from './product.ts';
import * as products from './products.ts';
import { sync } from './sync/index.ts';

type Shown = {
  tags: { name: string }[];
  paths: Record<string, Record<string, { tags: string[] }>>;
};
type Named = readonly [name: string, endpoint: Endpoint];
const endpoints: Named[] = [...apis.map((api) => api.endpoints), oauth].flatMap((some) =>
  Object.entries<Endpoint>(some),
);

test('a scope is a group and the verb of the method, or asks for a session', () => {
  const wrong = endpoints.filter(
    ([, { scope, method }]) =>
      scope !== 'public' &&
      !sessionScopes.includes(scope) &&
      !(/^[a-z]+(_[a-z]+)*\/[a-z]+$/.test(scope) && scope.endsWith(`/${method.toLowerCase()}`)),
  );

  assert.deepEqual(namesOf(wrong), []);
});

test('every error code is in the table, and is named once', () => {
  const lists: (readonly string[])[] = [
    ...endpoints.map(([, endpoint]) => endpoint.errors ?? []),
    ...apis.map((api) => api.commonErrors),
  ];

  const wrong = lists.filter(
    (codes) => new Set(codes).size < codes.length || codes.some((code) => !(code in errors)),
  );

  assert.deepEqual(wrong, []);
});

test('no endpoint names an error that every endpoint of its API has', () => {
  const wrong = apis.flatMap(({ endpoints, commonErrors }) =>
    Object.entries(endpoints).filter(([, endpoint]) =>
      endpoint.errors?.some((code) => commonErrors.includes(code)),
    ),
  );

  assert.deepEqual(namesOf(wrong), []);
});

test('the parameters of every path, and of its other spellings, have a schema each', () => {
  const wrong = endpoints.filter(([, endpoint]) => {
    const declared = Object.keys(endpoint.params?.properties ?? {}).sort();
    return pathsOf(endpoint).some((path) => parametersOf(path).join() !== declared.join());
  });

  assert.deepEqual(namesOf(wrong), []);
});

test('what can be refused by its shape has invalid_request among its errors', () => {
  const wrong = endpoints.filter(
    ([, { query, body, errors = [], path }]) =>
      (query || body) && !errors.includes('invalid_request') && path !== oauth.createToken.path,
  );

  assert.deepEqual(namesOf(wrong), []);
});

test('what has no answer to keep, or takes raw bytes, has no idempotency key', () => {
  const wrong = endpoints.filter(
    ([, { idempotent, rawBytesMax, status }]) =>
      idempotent && (rawBytesMax !== undefined || status === 204),
  );

  assert.deepEqual(namesOf(wrong), []);
});

test('what Sync is asked to do can be asked again under the same key', () => {
  // These only look, and their answers hold records, which are kept nowhere.
  const looking: readonly string[] = [
    ...['issueToken', 'testTransform', 'previewSync', 'queryData', 'dryRunWorkflow'],
  ];
  const wrong = Object.entries<Endpoint>(sync.endpoints).filter(
    ([name, { method, idempotent }]) => method === 'POST' && !looking.includes(name) && !idempotent,
  );

  assert.deepEqual(namesOf(wrong), []);
});

test('a word belongs to one product, and is `<noun>.<verb>` where something happens', () => {
  const words: readonly ProductWords[] = Object.values(products);
  const ofAll = (name: Exclude<keyof ProductWords, 'pages'>) =>
    words.flatMap((one) => (Array.isArray(one[name]) ? one[name] : Object.keys(one[name])));
  const happenings = [...ofAll('events'), ...ofAll('actions')];

  assert.deepEqual(repeated(ofAll('nouns')), []);
  assert.deepEqual(repeated(ofAll('errors')), []);
  assert.deepEqual(repeated(ofAll('events')), []);
  assert.deepEqual(repeated(ofAll('actions')), []);
  assert.deepEqual(
    happenings.filter((one) => !/^[a-z]+\.[a-z]+(_[a-z]+)*$/.test(one)),
    [],
  );
});

test('no two endpoints have the same method and path', () => {
  const lines = endpoints.flatMap(([, endpoint]) =>
    pathsOf(endpoint).map((path) => `${endpoint.method} ${path.replace(/:\w+/g, ':')}`),
  );

  assert.deepEqual(repeated(lines), []);
});

test('no two operations have the same name', () => {
  assert.deepEqual(repeated(namesOf(endpoints)), []);
});

test('a path begins with a prefix of its API', () => {
  const wrong = apis.flatMap(({ prefixes, endpoints }) =>
    Object.entries(endpoints).filter(([, endpoint]) =>
      pathsOf(endpoint).some(
        (path) => !prefixes.some((prefix) => `${path}/`.startsWith(`${prefix}/`)),
      ),
    ),
  );

  assert.deepEqual(namesOf(wrong), []);
});

test('reading takes no body and no idempotency key', () => {
  const wrong = endpoints.filter(
    ([, { method, body, idempotent }]) => method === 'GET' && (body || idempotent),
  );

  assert.deepEqual(namesOf(wrong), []);
});

test('whatever is sent has a bound: texts a length, lists a number of elements', () => {
  const unbounded = endpoints.flatMap(([name, { body, query, params }]) =>
    Object.entries({ body, query, params }).flatMap(([part, schema]) =>
      unboundedIn(schema).map((path) => `${name} ${part}${path}`),
    ),
  );

  assert.deepEqual(unbounded, []);
});

test('an example is a body that its endpoint takes', () => {
  const shown = endpoints.filter(([, { example }]) => example !== undefined);

  const wrong = shown.filter(([, { body, example }]) => !body || !Check(body, example));

  assert.ok(shown.length > 0);
  assert.deepEqual(namesOf(wrong), []);
});

test('what is said of groups is said of those that there are', () => {
  for (const api of apis) {
    const { tags, paths } = openapi(api, { url: 'https://heddle.example', version: '1' }) as Shown;
    const used = Object.values(paths).flatMap((methods) =>
      Object.values(methods).flatMap((operation) => operation.tags),
    );
    assert.deepEqual(
      tags.map(({ name }) => name).filter((name) => !used.includes(name)),
      [],
    );
  }
});

test('a summary is a phrase without a full stop', () => {
  const wrong = endpoints.filter(([, { summary }]) => !/^[A-Z].*[^.\s]$/.test(summary));

  assert.deepEqual(namesOf(wrong), []);
});

test('every description ends with a full stop', () => {
  const all = [
    ...descriptionsIn([apis, oauth]),
    ...Object.values(errors).map((one) => one.message),
  ];

  const wrong = all.filter((text) => !/\S\.$/.test(text));

  assert.deepEqual(wrong, []);
  assert.ok(all.length > 50);
});

type Bounded = {
  type?: string | string[];
  anyOf?: Bounded[];
  items?: Bounded;
  properties?: Record<string, Bounded>;
  pattern?: string;
};

/** A pattern counts when it is short work itself: anchored, and without a repetition that has no end. */
function unboundedIn(schema: Bounded | undefined, path = ''): string[] {
  if (!schema) return [];
  const { type, anyOf = [], items, properties = {}, pattern = '+' } = schema;
  const types = [type ?? []].flat();
  const isText = types.includes('string');
  const bounds = ['const', 'enum', 'maxLength', 'format'].some((one) => one in schema);
  const isBounded = bounds || (pattern.startsWith('^') && !/[*+]|,\}/.test(pattern));
  const isList = types.includes('array');
  return [
    ...(isText && !isBounded ? [path] : []),
    ...(isList && !('maxItems' in schema) ? [path] : []),
    ...anyOf.flatMap((one) => unboundedIn(one, path)),
    ...unboundedIn(items, `${path}[]`),
    ...Object.entries(properties).flatMap(([name, one]) => unboundedIn(one, `${path}.${name}`)),
  ];
}

function namesOf(some: readonly Named[]): string[] {
  return some.map(([name]) => name);
}

function pathsOf({ path, aliases = [] }: Endpoint): string[] {
  return [path, ...aliases];
}

function parametersOf(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => String(name)).sort();
}

function repeated(texts: string[]): string[] {
  return texts.filter((text, index) => texts.indexOf(text) < index);
}

/** Those of APIs, endpoints, schemas and headers alike. */
function descriptionsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    if (key === 'answerHeaders') return Object.values<string>(member);
    if (key === 'description' && typeof member === 'string') return [member];
    return descriptionsIn(member);
  });
}

test('the documentation lists every error as it is told', () => {
  const docs = join(import.meta.dirname, '../docs');
  const text = globSync('*.md', { cwd: docs })
    .map((name) => readFileSync(join(docs, name), 'utf8'))
    .join('');

  const missing = Object.keys(errors).filter((code) => {
    const { status, message } = errors[code as ErrorCode];
    return !text.includes(`| ${status} | \`${slugOf(code as ErrorCode)}\` | ${message} |`);
  });

  assert.deepEqual(missing, []);
});

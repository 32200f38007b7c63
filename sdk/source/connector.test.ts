import assert from 'node:assert/strict';
import { test } from 'node:test';
import Type from 'typebox';
import { type Definition, defineConnector, type FromSchema, manifestOf } from './index.ts';

type Is<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles when it is true. */
function holds<_T extends true>(): void {}

const answers = { check: () => ({ ok: true }), discover: () => ({ objects: [] }) };
const empty = { type: 'object' } as const;

test('config and credentials have the types of their schemas', () => {
  defineConnector({
    ...answers,
    provider: 'typed',
    configSchema: {
      type: 'object',
      properties: {
        office: { type: 'string' },
        region: { enum: ['eu', 'us'] },
        size: { type: ['integer', 'null'] },
        tags: { type: 'array', items: { type: 'string' } },
        nested: { type: 'object', properties: { on: { type: 'boolean' } }, required: ['on'] },
      },
      required: ['office', 'tags', 'nested'],
    },
    credentialsSchema: { anyOf: [], type: 'object' },
    read: ({ config }) => {
      holds<Is<typeof config.office, string>>();
      holds<Is<typeof config.region, 'eu' | 'us' | undefined>>();
      holds<Is<typeof config.size, number | null | undefined>>();
      holds<Is<typeof config.tags, string[]>>();
      holds<Is<typeof config.nested, { on: boolean }>>();
      return { records: [{ office: config.office }] };
    },
  });
});

test('schemas of TypeBox have the types that they say', () => {
  const configSchema = Type.Object({
    office: Type.String(),
    pages: Type.Optional(Type.Integer()),
    kind: Type.Union([Type.Literal('a'), Type.Literal('b')]),
  });
  type Config = FromSchema<typeof configSchema>;
  holds<Is<Config['office'], string>>();
  holds<Is<Config['pages'], number | undefined>>();
  holds<Is<Config['kind'], 'a' | 'b'>>();

  const connector = defineConnector({
    ...answers,
    provider: 'boxed',
    configSchema,
    credentialsSchema: Type.Object({ token: Type.String() }),
    read: ({ config, credentials }) => ({ records: [{ [config.kind]: credentials.token }] }),
  });

  assert.deepEqual(manifestOf(connector).credentials_schema, {
    type: 'object',
    properties: { token: { type: 'string' } },
    required: ['token'],
  });
});

test('what is no connector is refused with what is missing', () => {
  const right = {
    ...answers,
    provider: 'right',
    configSchema: empty,
    credentialsSchema: empty,
    read: () => ({ records: [] }),
  };
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ provider: 'Wrong Name' }, /`provider` must be/],
    [{ configSchema: { type: 'string' } }, /`configSchema` must be/],
    [{ credentialsSchema: undefined }, /`credentialsSchema` must be/],
    [{ check: undefined }, /`check` must be a function/],
    [{ query: {} }, /`query` must be a function/],
    [{ read: undefined }, /it needs `read` or `write`/],
  ];

  assert.equal(defineConnector(right).provider, 'right');
  for (const [change, why] of wrong) {
    const given = { ...right, ...change } as Definition<object, object>;
    assert.throws(() => defineConnector(given), why);
  }
});

test('the manifest says what a connector can', () => {
  const connector = defineConnector({
    ...answers,
    provider: 'writer',
    configSchema: empty,
    credentialsSchema: empty,
    hosts: ['api.example.com'],
    operations: ['insert'],
    write: ({ records }) => ({ results: records.map((_, index) => ({ index, status: 'ok' })) }),
  });

  assert.deepEqual(manifestOf(connector), {
    config_schema: empty,
    credentials_schema: empty,
    capabilities: { read: false, write: true, query: false, operations: ['insert'] },
    hosts: ['api.example.com'],
  });
});

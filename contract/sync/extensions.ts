import Type from 'typebox';
import { endpoint, Nothing } from '../endpoint.ts';
import { Optionally, OrNull, Timestamp } from '../shapes.ts';
import { ExtensionManifest } from './extension-protocol.ts';
import { Body, Id, ListQuery, listHeaders, Name, OneOf, OptionalName, PathOf } from './shapes.ts';

export const extensionTypes = ['http', 'javascript'] as const;

/** Of a connector that is no part of this server. */
export const ProviderName = Type.String({
  pattern: '^[a-z][a-z0-9_-]{1,62}$',
  description: 'Small letters, digits, `-` and `_`, not the name of a built-in provider.',
  examples: ['labcases'],
});

/** Semantic versioning, without build metadata: https://semver.org */
export const ExtensionVersion = Type.String({
  pattern: '^(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})(-[0-9A-Za-z.-]{1,50})?$',
  examples: ['1.0.0'],
});

const Url = Type.String({ minLength: 1, maxLength: 2_000, pattern: '^https?://' });
/** A request has a mebibyte. */
const Code = Type.String({ minLength: 1, maxLength: 1_000_000 });

const GivenManifest = Body(ExtensionManifest.properties);

const members = {
  id: Id('extension'),
  name: Type.String(),
  provider: Type.String(),
  version: Type.String(),
  type: OneOf(extensionTypes),
  url: OrNull(Type.String({ description: 'Of `http`: below it are the calls.' })),
  manifest: ExtensionManifest,
  created_at: Timestamp,
  updated_at: Timestamp,
};

export const Extension = Type.Object(members, { title: 'Extension' });

const ExtensionWithSecret = Type.Object(
  {
    ...members,
    secret: Type.Optional(
      Type.String({ description: 'Of `http`: by it requests are signed. It is shown this once.' }),
    ),
  },
  { title: 'ExtensionWithSecret' },
);

const changes = {
  name: OptionalName,
  url: Optionally(Url),
  manifest: Optionally(GivenManifest),
};
const one = { params: PathOf('extension') };
const hosts = ['api.labcases.example'];

export const extensions = {
  createExtension: endpoint({
    method: 'POST',
    path: '/v1/extensions',
    summary: 'Register an extension',
    description:
      'A connector of your own, under a provider name of its own: an HTTP server that answers the ' +
      'calls, or a bundle of JavaScript whose default export, or `module.exports`, is the connector. ' +
      'Another version of a provider is registered beside the first. New connections take the newest; ' +
      'those that exist stay with theirs until their `provider_version` is changed.',
    scope: 'extensions/post',
    outside: true,
    idempotent: true,
    secret: true,
    body: Body({
      name: Name,
      provider: ProviderName,
      version: ExtensionVersion,
      type: OneOf(extensionTypes),
      url: Optionally(Url),
      code: Optionally(Code),
      manifest: Optionally(GivenManifest),
    }),
    example: {
      name: 'Lab cases',
      provider: 'labcases',
      version: '1.0.0',
      type: 'http',
      url: 'https://connector.labcases.example/heddle',
      manifest: {
        credentials_schema: {
          type: 'object',
          required: ['token'],
          properties: { token: { type: 'string' } },
        },
        hosts,
      },
    },
    status: 201,
    answer: ExtensionWithSecret,
    errors: ['invalid_request', 'extension_exists'],
  }),
  listExtensions: endpoint({
    method: 'GET',
    path: '/v1/extensions',
    summary: 'List extensions',
    description: 'Each version is one of its own. Newest first.',
    scope: 'extensions/get',
    query: ListQuery,
    status: 200,
    answer: Type.Array(Extension),
    answerHeaders: listHeaders,
    errors: ['invalid_request'],
  }),
  getExtension: endpoint({
    method: 'GET',
    path: '/v1/extensions/:extension',
    summary: 'Get an extension',
    description: 'All of it but its secret; of JavaScript with its code.',
    scope: 'extensions/get',
    ...one,
    status: 200,
    answer: Type.Object(
      { ...members, code: OrNull(Type.String()) },
      { title: 'ExtensionWithCode' },
    ),
    errors: ['not_found'],
  }),
  putExtension: endpoint({
    method: 'PUT',
    path: '/v1/extensions/:extension',
    summary: 'Change an extension',
    description:
      'Changes the members that are given. What a version does stays as it is: other code is another ' +
      'version. While connections use it, `url` stays at its host, and `manifest.hosts` names no ' +
      'further ones: their credentials go where whoever gave them sent them.',
    scope: 'extensions/put',
    ...one,
    body: Body(changes),
    example: { name: 'Lab cases (old)' },
    status: 200,
    answer: Extension,
    errors: ['invalid_request', 'not_found', 'in_use'],
  }),
  patchExtension: endpoint({
    method: 'PATCH',
    path: '/v1/extensions/:extension',
    summary: 'Change members of an extension',
    description: 'As PUT.',
    scope: 'extensions/patch',
    ...one,
    body: Body(changes),
    example: { name: 'Lab cases (old)' },
    status: 200,
    answer: Extension,
    errors: ['invalid_request', 'not_found', 'in_use'],
  }),
  deleteExtension: endpoint({
    method: 'DELETE',
    path: '/v1/extensions/:extension',
    summary: 'Delete an extension',
    description:
      'This version. Refused while a connection uses it; with `force` those connections get the status ' +
      '"error", and what syncs them fails and says why.',
    scope: 'extensions/delete',
    ...one,
    query: Type.Object({ force: Type.Optional(Type.Boolean()) }),
    status: 204,
    answer: Nothing,
    errors: ['invalid_request', 'not_found', 'in_use'],
  }),
  rotateExtension: endpoint({
    method: 'POST',
    path: '/v1/extensions/:extension/rotate',
    summary: 'Give an extension another secret',
    description:
      'Of `http`. For 24 hours `X-ThreadSync-Signature` is by the old secret still, ' +
      '`X-ThreadSync-Signature-Next` by the new one, and `webhook-signature` holds both.',
    scope: 'extensions/post',
    idempotent: true,
    secret: true,
    ...one,
    status: 200,
    answer: ExtensionWithSecret,
    errors: ['invalid_request', 'not_found'],
  }),
};

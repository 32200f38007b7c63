import Type from 'typebox';
import { endpoint, Nothing } from '../endpoint.ts';
import { Optionally } from '../shapes.ts';
import {
  aliasOf,
  Body,
  Connection,
  FieldShape,
  JsonObject,
  JsonRecord,
  ListQuery,
  listHeaders,
  OptionalName,
  PathOf,
  Settings,
} from './shapes.ts';

const ProviderVersion = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'Of an extension; by default the newest one, and later the one that it has.',
});

const Check = Type.Object({
  check: Type.Optional(
    Type.Boolean({ description: 'false: without trying the credentials at the system.' }),
  ),
});

const changes = {
  name: OptionalName,
  provider_version: Optionally(ProviderVersion),
  config: Optionally(Settings),
  credentials: Optionally(Settings),
};
const one = { params: PathOf('connection') };

export const connections = {
  listProviders: endpoint({
    method: 'GET',
    path: '/v1/providers',
    summary: 'List providers',
    description: 'The systems that can be connected, and what a connection to each takes.',
    scope: 'connections/get',
    status: 200,
    answer: Type.Array(
      Type.Object({
        provider: Type.String(),
        version: Type.Optional(
          Type.String({ description: 'Of an extension: the newest, which new connections take.' }),
        ),
        name: Type.String(),
        config_schema: JsonObject,
        credentials_schema: JsonObject,
        capabilities: Type.Object({
          read: Type.Boolean(),
          write: Type.Boolean(),
          query: Type.Boolean(),
          realtime: Type.Boolean(),
          create_object: Type.Boolean(),
          modes: Type.Array(Type.String()),
        }),
      }),
    ),
  }),
  listConnections: endpoint({
    method: 'GET',
    path: '/v1/connections',
    aliases: aliasOf('/v1/connections'),
    summary: 'List connections',
    description: 'Newest first.',
    scope: 'connections/get',
    query: ListQuery,
    status: 200,
    answer: Type.Array(Connection),
    answerHeaders: listHeaders,
    errors: ['invalid_request'],
  }),
  createConnection: endpoint({
    method: 'POST',
    path: '/v1/connections',
    aliases: aliasOf('/v1/connections'),
    summary: 'Create a connection',
    description:
      'The credentials are tried at the system; when they do not work the answer is a 201 all the same, ' +
      'with `status` "error" and the reason in `health.message`. They are never shown again.',
    scope: 'connections/post',
    outside: true,
    idempotent: true,
    query: Check,
    body: Body({
      provider: Type.String({ minLength: 1, maxLength: 100 }),
      provider_version: Optionally(ProviderVersion),
      name: Optionally(Type.String({ maxLength: 200 })),
      config: Optionally(Settings),
      credentials: Optionally(Settings),
    }),
    example: {
      provider: 'postgres',
      name: 'Shop',
      credentials: { url: 'postgres://reader:secret@db.shop.example/shop' },
    },
    status: 201,
    answer: Connection,
    errors: ['invalid_request'],
  }),
  getConnection: endpoint({
    method: 'GET',
    path: '/v1/connections/:connection',
    aliases: aliasOf('/v1/connections/:connection'),
    summary: 'Get a connection',
    description: 'All of it but its credentials.',
    scope: 'connections/get',
    ...one,
    status: 200,
    answer: Connection,
    errors: ['not_found'],
  }),
  putConnection: endpoint({
    method: 'PUT',
    path: '/v1/connections/:connection',
    aliases: aliasOf('/v1/connections/:connection'),
    summary: 'Change a connection',
    description: 'Changes the members that are given, as PATCH does; credentials as a whole.',
    scope: 'connections/put',
    outside: true,
    query: Check,
    ...one,
    body: Body(changes),
    example: { name: 'Shop, read-only' },
    status: 200,
    answer: Connection,
    errors: ['invalid_request', 'not_found'],
  }),
  patchConnection: endpoint({
    method: 'PATCH',
    path: '/v1/connections/:connection',
    aliases: aliasOf('/v1/connections/:connection'),
    summary: 'Change members of a connection',
    description: 'Changes the members that are given; credentials as a whole.',
    scope: 'connections/patch',
    outside: true,
    query: Check,
    ...one,
    body: Body(changes),
    example: { name: 'Shop, read-only' },
    status: 200,
    answer: Connection,
    errors: ['invalid_request', 'not_found'],
  }),
  deleteConnection: endpoint({
    method: 'DELETE',
    path: '/v1/connections/:connection',
    aliases: aliasOf('/v1/connections/:connection'),
    summary: 'Delete a connection',
    description:
      'Its syncs are stopped, and their runs cancelled. What its system keeps for syncs in realtime ' +
      'is dropped there before, if it can be reached.',
    scope: 'connections/delete',
    outside: true,
    ...one,
    status: 204,
    answer: Nothing,
    errors: ['not_found'],
  }),
  testConnection: endpoint({
    method: 'POST',
    path: '/v1/connections/:connection/test',
    aliases: aliasOf('/v1/connections/:connection/test'),
    summary: 'Test a connection',
    description: 'Tries the credentials at the system now; what came of it is in `health`.',
    scope: 'connections/post',
    idempotent: true,
    outside: true,
    ...one,
    status: 200,
    answer: Connection,
    errors: ['not_found'],
  }),
  listObjects: endpoint({
    method: 'GET',
    path: '/v1/connections/:connection/objects',
    aliases: aliasOf('/v1/connections/:connection/objects'),
    summary: 'List what a connection can read and write',
    description: 'Tables, views, files, objects: by name.',
    scope: 'connections/get',
    outside: true,
    ...one,
    query: Type.Object({
      ...ListQuery.properties,
      q: Type.Optional(Type.String({ maxLength: 200, description: 'Part of the name.' })),
    }),
    status: 200,
    answer: Type.Array(Type.Object({ name: Type.String(), kind: Type.String() })),
    answerHeaders: listHeaders,
    errors: ['invalid_request', 'not_found', 'upstream_error'],
  }),
  getObject: endpoint({
    method: 'GET',
    path: '/v1/connections/:connection/objects/:object',
    aliases: aliasOf('/v1/connections/:connection/objects/:object'),
    summary: 'Describe an object',
    description:
      'Its fields with their types, its key, by which fields what is new can be found, and where they lead.',
    scope: 'connections/get',
    outside: true,
    params: Type.Object({
      ...PathOf('connection').properties,
      object: Type.String({ minLength: 1, maxLength: 1_000 }),
    }),
    query: Type.Object({
      sample: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 100, description: 'So many records as well.' }),
      ),
    }),
    status: 200,
    answer: Type.Object({
      name: Type.String(),
      fields: Type.Array(FieldShape),
      primary_key: Type.Array(Type.String()),
      cursor_fields: Type.Array(Type.String()),
      relations: Type.Array(
        Type.Object({
          fields: Type.Array(Type.String()),
          object: Type.String(),
          references: Type.Array(Type.String(), {
            description: 'The fields there, in this order.',
          }),
        }),
        { description: 'To which other objects its records lead, where the system tells.' },
      ),
      sample: Type.Optional(Type.Array(JsonRecord)),
    }),
    errors: ['invalid_request', 'not_found', 'upstream_error'],
  }),
};

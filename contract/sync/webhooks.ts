import Type from 'typebox';
import { endpoint, Nothing } from '../endpoint.ts';
import { Optionally, OrNull, Timestamp } from '../shapes.ts';
import { Body, GivenId, Id, JsonObject, ListQuery, listHeaders, PathOf } from './shapes.ts';

const urlLengthMax = 2_000;
const typesMax = 100;
export const inFlightMax = 20;

const filters = {
  connection_id: Optionally(GivenId),
  sync_id: Optionally(GivenId),
  object: Optionally(Type.String({ maxLength: 1_000 })),
};

export const Webhook = Type.Object(
  {
    id: Id('webhook'),
    url: Type.String(),
    description: Type.String(),
    events: Type.Array(Type.String()),
    enabled: Type.Boolean(),
    filter: Type.Object({
      connection_id: OrNull(Type.String()),
      sync_id: OrNull(Type.String()),
      object: OrNull(Type.String()),
    }),
    headers: Type.Array(Type.String(), {
      description: 'The names of those that it is sent with; their values are never shown.',
    }),
    max_in_flight: Type.Integer(),
    failing_since: OrNull(Timestamp),
    disabled_at: OrNull(Timestamp),
    disabled_reason: OrNull(
      Type.String({ description: 'Why it was disabled, where nobody asked for it.' }),
    ),
    previous_secret_until: OrNull(
      Type.String({
        ...Timestamp,
        description: 'Until then, what is sent is signed by the secret before, too.',
      }),
    ),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'Webhook' },
);

const Secret = Type.String({
  description: 'Shown this once.',
  examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
});

const NewWebhook = Type.Object(
  { ...Webhook.properties, secret: Secret },
  { title: 'NewWebhook', description: 'With its secret, which is shown this once.' },
);

const Url = Type.String({ minLength: 1, maxLength: urlLengthMax });
const Events = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
  minItems: 1,
  maxItems: typesMax,
  description: 'Types of `GET /v1/webhooks/events`, or all of a kind: `sync.*`.',
});

const settings = {
  description: Optionally(Type.String({ maxLength: 2_000 })),
  enabled: Optionally(Type.Boolean()),
  filter: Optionally(
    Type.Object(filters, {
      additionalProperties: false,
      description:
        'Only what concerns this connection, this sync, this object. With a connection to messaging, ' +
        '`thread.posted` tells also of the private channels that its bot is in.',
    }),
  ),
  headers: Optionally(
    Type.Unsafe<Record<string, string>>({
      type: 'object',
      maxProperties: 20,
      additionalProperties: { type: 'string', maxLength: 4_000 },
      description: 'What every request is sent with; kept encrypted.',
    }),
  ),
  max_in_flight: Optionally(
    Type.Integer({
      minimum: 1,
      maximum: inFlightMax,
      description: 'How many are sent at once; 1, the default, keeps their order.',
    }),
  ),
};
const changes = { url: Optionally(Url), events: Optionally(Events), ...settings };
const one = { params: PathOf('webhook') };

export const webhooks = {
  listEventTypes: endpoint({
    method: 'GET',
    path: '/v1/webhooks/events',
    summary: 'List what webhooks can tell',
    description: 'The types of events, and the schema of the `data` of each.',
    scope: 'webhooks/get',
    status: 200,
    answer: Type.Array(Type.Object({ type: Type.String(), schema: JsonObject })),
  }),
  createWebhook: endpoint({
    method: 'POST',
    path: '/v1/webhooks',
    summary: 'Create a webhook',
    description:
      'Tells a URL of what happens from now on: `POST` with `{"id", "type", "created_at", "data"}`, ' +
      'signed. The secret (`whsec_` and the base64 of 24 to 64 bytes; made here when none is given) is in ' +
      'this answer only. Events of Scheduling need its scopes, and tell of the practices that you reach.',
    scope: 'webhooks/post',
    idempotent: true,
    secret: true,
    body: Body({
      url: Url,
      events: Events,
      secret: Optionally(Type.String({ maxLength: 200 })),
      ...settings,
    }),
    example: {
      url: 'https://partner.example/hooks/heddle',
      events: ['sync.completed', 'sync.failed', 'record.*'],
    },
    status: 201,
    answer: NewWebhook,
    errors: ['invalid_request', 'forbidden'],
  }),
  listWebhooks: endpoint({
    method: 'GET',
    path: '/v1/webhooks',
    summary: 'List webhooks',
    description: 'Newest first.',
    scope: 'webhooks/get',
    query: ListQuery,
    status: 200,
    answer: Type.Array(Webhook),
    answerHeaders: listHeaders,
    errors: ['invalid_request'],
  }),
  getWebhook: endpoint({
    method: 'GET',
    path: '/v1/webhooks/:webhook',
    summary: 'Get a webhook',
    description: 'All of it but its secret and the values of its headers.',
    scope: 'webhooks/get',
    ...one,
    status: 200,
    answer: Webhook,
    errors: ['not_found'],
  }),
  putWebhook: endpoint({
    method: 'PUT',
    path: '/v1/webhooks/:webhook',
    summary: 'Change a webhook',
    description:
      'Changes the members that are given, as PATCH does; `filter` and `headers` as a whole. Enabled ' +
      'again, it is sent what still waits.',
    scope: 'webhooks/put',
    ...one,
    body: Body(changes),
    example: { events: ['sync.*'] },
    status: 200,
    answer: Webhook,
    errors: ['invalid_request', 'not_found', 'forbidden'],
  }),
  patchWebhook: endpoint({
    method: 'PATCH',
    path: '/v1/webhooks/:webhook',
    summary: 'Change members of a webhook',
    description: 'As PUT.',
    scope: 'webhooks/patch',
    ...one,
    body: Body(changes),
    example: { enabled: true },
    status: 200,
    answer: Webhook,
    errors: ['invalid_request', 'not_found', 'forbidden'],
  }),
  deleteWebhook: endpoint({
    method: 'DELETE',
    path: '/v1/webhooks/:webhook',
    summary: 'Delete a webhook',
    description: 'With its deliveries: what still waits is not sent.',
    scope: 'webhooks/delete',
    ...one,
    status: 204,
    answer: Nothing,
    errors: ['not_found'],
  }),
  rotateSecret: endpoint({
    method: 'POST',
    path: '/v1/webhooks/:webhook/rotate',
    summary: 'Replace the secret of a webhook',
    description:
      'For 24 hours `X-ThreadSync-Signature` is still by the old secret, `X-ThreadSync-Signature-Next` by ' +
      'the new one, and `webhook-signature` holds both.',
    scope: 'webhooks/post',
    idempotent: true,
    secret: true,
    ...one,
    body: Body({ secret: Optionally(Type.String({ maxLength: 200 })) }),
    example: {},
    status: 200,
    answer: NewWebhook,
    errors: ['invalid_request', 'not_found', 'forbidden'],
  }),
};

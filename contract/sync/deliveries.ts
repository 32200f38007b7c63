import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { Optionally, OrNull, Timestamp } from '../shapes.ts';
import { Body, GivenId, Id, ListQuery, listHeaders, OneOf, PathOf } from './shapes.ts';

export const deliveryStatuses = ['pending', 'succeeded', 'failed'] as const;

export const Delivery = Type.Object(
  {
    id: Id('delivery'),
    event_id: Id('event'),
    type: Type.String(),
    status: OneOf(deliveryStatuses),
    attempts: Type.Array(
      Type.Object({
        at: Timestamp,
        status: OrNull(Type.Integer({ description: 'Null where no answer came.' })),
        duration_ms: Type.Integer(),
        error: OrNull(Type.String()),
        response: OrNull(
          Type.String({
            description: 'The first 64 KiB of the body, to whoever may read what was told.',
          }),
        ),
      }),
      { description: 'The last 20.' },
    ),
    next_attempt_at: OrNull(
      Type.String({ ...Timestamp, description: 'Null also while the webhook is disabled.' }),
    ),
    created_at: Timestamp,
  },
  { title: 'Delivery' },
);

const DeliveryRequest = Type.Object(
  {
    method: Type.String(),
    url: Type.String({ description: 'Of the webhook as it is now.' }),
    headers: Type.Record(Type.String(), OrNull(Type.String()), {
      description:
        'Null are the values that are never shown (those of the webhook), and those that are new with ' +
        'each attempt (time and signatures).',
    }),
    body: Type.String({ description: 'The bytes that are signed, the same with each attempt.' }),
  },
  { title: 'DeliveryRequest' },
);

const DeliveryWithRequest = Type.Object(
  { ...Delivery.properties, request: OrNull(DeliveryRequest) },
  {
    title: 'DeliveryWithRequest',
    description:
      'With what is sent: null when that is not kept any more, or tells of what these credentials may not read.',
  },
);

const one = { params: PathOf('webhook') };
const delivery = {
  params: Type.Object({ ...PathOf('webhook').properties, delivery: GivenId }),
};

export const deliveries = {
  testWebhook: endpoint({
    method: 'POST',
    path: '/v1/webhooks/:webhook/test',
    summary: 'Send a test event',
    description: 'A `webhook.test`, whatever `events` says. What came of it is in the delivery.',
    scope: 'webhooks/post',
    idempotent: true,
    ...one,
    status: 202,
    answer: Delivery,
    errors: ['not_found'],
  }),
  recoverDeliveries: endpoint({
    method: 'POST',
    path: '/v1/webhooks/:webhook/recover',
    summary: 'Send again what was not delivered',
    description:
      'What was first due between two times and has failed; with `failed_only` false, what has ' +
      'succeeded, too. What is not kept any more stays as it is, and so does what the webhook would not be ' +
      'told now: by its `events`, its `filter`, or what whoever changed it last may see.',
    scope: 'webhooks/post',
    idempotent: true,
    outside: true,
    ...one,
    body: Body({
      since: Type.String({ format: 'date-time' }),
      until: Optionally(Type.String({ format: 'date-time' })),
      failed_only: Optionally(Type.Boolean()),
    }),
    example: { since: '2026-11-05T08:00:00Z' },
    status: 202,
    answer: Type.Object({
      recovered: Type.Integer({ description: 'How many deliveries are sent again.' }),
      complete: Type.Boolean({
        description: 'False where there are more than were looked at so far: they follow.',
      }),
    }),
    errors: ['invalid_request', 'not_found', 'forbidden'],
  }),
  listDeliveries: endpoint({
    method: 'GET',
    path: '/v1/webhooks/:webhook/deliveries',
    summary: 'List the deliveries of a webhook',
    description: 'Newest first, with what came of each attempt.',
    scope: 'webhooks/get',
    ...one,
    query: Type.Object({
      ...ListQuery.properties,
      status: Type.Optional(OneOf(deliveryStatuses)),
    }),
    status: 200,
    answer: Type.Array(Delivery),
    answerHeaders: listHeaders,
    errors: ['invalid_request', 'not_found'],
  }),
  getDelivery: endpoint({
    method: 'GET',
    path: '/v1/webhooks/:webhook/deliveries/:delivery',
    summary: 'Get a delivery',
    description: 'With what is sent, and what came of each attempt.',
    scope: 'webhooks/get',
    ...delivery,
    status: 200,
    answer: DeliveryWithRequest,
    errors: ['not_found'],
  }),
  replayDelivery: endpoint({
    method: 'POST',
    path: '/v1/webhooks/:webhook/deliveries/:delivery/replay',
    summary: 'Send a delivery again',
    description:
      'Now, the same bytes under the same id. A 410 when they are not kept any more, what they told ' +
      'of is gone, or the webhook would not be told of it now.',
    scope: 'webhooks/post',
    idempotent: true,
    ...delivery,
    status: 202,
    answer: Delivery,
    errors: ['not_found', 'gone', 'forbidden'],
  }),
};

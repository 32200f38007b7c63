import Type from 'typebox';
import { Optionally } from '../shapes.ts';
import { Body, FilterText, GivenId, JsonObject, OneOf, SystemName } from './shapes.ts';

export const actionTypes = [
  'transform',
  'write',
  'notify',
  'query',
  'http',
  'condition',
  'delay',
  'run_sync',
  'approval',
] as const;
export type ActionType = (typeof actionTypes)[number];

export const noticeChannels = ['slack', 'threads', 'email', 'webhook'] as const;
export type NoticeChannel = (typeof noticeChannels)[number];

export const operations = ['insert', 'upsert', 'update', 'delete'] as const;

const templated = 'Strings may have templates, like `{{Lead.Company}}`.';
const Seconds = Type.Unsafe<number | string>({
  type: ['number', 'string'],
  minimum: 0,
  maximum: 31_536_000,
  maxLength: 1_000,
});
const Text = Type.String({ minLength: 1, maxLength: 20_000, description: templated });

/** Actions inside an action are of the same shape; each is checked with its own path. */
const Nested = Optionally(Type.Array(JsonObject, { maxItems: 50 }));

/** What a step of the type `transform` does, in this order. */
export const TransformConfig = Body({
  jsonata: Optionally(
    Type.String({ maxLength: 20_000, description: 'An expression over the record.' }),
  ),
  rename: Optionally(Type.Record(Type.String(), SystemName)),
  set: Optionally(Type.Unsafe<Record<string, unknown>>({ ...JsonObject, description: templated })),
  remove: Optionally(Type.Array(SystemName, { maxItems: 1_000 })),
  enrich_company_data: Optionally(
    Type.Boolean({
      description:
        "Fills empty fields of a company from the account of the trigger's connection that has the mail " +
        'domain or the name of the record.',
    }),
  ),
});

/** One step of a workflow. Which members belong to which type: see *Workflows* in docs/sync.md. */
export const Action = Body({
  type: OneOf(actionTypes),
  name: Optionally(
    Type.String({
      pattern: '^[A-Za-z_][A-Za-z0-9_]{0,63}$',
      description: 'Its key in `steps`; without it the place among its like, from 0.',
    }),
  ),
  retry: Optionally(
    Body({
      attempts: Optionally(Type.Integer({ minimum: 1, maximum: 100 })),
      min_seconds: Optionally(Type.Number({ minimum: 0, maximum: 86_400 })),
      max_seconds: Optionally(Type.Number({ minimum: 0, maximum: 86_400 })),
    }),
  ),
  timeout_s: Optionally(Type.Number({ exclusiveMinimum: 0, maximum: 31_536_000 })),
  on_error: Nested,
  transform_id: Optionally(GivenId),
  config: Optionally(TransformConfig),
  connection_id: Optionally(GivenId),
  object: Optionally(SystemName),
  operation: Optionally(OneOf(operations, '`upsert` by default.')),
  key: Optionally(
    Type.Unsafe<string | string[]>({
      type: ['string', 'array'],
      maxLength: 1_000,
      maxItems: 20,
      items: { type: 'string', minLength: 1, maxLength: 1_000 },
      description: 'The fields by which records are told apart.',
    }),
  ),
  fields: Optionally(
    Type.Unsafe<Record<string, unknown> | string[]>({
      type: ['object', 'array'],
      maxItems: 1_600,
      maxProperties: 1_600,
      items: { type: 'string', minLength: 1, maxLength: 1_000 },
      description:
        'Of `write`: the value of each field of the destination; without it the standard map of the two ' +
        'objects. Of `query`: the names of the fields.',
    }),
  ),
  filter: Optionally(FilterText),
  limit: Optionally(Type.Integer({ minimum: 1, maximum: 1_000 })),
  method: Optionally(OneOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])),
  url: Optionally(Text),
  headers: Optionally(
    Type.Record(Type.String(), Type.String({ maxLength: 8_000 }), {
      description: 'Shown with the definition: what signs in belongs in a connection.',
    }),
  ),
  body: Type.Optional(Type.Unsafe<unknown>({ description: templated })),
  then: Nested,
  else: Nested,
  seconds: Optionally(Seconds),
  until: Optionally(Text),
  sync_id: Optionally(GivenId),
  wait: Optionally(Type.Boolean({ description: 'For the end of the run.' })),
  channel: Optionally(OneOf(noticeChannels)),
  to: Optionally(
    Type.String({
      minLength: 1,
      maxLength: 1_000,
      description:
        'Of `notify`: a channel by name or id, addresses of mail with commas, or the id of a webhook. Of ' +
        '`approval`: a channel of this server.',
    }),
  ),
  by: Optionally(
    Type.Array(Type.String({ minLength: 1, maxLength: 254 }), {
      minItems: 1,
      maxItems: 50,
      description:
        'Of `approval`: who may answer, of those who read the channel: roles (`owner`, `admin`, `member`), ' +
        'addresses of mail or ids of members. Without it, all of them.',
    }),
  ),
  subject: Optionally(
    Type.String({ minLength: 1, maxLength: 200, description: 'Of a mail; without templates.' }),
  ),
  message: Optionally(Text),
  data: Optionally(
    Type.Unsafe<Record<string, unknown>>({
      ...JsonObject,
      description: `Of \`notify\` to a webhook: what it is told beside the message. ${templated}`,
    }),
  ),
});

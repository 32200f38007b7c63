import Type from 'typebox';
import { endpoint, Nothing } from '../endpoint.ts';
import { Optionally, OrNull, Timestamp } from '../shapes.ts';
import { Filters, FilterTerm } from './settings.ts';
import {
  Body,
  FilterText,
  Id,
  JsonRecord,
  ListQuery,
  listHeaders,
  Name,
  OneOf,
  OptionalName,
  PathOf,
} from './shapes.ts';

export const triggerTypes = [
  'record_created',
  'record_updated',
  'record_deleted',
  'field_changed',
  'schedule',
  'api_call',
  'event',
] as const;

const TriggerFilter = Type.Unsafe<string | TriggerTerm | (string | TriggerTerm)[]>({
  anyOf: [FilterText, FilterTerm, Filters],
});
type TriggerTerm = { field: string; operator: string; value?: unknown };

const Text = (maxLength: number, description: string) =>
  Optionally(Type.String({ maxLength, description }));

/** When a workflow or a sync is set off; which of these members there are depends on `type`. */
export const causing = {
  connection_id: Text(100, 'Whose records or events it is about.'),
  object: Text(1_000, 'The table, file or object of the connection.'),
  event: Text(
    100,
    'Of the type `event`: what happens, as webhooks name it, like `sync.failed`; with a connection to Scheduling or Messaging also what happens there, like `booking.*`.',
  ),
  filter: Optionally(
    Type.Unsafe<string | TriggerTerm | (string | TriggerTerm)[]>({
      ...TriggerFilter,
      description: 'Only such records; all terms of a list must hold, and an empty list is none.',
    }),
  ),
  field: Text(1_000, 'Of the type `field_changed`: the field whose value changes.'),
  cursor_field: Text(
    1_000,
    'A field that grows with every change, like `updated_at`, where the system neither tells changes nor has one.',
  ),
  schedule: Text(200, 'Of the type `schedule`: "hourly", "daily", or cron with 5 or 6 fields.'),
  timezone: Text(100, 'Of the schedule, like `America/Chicago`; UTC by default.'),
  from: Optionally(
    OneOf(
      ['now', 'beginning'],
      'With `beginning` the records that are there already are taken as new ones.',
    ),
  ),
};

const type = OneOf(triggerTypes);

/** As a workflow has it in itself; where one changes, an empty one is none. */
export const InlineTrigger = Body({ type: Optionally(type), ...causing });

const Target = Body({
  workflow_id: Text(100, 'The workflow that is run, with the record.'),
  sync_id: Text(100, 'In its place a sync, which is run.'),
});

const state = {
  status: OneOf(
    ['starting', 'active', 'error'],
    '`starting`: what happens from now on is not seen yet.',
  ),
  message: OrNull(Type.String({ description: 'What is wrong.' })),
  next_run_at: OrNull(Timestamp),
  fired: Type.Integer({ description: 'How often.' }),
  skipped: Type.Integer({
    description: 'Times at which the target was disabled, or a run of the sync active.',
  }),
  last_fired_at: OrNull(Timestamp),
};

const shown = {
  connection_id: OrNull(Type.String()),
  object: OrNull(Type.String()),
  event: OrNull(Type.String()),
  filter: OrNull(TriggerFilter),
  field: OrNull(Type.String()),
  cursor_field: OrNull(Type.String()),
  schedule: OrNull(Type.String()),
  timezone: OrNull(Type.String()),
  from: OneOf(['now', 'beginning']),
};

/** The trigger of a workflow, as the workflow shows it. */
export const ShownInlineTrigger = Type.Object(
  { id: Id('trigger'), type, ...shown, ...state },
  { title: 'InlineTrigger' },
);

export const Trigger = Type.Object(
  {
    id: Id('trigger'),
    name: Type.String(),
    type,
    ...shown,
    target: Type.Object({
      workflow_id: OrNull(Type.String()),
      sync_id: OrNull(Type.String()),
    }),
    inline: Type.Boolean({ description: 'It is a part of its workflow, and changed there.' }),
    enabled: Type.Boolean(),
    ...state,
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'Trigger' },
);

const changes = Body({
  name: OptionalName,
  type: Optionally(type),
  ...causing,
  target: Optionally(Target),
  enabled: Optionally(Type.Boolean()),
});
const change = { name: 'Large orders', filter: 'total > 5000' };
const one = { params: PathOf('trigger') };

export const triggers = {
  listTriggers: endpoint({
    method: 'GET',
    path: '/v1/triggers',
    summary: 'List triggers',
    description: 'Newest first; those that stand in a workflow among them.',
    scope: 'triggers/get',
    query: ListQuery,
    status: 200,
    answer: Type.Array(Trigger),
    answerHeaders: listHeaders,
    errors: ['invalid_request'],
  }),
  createTrigger: endpoint({
    method: 'POST',
    path: '/v1/triggers',
    summary: 'Create a trigger',
    description:
      'Runs a workflow or a sync when records are made, changed or deleted, at times, when it is called, or ' +
      'when something happens here. It begins with what happens after it was made; `starting` says that ' +
      'this is not seen yet.',
    scope: 'triggers/post',
    outside: true,
    idempotent: true,
    body: Body({
      name: Name,
      type,
      ...causing,
      target: Target,
      enabled: Optionally(Type.Boolean({ description: 'False: it fires nothing.' })),
    }),
    example: {
      name: 'Large orders',
      type: 'record_created',
      connection_id: 'conn_01a228d32c6578c0979ca8c6ec142f54',
      object: 'public.orders',
      filter: 'total > 1000',
      target: { workflow_id: 'wf_01a228d32c657d3b8e6f1f2a7c1b9e02' },
    },
    status: 201,
    answer: Trigger,
    errors: ['invalid_request', 'upstream_error'],
  }),
  getTrigger: endpoint({
    method: 'GET',
    path: '/v1/triggers/:trigger',
    summary: 'Get a trigger',
    description: 'With how often it has fired.',
    scope: 'triggers/get',
    ...one,
    status: 200,
    answer: Trigger,
    errors: ['not_found'],
  }),
  putTrigger: endpoint({
    method: 'PUT',
    path: '/v1/triggers/:trigger',
    summary: 'Change a trigger',
    description:
      'Changes the members that are given. Where it sees what happens stays, unless it looks at something ' +
      'else; `next_run_at` follows the schedule at once.',
    scope: 'triggers/put',
    outside: true,
    ...one,
    body: changes,
    example: change,
    status: 200,
    answer: Trigger,
    errors: ['invalid_request', 'not_found', 'in_use', 'upstream_error'],
  }),
  patchTrigger: endpoint({
    method: 'PATCH',
    path: '/v1/triggers/:trigger',
    summary: 'Change members of a trigger',
    description: 'As PUT.',
    scope: 'triggers/patch',
    outside: true,
    ...one,
    body: changes,
    example: change,
    status: 200,
    answer: Trigger,
    errors: ['invalid_request', 'not_found', 'in_use', 'upstream_error'],
  }),
  deleteTrigger: endpoint({
    method: 'DELETE',
    path: '/v1/triggers/:trigger',
    summary: 'Delete a trigger',
    description: 'What it has set off goes on. One that stands in a workflow goes with that.',
    scope: 'triggers/delete',
    ...one,
    status: 204,
    answer: Nothing,
    errors: ['not_found', 'in_use', 'forbidden'],
  }),
  fireTrigger: endpoint({
    method: 'POST',
    path: '/v1/triggers/:trigger/fire',
    summary: 'Fire a trigger',
    description: 'Of the type `api_call`: runs its target, with this JSON object as the record.',
    scope: 'triggers/post',
    idempotent: true,
    ...one,
    body: JsonRecord,
    example: { id: '1001', status: 'paid' },
    status: 202,
    answer: Type.Object({
      trigger_id: Id('trigger'),
      workflow_id: OrNull(Type.String()),
      sync_id: OrNull(Type.String()),
      run_id: Type.String({ description: 'Of the workflow or the sync.' }),
    }),
    errors: ['invalid_request', 'not_found', 'run_active'],
  }),
};

import Type, { type Static } from 'typebox';
import { endpoint, Nothing } from '../endpoint.ts';
import { Optionally, OrNull, Timestamp } from '../shapes.ts';
import { Action } from './actions.ts';
import {
  AnyJson,
  Body,
  Id,
  JsonObject,
  JsonRecord,
  ListQuery,
  listHeaders,
  Name,
  OptionalName,
  PathOf,
} from './shapes.ts';
import { InlineTrigger } from './triggers.ts';

export const Workflow = Type.Object(
  {
    id: Id('workflow'),
    name: Type.String(),
    description: Type.String(),
    enabled: Type.Boolean(),
    version: Type.Integer({ description: 'Grows with every change of what it does.' }),
    concurrency: OrNull(Type.Integer()),
    trigger: OrNull(JsonObject),
    actions: Type.Array(JsonObject),
    on_error: Type.Array(JsonObject),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'Workflow' },
);

const Description = Optionally(Type.String({ maxLength: 2_000 }));
const Concurrency = Optionally(
  Type.Integer({
    minimum: 0,
    maximum: 10_000,
    description:
      'So many of its runs are under way at once; others wait. 0: no limit, as by default.',
  }),
);
const Actions = Type.Array(Action, { maxItems: 100 });
const OnError = Optionally(
  Type.Array(Action, {
    maxItems: 20,
    description:
      'What is done when the run fails; `{{error.message}}` and `{{error.step}}` say why.',
  }),
);
const Trigger = Optionally(
  Type.Unsafe<Static<typeof InlineTrigger>>({
    ...InlineTrigger,
    description:
      'A trigger as `POST /v1/triggers` takes it, without a target. Without one it runs by the API, and by ' +
      'triggers that name it.',
  }),
);
const enabled = Optionally(
  Type.Boolean({ description: 'False: nothing sets it off. Runs under way go on.' }),
);
const changes = {
  name: OptionalName,
  description: Description,
  trigger: Trigger,
  actions: Optionally(Actions),
  on_error: OnError,
  concurrency: Concurrency,
  enabled,
};
const one = { params: PathOf('workflow') };

const Tried = Type.Object({
  path: Type.String(),
  name: OrNull(Type.String()),
  type: Type.String(),
  status: Type.String(),
  input: OrNull(AnyJson),
  output: OrNull(AnyJson),
  error: OrNull(Type.String()),
  missing: Type.Array(Type.String()),
});

export const workflows = {
  createWorkflow: endpoint({
    method: 'POST',
    path: '/v1/workflows',
    summary: 'Create a workflow',
    description:
      'Its actions are done in their order, each with the record of the one before. What an action names ' +
      '– connections, objects, transforms, variables of templates – has to be there.',
    scope: 'workflows/post',
    outside: true,
    idempotent: true,
    body: Body({
      name: Name,
      description: Description,
      trigger: Trigger,
      actions: Actions,
      on_error: OnError,
      concurrency: Concurrency,
      enabled,
    }),
    example: {
      name: 'Tell the front desk',
      trigger: {
        type: 'record_created',
        connection_id: 'conn_01a228d32c6578c0979ca8c6ec142f54',
        object: 'appointments',
      },
      actions: [
        { type: 'notify', channel: 'threads', to: 'Front desk', message: 'A new appointment.' },
      ],
    },
    status: 201,
    answer: Workflow,
    errors: ['invalid_request'],
  }),
  listWorkflows: endpoint({
    method: 'GET',
    path: '/v1/workflows',
    summary: 'List workflows',
    description: 'Newest first.',
    scope: 'workflows/get',
    query: ListQuery,
    status: 200,
    answer: Type.Array(Workflow),
    answerHeaders: listHeaders,
    errors: ['invalid_request'],
  }),
  getWorkflow: endpoint({
    method: 'GET',
    path: '/v1/workflows/:workflow',
    summary: 'Get a workflow',
    description: 'As its next run will do it.',
    scope: 'workflows/get',
    ...one,
    status: 200,
    answer: Workflow,
    errors: ['not_found'],
  }),
  putWorkflow: endpoint({
    method: 'PUT',
    path: '/v1/workflows/:workflow',
    summary: 'Change a workflow',
    description:
      'Changes the members that are given. A run goes on with the version that it began with; a trigger keeps its ' +
      'position.',
    scope: 'workflows/put',
    outside: true,
    ...one,
    body: Body(changes),
    example: { enabled: false },
    status: 200,
    answer: Workflow,
    errors: ['invalid_request', 'not_found'],
  }),
  patchWorkflow: endpoint({
    method: 'PATCH',
    path: '/v1/workflows/:workflow',
    summary: 'Change members of a workflow',
    description: 'As PUT.',
    scope: 'workflows/patch',
    outside: true,
    ...one,
    body: Body(changes),
    example: { enabled: false },
    status: 200,
    answer: Workflow,
    errors: ['invalid_request', 'not_found'],
  }),
  deleteWorkflow: endpoint({
    method: 'DELETE',
    path: '/v1/workflows/:workflow',
    summary: 'Delete a workflow',
    description:
      'With its trigger and its runs; those under way end. Refused while a trigger of its own names it.',
    scope: 'workflows/delete',
    ...one,
    status: 204,
    answer: Nothing,
    errors: ['not_found', 'in_use', 'forbidden'],
  }),
  dryRunWorkflow: endpoint({
    method: 'POST',
    path: '/v1/workflows/:workflow/dry_run',
    summary: 'Show what a workflow would do',
    description:
      'The steps for a record, by default one without fields, with what they would send. Nothing is written ' +
      'or sent; what only reads is done.',
    scope: 'workflows/post',
    outside: true,
    ...one,
    body: Body({ record: Optionally(JsonRecord), previous: Optionally(JsonRecord) }),
    example: { record: { Company: 'Acme', AnnualRevenue: 6000000 } },
    status: 200,
    answer: Type.Object({
      status: Type.String(),
      steps: Type.Array(Tried),
      error: OrNull(Type.String()),
    }),
    errors: ['invalid_request', 'not_found'],
  }),
};

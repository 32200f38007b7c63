import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { Optionally, OrNull, Timestamp } from '../shapes.ts';
import {
  AnyJson,
  Body,
  GivenId,
  Id,
  JsonRecord,
  ListQuery,
  listHeaders,
  OneOf,
  PathOf,
} from './shapes.ts';

export const workflowRunStatuses = [
  'queued',
  'running',
  'waiting',
  'completed',
  'failed',
  'cancelled',
] as const;
export const stepStatuses = ['pending', 'running', 'completed', 'failed', 'skipped'] as const;

const described = {
  id: Id('workflow_run'),
  workflow_id: Id('workflow'),
  version: Type.Integer(),
  status: OneOf(workflowRunStatuses),
  depth: Type.Integer({
    description: 'How many workflows have set each other off up to this run; it ends at 8.',
  }),
  error: OrNull(
    Type.String({ description: 'Of a step that failed a list says only which; the run says why.' }),
  ),
  created_at: Timestamp,
  started_at: OrNull(Timestamp),
  finished_at: OrNull(Timestamp),
  duration_ms: OrNull(Type.Integer({ minimum: 0 })),
};

const Cause = Type.Object({ id: OrNull(Type.String()), type: Type.String() });

const ListedRun = Type.Object({ ...described, trigger: Cause }, { title: 'WorkflowRun' });

export const Step = Type.Object(
  {
    path: Type.String({
      description: 'Where its action stands: `1`, `2.then.0`, `on_error.0`.',
    }),
    name: OrNull(Type.String()),
    type: Type.String(),
    status: OneOf(stepStatuses),
    attempts: Type.Integer(),
    input: OrNull(AnyJson),
    output: OrNull(AnyJson),
    error: OrNull(Type.String()),
    missing: Type.Array(Type.String(), {
      description: 'Names in its templates that nothing stood behind; they were left empty.',
    }),
    started_at: OrNull(Timestamp),
    finished_at: OrNull(Timestamp),
  },
  { title: 'Step' },
);

export const WorkflowRun = Type.Object(
  {
    ...described,
    trigger: Type.Union(
      [
        Type.Object({
          ...Cause.properties,
          connection_id: OrNull(Type.String()),
          object: OrNull(Type.String()),
          record: OrNull(AnyJson),
          previous: Type.Optional(AnyJson),
          fired_at: Timestamp,
        }),
        Type.Null(),
      ],
      { description: 'Null, as inputs and outputs of the steps, once what it held was forgotten.' },
    ),
    steps: Type.Array(Step),
  },
  { title: 'WorkflowRunWithSteps' },
);

const ofWorkflow = { params: PathOf('workflow') };
const one = {
  params: Type.Object({ ...PathOf('workflow').properties, workflow_run: GivenId }),
};

export const workflowRuns = {
  runWorkflow: endpoint({
    method: 'POST',
    path: '/v1/workflows/:workflow/run',
    summary: 'Run a workflow now',
    description: 'With the body as the record. It is answered once the run is stored.',
    scope: 'workflows/post',
    idempotent: true,
    ...ofWorkflow,
    body: JsonRecord,
    example: { Company: 'Acme', AnnualRevenue: 6000000 },
    status: 202,
    answer: ListedRun,
    errors: ['invalid_request', 'not_found'],
  }),
  listWorkflowRuns: endpoint({
    method: 'GET',
    path: '/v1/workflows/:workflow/runs',
    summary: 'List the runs of a workflow',
    description: 'Newest first, without their steps.',
    scope: 'workflows/get',
    ...ofWorkflow,
    query: Type.Object({
      ...ListQuery.properties,
      status: Type.Optional(OneOf(workflowRunStatuses)),
    }),
    status: 200,
    answer: Type.Array(ListedRun),
    answerHeaders: listHeaders,
    errors: ['invalid_request', 'not_found'],
  }),
  getWorkflowRun: endpoint({
    method: 'GET',
    path: '/v1/workflows/:workflow/runs/:workflow_run',
    summary: 'Get a run of a workflow',
    description: 'With its steps: what went in, what came out, and what went wrong.',
    scope: 'workflows/get',
    ...one,
    status: 200,
    answer: WorkflowRun,
    errors: ['not_found'],
  }),
  cancelWorkflowRun: endpoint({
    method: 'POST',
    path: '/v1/workflows/:workflow/runs/:workflow_run/cancel',
    summary: 'Cancel a run of a workflow',
    description: 'What its steps have done stays done. A step under way may still have its effect.',
    scope: 'workflows/post',
    idempotent: true,
    ...one,
    status: 200,
    answer: ListedRun,
    errors: ['not_found', 'run_state'],
  }),
  retryWorkflowRun: endpoint({
    method: 'POST',
    path: '/v1/workflows/:workflow/runs/:workflow_run/retry',
    summary: 'Go on with a run of a workflow',
    description:
      'A failed or cancelled run goes on at the step that did not end, with the version that it began with. ' +
      '`from` names a step, by name or path, from which on everything is done once more.',
    scope: 'workflows/post',
    idempotent: true,
    ...one,
    body: Body({ from: Optionally(Type.String({ minLength: 1, maxLength: 200 })) }),
    example: { from: 'post' },
    status: 202,
    answer: ListedRun,
    errors: ['invalid_request', 'not_found', 'run_state', 'gone'],
  }),
  answerApproval: endpoint({
    method: 'POST',
    path: '/v1/workflows/:workflow/runs/:workflow_run/answer',
    summary: 'Answer the approval that a run waits for',
    description: 'As a person in its channel would, whatever `by` of the action says.',
    scope: 'workflows/post',
    idempotent: true,
    ...one,
    body: Body({
      approved: Type.Boolean(),
      comment: Optionally(Type.String({ maxLength: 2_000 })),
    }),
    example: { approved: true },
    status: 200,
    answer: ListedRun,
    errors: ['invalid_request', 'not_found', 'run_state'],
  }),
};

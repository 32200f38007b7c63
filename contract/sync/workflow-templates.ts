import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { Optionally, OrNull } from '../shapes.ts';
import { Body, GivenId, JsonObject, OneOf, OptionalName } from './shapes.ts';
import { Workflow } from './workflows.ts';

export const templateParameterTypes = ['text', 'boolean', 'number', 'connection'] as const;

const Parameter = Type.Object({
  name: Type.String(),
  description: Type.String(),
  type: OneOf(
    templateParameterTypes,
    '`connection`: the id of one, or its name; without it the only active one of its kind.',
  ),
  required: Type.Boolean(),
  default: OrNull(
    Type.Unsafe<string | number | boolean>({ type: ['string', 'number', 'boolean'] }),
  ),
});

export const WorkflowTemplate = Type.Object(
  {
    id: Type.String({ examples: ['new-appointment'] }),
    name: Type.String(),
    description: Type.String(),
    parameters: Type.Array(Parameter),
    makes: Type.Object(
      { trigger: JsonObject, actions: Type.Array(JsonObject) },
      { description: 'With `<name>` where the value of a parameter stands that has no default.' },
    ),
  },
  { title: 'WorkflowTemplate' },
);

export const workflowTemplates = {
  listWorkflowTemplates: endpoint({
    method: 'GET',
    path: '/v1/workflow-templates',
    summary: 'List the ready-made workflows',
    description: 'What each does, what it takes, and the trigger and the actions that it makes.',
    scope: 'workflows/get',
    status: 200,
    answer: Type.Array(WorkflowTemplate),
    errors: [],
  }),
  makeWorkflow: endpoint({
    method: 'POST',
    path: '/v1/workflow-templates/:template',
    summary: 'Make a ready-made workflow',
    description:
      'Makes a workflow like any other, which can be changed then. Messages name no patient, unless ' +
      '`patient_names` says so.',
    scope: 'workflows/post',
    outside: true,
    idempotent: true,
    params: Type.Object({ template: GivenId }),
    body: Body({
      name: OptionalName,
      parameters: Optionally(
        Type.Record(
          Type.String({ maxLength: 100 }),
          Type.Unsafe<string | number | boolean | null>({
            type: ['string', 'number', 'boolean', 'null'],
            maxLength: 1_000,
          }),
        ),
      ),
    }),
    example: { parameters: { channel: 'front-desk' } },
    status: 201,
    answer: Workflow,
    errors: ['invalid_request', 'not_found'],
  }),
};

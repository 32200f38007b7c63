import type { Answer, In } from '../../../../contract/endpoint.ts';
import type { workflowTemplates } from '../../../../contract/sync/workflow-templates.ts';
import type { OutsideContext } from '../../../platform/context.ts';
import { AppError } from '../../../runtime/errors.ts';
import { createWorkflow, type WorkflowServices } from '../workflows.ts';
import { fillIn, placeholders } from './filling.ts';
import { readyWorkflows } from './list.ts';
import type { Parameter, Ready } from './ready.ts';

type Shown = Answer<(typeof workflowTemplates)['listWorkflowTemplates']>;

export async function listWorkflowTemplates(): Promise<Shown> {
  return readyWorkflows.map(shown);
}

/** @throws AppError not_found (404), 400 that names the parameter */
export const makeWorkflow =
  (services: WorkflowServices) =>
  async (ctx: OutsideContext, { params, body }: In<typeof workflowTemplates, 'makeWorkflow'>) => {
    const ready = readyWorkflows.find(({ id }) => id === params.template);
    if (!ready) throw unknown(params.template);
    const given = await fillIn(ctx, ready, body.parameters ?? {});
    ready.require?.(given);
    const { name, description } = ready;
    const made = { name: body.name?.trim() || name, description, ...ready.make(given) };
    const create = createWorkflow(services);
    return create(ctx, {
      params: {},
      query: {},
      body: made as Parameters<typeof create>[1]['body'],
    });
  };

function unknown(id: string): AppError {
  const ids = readyWorkflows.map((one) => one.id).join(', ');
  return new AppError('not_found', { message: `There is no template ${id}; there are ${ids}.` });
}

function shown(ready: Ready): Shown[number] {
  const { id, name, description, parameters } = ready;
  const { trigger, actions } = ready.make(placeholders(ready));
  return {
    ...{ id, name, description },
    parameters: parameters.map(shownParameter),
    makes: { trigger: { ...trigger }, actions: actions.map((one) => ({ ...one })) },
  };
}

function shownParameter({ name, description, type, isRequired, default: usual }: Parameter) {
  return { name, description, type, required: isRequired ?? false, default: usual ?? null };
}
